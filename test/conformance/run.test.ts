import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";

import type { Deviation } from "./deviations.ts";
import { NotYet, type Case, type Part } from "./part.ts";
import { record } from "./parts/record.ts";
import { runFolder, type RunResult } from "./run.ts";

const top = mkdtempSync(join(tmpdir(), "conformance-"));
after(() => rmSync(top, { recursive: true, force: true }));

/** A part that doubles a number, refuses negative ones and has no fractions yet. */
const double: Part = {
  name: "double",
  run({ n }) {
    const number = Number(n);
    if (number < 0) throw new RangeError(`negative: ${number}`);
    if (!Number.isInteger(number)) throw new NotYet("fractions");
    return { doubled: number * 2, zone: process.env["TZ"] };
  },
  localZone: ({ tz }) => String(tz),
};

const good: Case = {
  id: "double-1",
  part: "double",
  input: { n: 2, tz: "Asia/Tokyo" },
  output: { zone: "Asia/Tokyo", doubled: 4 },
};

function folderOf(files: Record<string, Uint8Array>): string {
  const folder = mkdtempSync(join(top, "cases-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

function gz(...lines: unknown[]): Uint8Array {
  return gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

function run(
  cases: readonly Case[],
  deviations: readonly Deviation[] = [],
  visible = false,
): RunResult {
  const folder = folderOf({
    "double.jsonl.gz": gz({ part: "double", count: cases.length }, ...cases),
  });
  return runFolder(folder, new Map([["double", double]]), deviations, visible);
}

/** The cells of a part's row in the table. */
function row(text: string, part: string): string[] {
  const line = text.split("\n").find((each) => each.startsWith(`${part} `));
  return line === undefined ? [] : line.split(/ {2,}/);
}

test("a right case passes whatever the order of its keys, in its own zone", () => {
  const before = process.env["TZ"];
  const elsewhere = { ...good, input: { n: 2, tz: "UTC" }, output: { doubled: 4, zone: "UTC" } };
  const { text, exitCode } = run([good, elsewhere, good]);
  assert.equal(exitCode, 0, text);
  assert.deepEqual(row(text, "double"), ["double", "3", "3", "0", "0", "0"]);
  assert.equal(process.env["TZ"], before);
});

test("a wrong case fails the run and is shown with both answers", () => {
  for (const wrong of [
    { ...good, output: { doubled: 5, zone: "Asia/Tokyo" } },
    { ...good, output: { doubled: 4 } },
    { ...good, output: { doubled: "4", zone: "Asia/Tokyo" } },
    { ...good, output: { doubled: 4, zone: "Asia/Tokyo", more: null } },
    { ...good, input: { n: -1, tz: "UTC" } },
    {
      id: good.id,
      part: good.part,
      input: good.input,
      error: { type: "ValueError", message: "no" },
    },
  ]) {
    const { text, exitCode } = run([good, { ...wrong, id: "planted" } as Case]);
    assert.equal(exitCode, 1, text);
    assert.deepEqual(row(text, "double"), ["double", "2", "1", "0", "1", "0"]);
    assert.match(text, /FAIL planted\n {2}input .*\n {2}expected .*\n {2}ours /);
    assert.match(text, /NOT ok: 1 cases fail/);
  }
});

test("an expected error must agree in type, message and step", () => {
  const error = { type: "RangeError", message: "negative: -1" };
  const asked = { id: "e", part: "double", input: { n: -1, tz: "UTC" } };
  assert.equal(run([{ ...asked, error }]).exitCode, 0);
  for (const wrong of [
    { ...error, type: "ValueError" },
    { ...error, message: "negative" },
    { ...error, step: 0 },
    { ...error, cause: error },
  ]) {
    assert.equal(run([{ ...asked, error: wrong }]).exitCode, 1);
  }
});

test("an unknown part and a missing feature are not yet, never dropped", () => {
  const { text, exitCode } = run([
    good,
    { ...good, part: "elsewhere" },
    { ...good, input: { n: 0.5, tz: "UTC" } },
  ]);
  assert.equal(exitCode, 0, text);
  assert.deepEqual(row(text, "double"), ["double", "2", "1", "0", "0", "1"]);
  assert.deepEqual(row(text, "elsewhere"), ["elsewhere", "1", "0", "0", "0", "1"]);
  assert.match(text, /not yet: double, 1 cases: fractions/);
  assert.match(text, /not yet: elsewhere, 1 cases: no runner for this part/);
});

test("a deviation is counted by name and only where it explains the difference", () => {
  const offByOne: Deviation = {
    name: "off-by-one",
    reason: "we like it so",
    concerns: ({ id }) => id === "double-1",
    explains: (expected, ours) =>
      (expected.output as { doubled: number }).doubled ===
      (ours.output as { doubled: number }).doubled + 1,
  };
  const shifted = { ...good, output: { doubled: 5, zone: "Asia/Tokyo" } };
  const explained = run([good, shifted], [offByOne], true);
  assert.equal(explained.exitCode, 0, explained.text);
  assert.deepEqual(row(explained.text, "double"), ["double", "2", "1", "off-by-one 1", "0", "0"]);
  assert.match(explained.text, /deviation off-by-one: we like it so/);
  const beyond = run([{ ...shifted, output: { doubled: 6 } }], [offByOne]);
  assert.equal(beyond.exitCode, 1);
  const unconcerned = run([{ ...shifted, id: "double-2" }], [offByOne]);
  assert.equal(unconcerned.exitCode, 1);
});

test("a deviation that no visible case shows is stale and fails the run", () => {
  const never: Deviation = {
    name: "never",
    reason: "-",
    concerns: ({ input }) => input["n"] === 0.5,
    explains: () => false,
  };
  const { text, exitCode } = run([good], [never], true);
  assert.equal(exitCode, 1);
  assert.match(text, /stale deviation: no case shows 'never'/);
  assert.equal(run([good], [never], false).exitCode, 0);
  const waiting = { ...good, input: { n: 0.5, tz: "UTC" } };
  assert.equal(run([good, waiting], [never], true).exitCode, 0);
});

test("a deviation that its witness still shows is not stale, one that it shows no more is", () => {
  const rare = (witness: Case): Deviation => ({
    name: "rare",
    reason: "-",
    concerns: ({ id }) => id === "witness",
    explains: (_, ours) => (ours.output as { doubled: number }).doubled === 4,
    witness,
  });
  const shows = { ...good, id: "witness", output: { doubled: 5, zone: "Asia/Tokyo" } };
  assert.equal(run([good], [rare(shows)], true).exitCode, 0);
  for (const witness of [
    { ...shows, output: good.output },
    { ...shows, input: { n: 3, tz: "UTC" } },
  ]) {
    const { text, exitCode } = run([good], [rare(witness)], true);
    assert.equal(exitCode, 1);
    assert.match(text, /stale deviation: no case shows 'rare'/);
  }
});

test("a part that answers with a promise fails: nothing may pass unseen", () => {
  const late: Part = { name: "double", run: () => Promise.resolve(good.output) };
  const folder = folderOf({ "a.jsonl.gz": gz({ count: 1 }, good) });
  assert.equal(runFolder(folder, new Map([["double", late]]), []).exitCode, 1);
});

test("a file with fewer cases than its header says is noted", () => {
  const folder = folderOf({ "a.jsonl.gz": gz({ count: 2 }, good) });
  const { text, exitCode } = runFolder(folder, new Map([["double", double]]), []);
  assert.equal(exitCode, 0, text);
  assert.match(text, /note: .*a\.jsonl\.gz holds 1 cases, its header says 2/);
});

test("files that are not gzipped count as well", () => {
  const text = [{ count: 1 }, good].map((line) => `${JSON.stringify(line)}\n`).join("");
  const folder = folderOf({ "a.jsonl": Buffer.from(text), "b.jsonl.gz": gz({ count: 1 }, good) });
  const { text: table, exitCode } = runFolder(folder, new Map([["double", double]]), []);
  assert.equal(exitCode, 0, table);
  assert.match(table, /double +2 +2/);
});

test("cases that can't be read are a clear error that names the file", () => {
  const whole = gz({ part: "double", count: 1 }, good);
  const spoiled: [Record<string, Uint8Array>, RegExp][] = [
    [{}, /no cases \(\*\.jsonl\.gz, \*\.jsonl\)/],
    [{ "notes.txt": whole }, /no cases/],
    [{ "a.jsonl.gz": whole.subarray(0, whole.length - 12) }, /a\.jsonl\.gz is damaged/],
    [{ "a.jsonl.gz": Buffer.from("plain text") }, /a\.jsonl\.gz is damaged/],
    [{ "a.jsonl.gz": gzipSync("{]\n") }, /a\.jsonl\.gz, line 1 is not JSON/],
    [{ "a.jsonl.gz": gzipSync("17\n") }, /line 1 is not an object/],
    [
      { "a.jsonl.gz": gz({ count: 1 }, { id: "x", part: "double", input: {} }) },
      /line 2 is not a case/,
    ],
  ];
  for (const [files, message] of spoiled) {
    const folder = folderOf(files);
    const { text, exitCode } = runFolder(folder);
    assert.equal(exitCode, 1);
    assert.match(text, message);
  }
  const missing = runFolder(join(top, "nowhere"));
  assert.equal(missing.exitCode, 1);
  assert.match(missing.text, /no folder of cases at .*nowhere/);
});

test("an error where we have none is a failure, whatever the deviations", () => {
  const input = {
    steps: [
      [
        "dictConfig",
        {
          version: 1,
          handlers: {
            a: { class: "logging.handlers.RotatingFileHandler", filename: "a.log", maxBytes: 9 },
            b: { class: "logging.handlers.MemoryHandler", capacity: 1, target: "c" },
            c: { class: "logging.handlers.MemoryHandler", capacity: 1 },
          },
        },
      ],
      ["log", null, 50, "caf\u00e9", []],
    ],
  };
  const error = { type: "ValueError", message: "no such luck", step: 0 };
  const part: Part = { name: "dictconfig", run: () => ({ tree: {}, after: {}, end: {} }) };
  const folder = folderOf({
    "a.jsonl.gz": gz({ count: 1 }, { id: "a", part: "dictconfig", input, error }),
  });
  const { text, exitCode } = runFolder(folder, new Map([["dictconfig", part]]));
  assert.equal(exitCode, 1);
  assert.match(text, /dictconfig +1 +0/);
});

test("a record's case may have attributes of any name", () => {
  const extra = JSON.parse('{"__proto__": 5, "toString": "mine"}') as unknown;
  const common = { logger: "a", name: "a", levelno: 20, pathname: "x.ts", lineno: 1, msg: "hi" };
  const made = record.run({
    kind: "makeRecord",
    ...common,
    args: [],
    func: null,
    extra,
    sinfo: null,
  });
  const { attributes, repr } = made as { attributes: object; repr: string };
  assert.equal(repr, '<LogRecord: a, 20, x.ts, 1, "hi">');
  const own = Object.entries(Object.getOwnPropertyDescriptors(attributes));
  const values = new Map(own.map(([key, { value }]) => [key, value as unknown]));
  assert.deepEqual([values.get("__proto__"), values.get("toString")], [5, "mine"]);
});
