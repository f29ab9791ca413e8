// The command line of the storm, run as a user runs it: in a process of its own.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { COMMAND } from "../kit/built.ts";

function daybook(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [COMMAND, ...args], { encoding: "utf8" });
}

test("wrong arguments end with code 2 and a line that names the value and what is accepted", () => {
  const cases: readonly (readonly [args: string[], message: RegExp])[] = [
    [["storm", "--processes", "1"], /--processes is "1"; accepted: a whole number from 2 to 64/],
    [["storm", "--processes", "many"], /--processes is "many"/],
    [["storm", "--periods", "2.5"], /--periods is "2\.5"; accepted: a whole number from 2 to 1000/],
    [["storm", "--periods", "-1"], /--periods is "-1"; accepted: a whole number from 2 to 1000/],
    [["storm", "--period-ms", "5"], /--period-ms is "5"; accepted: a whole number from 100/],
    [["storm", "--seed=-1"], /--seed is "-1"; accepted: a whole number from 0 to 4294967295/],
    [["storm", "--strategy", "copy"], /--strategy is "copy"; accepted: all, or of dated, rename/],
    [["storm", "--strategy", "dated,"], /--strategy is "dated,"/],
    [["storm", "--with", "bzip"], /--with is "bzip"; accepted: plain, all, seed, or of size, gzip/],
    [["storm", "--with", "gzip,zstd"], /--with is "gzip,zstd"; accepted: one of gzip and zstd/],
    [
      ["storm", "--durability", "soon"],
      /--durability is "soon"; accepted: all, or of buffered, journal, write, fsync some/,
    ],
    [["storm", "--rows", "few"], /--rows is "few"; accepted: a whole number from 0/],
    [["storm", "--side-by-side", "0"], /--side-by-side is "0"; accepted: a whole number from 1/],
    [["storm", "--no-lock", "--delete-lock"], /--delete-lock beside --no-lock; accepted: one of/],
    [["storm", "--specimens", "few"], /--specimens is "few"; accepted: none, first, all/],
    [["storm", "--zone", "Mars/Olympus"], /--zone is "Mars\/Olympus"; accepted: an IANA name/],
    [["storm", "--frobnicate"], /Unknown option '--frobnicate'.*accepted: --processes/],
    [["storm", "extra"], /extra.*accepted: --processes/],
    [["storm", "--rate"], /--rate.*accepted/],
    [["tempest"], /unknown command "tempest"; accepted: .*storm, --help, --version/],
  ];
  for (const [args, message] of cases) {
    const { status, stdout, stderr } = daybook(...args);
    assert.equal(status, 2, args.join(" "));
    assert.equal(stdout, "", args.join(" "));
    assert.match(stderr, message);
    assert.equal(stderr.trimEnd().split("\n").length, 1, "one line");
  }
});

test("help and version are told", () => {
  const packageUrl = new URL("../../../package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(packageUrl, "utf8")) as { version: string };
  assert.match(daybook("--help").stdout, /daybook storm|storm {2,}/);
  assert.match(daybook("storm", "--help").stdout, /does not replay how the\s+kernel interleaves/);
  const { status, stdout, stderr } = daybook("--version");
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: `${version}\n`, stderr: "" });
});

test("--json prints one object on stdout, with every key of the contract, and nothing else", () => {
  const options = "--processes 2 --periods 2 --period-ms 400 --seed 3 --strategy dated --kill";
  const { status, stdout } = daybook("storm", "--json", "--no-specimens", ...options.split(" "));
  const result = JSON.parse(stdout) as {
    ok: boolean;
    seed: number;
    rows: Record<string, unknown>[];
  };
  assert.equal(status, 0, stdout);
  assert.deepEqual([result.ok, result.seed, result.rows.length], [true, 3, 2]);
  for (const row of result.rows) {
    assert.equal(typeof row["name"], "string");
    assert.deepEqual([row["kind"], row["durability"], row["processes"]], ["ours", "write", 2]);
    for (const key of "processes periods kills acked found lost twice torn misfiled fragments".split(
      " ",
    )) {
      assert.equal(typeof row[key], "number", key);
    }
    const faults = "linkFaults removalFaults restFaults crashes complaints";
    const seen =
      "durability journals orphans midDrain extra retired excused oversize overshoot archives removed sightings";
    const extra = `${faults} ${seen} walk seed zone seconds`;
    const keys = `name kind processes periods kills acked found lost twice torn misfiled fragments ${extra} outcome`;
    assert.deepEqual(Object.keys(row).toSorted(), keys.split(" ").toSorted());
  }
});

test("Ctrl-C ends the storm with code 130, its processes and its folders", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "daybook-command-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const storm = spawn(process.execPath, [COMMAND, "storm", "--processes", "3", "--dir", folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  // Its second line of output comes with the first row, so workers are up.
  let said = "";
  storm.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  while (!/^dated.*: under way$/m.test(said)) await sleep(20);
  assert.equal(readdirSync(folder).length, 1);
  storm.kill("SIGINT");
  const [code] = (await once(storm, "close")) as [number];
  assert.equal(code, 130);
  // A worker that lived on would go on writing, and make its folder anew.
  await sleep(300);
  assert.deepEqual(readdirSync(folder), []);
});
