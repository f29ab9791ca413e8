// What survives the end of a process whose log has a worker thread, and what such a
// handler does to the process: real ones, for each kind of end.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { builtUrl } from "../../test/kit/built.ts";
import { nativeCalls } from "../platform/native.ts";
import { TimedRotatingFileHandler } from "./timed-rotating-file.ts";

const hasJournal = (nativeCalls()?.memory ?? null) !== null;
const DURABILITIES = hasJournal ? ["journal", "buffered"] : ["buffered"];

/** A message of its own for each record, of various lengths. */
const PREPARE = `
  const { TimedRotatingFileHandler, getLogger } = await import(${JSON.stringify(builtUrl("index.js"))});
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const log = getLogger();
  log.setLevel("INFO");
  let handler;
  const open = (options) => {
    handler = new TimedRotatingFileHandler(process.argv[1], { worker: true, ...options });
    log.addHandler(handler);
    return handler.maintain(); // until the thread runs
  };
  const write = (from, to) => {
    for (let call = from; call < to; call += 1) log.info("record %d %s", call, "x".repeat(call % 50));
  };
  const die = () => { process.kill(process.pid, "SIGKILL"); for (;;); };
`;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "daybook-worker-"));
  path = join(folder, "app.log");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}

function run(script: string, environment: Readonly<Record<string, string>> = {}): Ended {
  const argv = ["--input-type=module", "-e", PREPARE + script, path];
  const env = { ...process.env, ...environment };
  const { status, signal, stderr } = spawnSync(process.execPath, argv, {
    encoding: "utf8",
    env,
    timeout: 60_000,
  });
  return { status, signal, stderr };
}

const messageOf = (call: number): string => `record ${call} ${"x".repeat(call % 50)}`;

