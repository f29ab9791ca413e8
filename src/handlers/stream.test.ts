import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { Writable } from "node:stream";
import { afterEach, beforeEach, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { makeLogRecord } from "../core/record.ts";
import { NullHandler } from "./null.ts";
import { StreamHandler } from "./stream.ts";
import type { TextStream } from "./stream.ts";

const stderr = new CapturedStderr();

beforeEach(() => {
  stderr.start();
});

afterEach(() => {
  stderr.stop();
});

class Sink {
  readonly writes: string[] = [];
  flushed = 0;
  write(text: string): void {
    this.writes.push(text);
  }
  flush(): void {
    this.flushed++;
  }
}

test("a record is one write, with its terminator", () => {
  const sink = new Sink();
  const handler = new StreamHandler(sink);
  handler.handle(makeLogRecord({ msg: "a" }));
  handler.terminator = "\r\n";
  handler.handle(makeLogRecord({ msg: "b" }));
  assert.deepEqual(sink.writes, ["a\n", "b\r\n"]);
});

test("the default stream is stderr", () => {
  const handler = new StreamHandler();
  handler.handle(makeLogRecord({ msg: "x" }));
  assert.equal(stderr.text, "x\n");
  assert.equal(String(handler), "<StreamHandler <stderr> (NOTSET)>");
});

test("setStream flushes and gives the old stream back, or null for the same", () => {
  const first = new Sink();
  const second = new Sink();
  const handler = new StreamHandler(first);
  assert.equal(handler.setStream(first), null);
  assert.equal(handler.setStream(second), first);
  assert.equal(first.flushed, 1);
  handler.handle(makeLogRecord({ msg: "x" }));
  assert.deepEqual(second.writes, ["x\n"]);
});

test("what can't be written to is refused, naming it", () => {
  for (const bad of [5, "stderr", {}, { write: 1 }]) {
    assert.throws(() => new StreamHandler(bad as never), {
      name: "TypeError",
      message: /^a stream can't be .+; accepted: an object with a write\(text\) method$/,
      value: bad,
    });
  }
});

test("a stream that throws is reported and doesn't stop the next record", () => {
  let broken = true;
  const got: string[] = [];
  const handler = new StreamHandler({
    write(text) {
      if (broken) throw new Error("pipe is gone");
      got.push(text);
    },
  });
  handler.handle(makeLogRecord({ msg: "one" }));
  broken = false;
  handler.handle(makeLogRecord({ msg: "two" }));
  assert.match(stderr.text, /--- Logging error ---\nError: pipe is gone/);
  assert.deepEqual(got, ["two\n"]);
});

test("a reader that goes away doesn't end the application", () => {
  const url = new URL("./stream.js", import.meta.url).href;
  const record = new URL("../core/record.js", import.meta.url).href;
  const code = `
    import { StreamHandler } from ${JSON.stringify(url)};
    import { makeLogRecord } from ${JSON.stringify(record)};
    const handler = new StreamHandler(process.stdout);
    let n = 0;
    const timer = setInterval(() => {
      handler.handle(makeLogRecord({ msg: "x".repeat(70000) }));
      if (++n === 20) { clearInterval(timer); process.stderr.write("survived"); }
    }, 5);
  `;
  const script = `"$0" --input-type=module -e "$1" | head -c 10 >/dev/null`;
  const { stderr: errors } = spawnSync("sh", ["-c", script, process.execPath, code], {
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.match(errors, /survived/);
  assert.match(errors, /^--- Logging error ---\nError: write EPIPE/);
  assert.match(errors, /In <stdout>: a log stream failed/);
});

test("the null handler takes everything and does nothing", () => {
  const handler = new NullHandler();
  const record = makeLogRecord({ msg: "%d", args: ["x"] });
  assert.equal(handler.handle(record), record);
  assert.equal(stderr.text, "");
});

test("a stream whose write and flush are async is reported when they fail", async () => {
  const handler = new StreamHandler({
    write: () => Promise.reject(new Error("late write")),
    flush: () => Promise.reject(new Error("late flush")),
  } as TextStream);
  handler.handle(makeLogRecord({ msg: "x" }));
  handler.flush();
  await new Promise((resolve) => setImmediate(resolve));
  assert.match(stderr.text, /Error: late write[^]*Message: 'x'/);
  assert.match(stderr.text, /Error: late flush[^]*a log stream failed/);
});

test("all lines that a failing stream takes along are counted", async () => {
  for (const autoDestroy of [true, false]) {
    stderr.start();
    const fail = (end: (error: Error) => void): void => void setImmediate(end, new Error("gone"));
    const sink = new Writable({ autoDestroy, write: (_chunk, _encoding, end) => fail(end) });
    const handler = new StreamHandler(sink);
    for (let i = 0; i < 10; i++) handler.handle(makeLogRecord({ msg: "x" }));
    for (let i = 0; i < 4; i++) await turn();
    stderr.stop();
    const { text } = stderr;
    assert.equal(text.split("--- Logging error ---").length, 2, text);
    assert.match(
      text,
      /\.\.\. 9 more failures of <Writable> since \S+: a log stream failed: Error: gone/,
    );
  }
});

test("lines lost to a reader that has gone are counted, and the process ends as ever", () => {
  const door = new URL("./stream.js", import.meta.url).href;
  const code = `
    import { StreamHandler } from ${JSON.stringify(door)};
    import { makeLogRecord } from ${JSON.stringify(new URL("../core/record.js", import.meta.url).href)};
    const handler = new StreamHandler(process.stdout);
    const record = makeLogRecord({ msg: "x".repeat(1000) });
    for (let i = 0; i < 5000; i++) handler.handle(record);
  `;
  const script = `("$0" --input-type=module -e "$1"; echo "code $?" >&2) | head -n 1`;
  const run = spawnSync("sh", ["-c", script, process.execPath, code], { encoding: "utf8" });
  const [, count] = /\.\.\. (\d+) more failures of <stdout>/.exec(run.stderr) ?? [];
  // What fits into the pipe may have been read, or not.
  assert.ok(Number(count) > 4000 && Number(count) < 5000, run.stderr);
  assert.match(run.stderr, /code 0/);
});