/** The records in the log, by their numbers. */
function found(cutLines = 0): number[] {
  const files = readdirSync(folder).filter((name) => name.startsWith("app.log."));
  const lines = files.flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"));
  const isWhole = (line: string): boolean => messageOf(parseInt(line.slice(7), 10)) === line;
  const cut = lines.filter((line) => line !== "" && !isWhole(line));
  assert.ok(cut.length <= cutLines, cut.join("\n"));
  return lines.filter(isWhole).map((line) => parseInt(line.slice(7), 10));
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

const journals = (): string[] =>
  readdirSync(join(folder, ".daybook")).filter((name) => name.endsWith(".journal"));

const ENDS: readonly (readonly [string, string, number])[] = [
  ["the end of the program", "", 0],
  ["process.exit in the same turn", "process.exit(3);", 3],
  ["an uncaught exception", "throw new Error('nobody catches this');", 1],
  ["an exit before the thread runs", "process.exit(4);", 4],
];

for (const durability of DURABILITIES) {
  describe(`with a worker thread and durability ${durability}`, () => {
    for (const [name, end, code] of ENDS) {
      it(`${name} loses nothing`, () => {
        const isEarly = name.includes("before");
        const opened = `${isEarly ? "void" : "await"} open({ durability: "${durability}" });`;
        const { status, stderr } = run(`${opened} write(0, 30_000); ${end}`);
        assert.equal(status, code, stderr);
        assert.deepEqual(found(), upTo(30_000));
        assert.deepEqual(journals(), []);
      });
    }

    it("an exit while the thread is being made ready is an orderly one", () => {
      for (const afterMs of [5, 15, 30, 50, 80, 120]) {
        const { status, stderr } = run(`
          void open({ durability: "${durability}" });
          write(0, 10);
          for (const end = performance.now() + ${afterMs}; performance.now() < end; );
          process.exit(5);`);
        assert.deepEqual([status, stderr], [5, ""], `after ${afterMs} ms`);
        rmSync(join(folder, ".daybook"), { recursive: true });
        assert.deepEqual(found(), upTo(10));
        for (const name of readdirSync(folder)) rmSync(join(folder, name));
      }
    });

    it("the thread keeps no process alive, nor does an idle handler", () => {
      const { status, signal } = run(`await open({ durability: "${durability}" }); write(0, 10);`);
      assert.deepEqual([status, signal], [0, null]);
    });

    it("works in a thread of the application, too", () => {
      const inner = `${PREPARE.replaceAll("process.argv[1]", "workerData")}
        await open({ durability: "${durability}" });
        write(0, 5000);
        await pause(1);
        write(5000, 10_000);`;
      const script = `
        const { Worker } = await import("node:worker_threads");
        const code = ${JSON.stringify(`import { workerData } from "node:worker_threads";\n${inner}`)};
        const source = new URL("data:text/javascript," + encodeURIComponent(code));
        await new Promise((resolve) => {
          new Worker(source, { workerData: process.argv[1] }).on("exit", resolve);
        });`;
      const { status, stderr } = run(script);
      assert.equal(status, 0, stderr);
      assert.deepEqual(found(), upTo(10_000));
      assert.deepEqual(journals(), []);
    });
  });
}

describe("a SIGKILL of a process whose log has a worker thread", () => {
  const kills: readonly (readonly [string, string])[] = [
    ["before the thread has looked", "write(0, 3000); die();"],
    ["in the midst of its work", "write(0, 60_000); die();"],
    ["in a later turn", "write(0, 5000); await pause(2); write(5000, 8000); die();"],
  ];
  for (const [name, end] of kills) {
    it(`loses nothing with durability journal, ${name}`, { skip: !hasJournal }, () => {
      const { signal } = run(`await open({ durability: "journal" }); ${end}`);
      assert.equal(signal, "SIGKILL");
      const last = Number(
        [...end.matchAll(/write\(\d+, ([\d_]+)\)/g)].at(-1)?.[1]?.replaceAll("_", ""),
      );
      // The next opening finishes what was left.
      new TimedRotatingFileHandler(path).close();
      // A kill within a write cuts it between two pages of the file; the line stands whole behind that.
      const records = found(1);
      assert.equal(records.length, last);
      assert.deepEqual(
        records.toSorted((a, b) => a - b),
        upTo(last),
      );
      assert.deepEqual(journals(), []);
    });
  }

  it("loses no more than what waits with durability buffered", () => {
    const { signal } = run(`
      await open({ durability: "buffered" });
      write(0, 1000);
      handler.flush();
      write(1000, 1010);
      die();`);
    assert.equal(signal, "SIGKILL");
    assert.deepEqual(found().slice(0, 1000), upTo(1000));
  });
});

describe("where a worker thread can't be had", () => {
  it("each record is written at once, and that is told once", () => {
    const { signal, stderr } = run(`await open({ durability: "journal" }); write(0, 3); die();`, {
      DAYBOOK_LOCK: "none",
    });
    assert.equal(signal, "SIGKILL");
    assert.deepEqual(found(), upTo(3));
    assert.equal(
      stderr.match(/has no worker thread, and is written with durability 'write'/g)?.length,
      1,
    );
  });

  it("no thread of a log starts another one, whatever is loaded ahead of the application", () => {
    const preload = join(folder, "preload.mjs");
    const code = `${PREPARE.replaceAll("process.argv[1]", JSON.stringify(path))} await open({});`;
    const script = `
      import { writeFileSync } from "node:fs";
      writeFileSync(${JSON.stringify(preload)}, ${JSON.stringify(code)});
      const { spawnSync } = await import("node:child_process");
      const { status } = spawnSync(process.execPath, ["-e", "setTimeout(() => {}, 300)"], {
        env: { ...process.env, NODE_OPTIONS: "--import=" + ${JSON.stringify(preload)} },
        stdio: "inherit",
        timeout: 50_000,
      });
      process.exit(status ?? 99);`;
    const { status, stderr } = run(script);
    assert.equal(status, 0, stderr);
    assert.ok(existsSync(path) || readdirSync(folder).some((name) => name.startsWith("app.log")));
  });
});
