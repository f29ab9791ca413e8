import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, mock, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { setClock } from "./clock.ts";
import { getHandlerByName, getHandlerNames, Handler } from "./handler.ts";
import { LogRecord } from "./record.ts";
import {
  BURST_KINDS,
  BURST_WINDOW_MS,
  closeReports,
  guardStream,
  reportFailure,
  reportOnce,
  reportRecovery,
  writeStderr,
} from "./self-report.ts";

class Lines extends Handler {
  readonly lines: string[] = [];

  override emit(record: LogRecord): void {
    this.lines.push(this.formatOrFallback(record));
  }
}

const stderr = new CapturedStderr();

beforeEach(() => {
  stderr.start();
});

afterEach(() => {
  stderr.stop();
  mock.timers.reset();
  setClock(null);
});

function record(msg: unknown, ...args: unknown[]): LogRecord {
  return new LogRecord("a", 30, "f.ts", 1, msg, args, null);
}

// The window of a burst begins when the stack of its first failure is gone.
async function windowStarted(): Promise<void> {
  await Promise.resolve();
}

test("the base's emit says that it must be implemented, through the report", () => {
  new Handler().handle(record("x"));
  assert.match(stderr.text, /emit must be implemented by Handler subclasses/);
});

test("filters decide, and a replaced record is what is emitted and returned", () => {
  const handler = new Lines();
  const other = record("other");
  assert.equal(handler.handle(record("x"))?.valueOf() instanceof LogRecord, true);
  handler.addFilter({ filter: () => other });
  assert.equal(handler.handle(record("x")), other);
  handler.addFilter(() => 0);
  assert.equal(handler.handle(record("x")), false);
  assert.deepEqual(handler.lines, ["x", "other"]);
});

test("a formatter that fails is reported and the text is kept", () => {
  const handler = new Lines();
  handler.setFormatter({
    format: () => {
      throw new Error("broken formatter");
    },
  });
  const made = record("user %s", "ann");
  made.fields = Object.assign(Object.create(null), { id: 7 });
  made.exc_text = "Error: boom";
  handler.handle(made);
  handler.handle(record("%d", "ann"));
  assert.deepEqual(handler.lines, [
    "WARNING:a:user ann { id: 7 }\nError: boom",
    "WARNING:a:%d (arguments: [ 'ann' ])",
  ]);
  assert.match(stderr.text, /broken formatter/);
});

test("names find handlers, and renaming and closing forget the old one", () => {
  const handler = new Lines();
  handler.name = "first";
  assert.equal(getHandlerByName("first"), handler);
  handler.name = "second";
  assert.equal(getHandlerByName("first"), null);
  assert.equal(getHandlerNames().includes("second"), true);
  handler.close();
  assert.equal(getHandlerByName("second"), null);
});

test("a kind of failure is told once in full, then counted, and closed after a quiet window", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  setClock({ now: () => Date.UTC(2024, 0, 2, 3, 4, 5) });
  const source = { toString: () => "<It>" };
  reportFailure(source, "full disk", "full text");
  reportFailure(source, "full disk", "never shown");
  reportFailure(source, "full disk", () => assert.fail("not needed"));
  assert.equal(stderr.text, "full text\n");
  await windowStarted();
  mock.timers.tick(BURST_WINDOW_MS);
  assert.equal(
    stderr.text,
    "full text\n... 2 more failures of <It> since 2024-01-02T03:04:05.000Z: full disk\n",
  );
  mock.timers.tick(BURST_WINDOW_MS);
  stderr.text = "";
  reportFailure(source, "full disk", "full again");
  assert.equal(stderr.text, "full again\n");
});

test("each kind of failure is told in full, up to ten, and all others are counted", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const source = { toString: () => "<It>" };
  for (let round = 0; round < 3; round++) {
    for (let kind = 0; kind < BURST_KINDS + 2; kind++) {
      reportFailure(source, `kind ${kind}`, `full ${kind}`);
    }
  }
  const expected = Array.from({ length: BURST_KINDS }, (_, kind) => `full ${kind}\n`).join("");
  assert.equal(stderr.text, expected);
  stderr.text = "";
  await windowStarted();
  mock.timers.tick(BURST_WINDOW_MS);
  assert.match(stderr.text, /^\.\.\. 26 more failures of <It> since .*: kind 11\n$/);
});

test("in a burst that goes on, what came in the last window is counted, what is new is told", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const source = { toString: () => "<It>" };
  const fail = (kind: string): void => reportFailure(source, kind, `full ${kind}`);
  fail("a");
  fail("b");
  fail("b");
  await windowStarted();
  mock.timers.tick(BURST_WINDOW_MS);
  assert.match(stderr.text, /^full a\nfull b\n\.\.\. 1 more failure of <It> since .*: b\n$/);
  stderr.text = "";
  fail("b");
  fail("a");
  assert.equal(stderr.text, "full a\n");
  mock.timers.tick(BURST_WINDOW_MS);
  assert.match(stderr.text, /^full a\n\.\.\. 1 more failure of <It> since .*: b\n$/);
  for (let quiet = 0; quiet < 2; quiet++) mock.timers.tick(BURST_WINDOW_MS);
  stderr.text = "";
  fail("b");
  assert.equal(stderr.text, "full b\n");
});

test("each message that the formatter fails at is reported once, equal ones are counted", () => {
  const handler = new Lines();
  for (let i = 0; i < 3; i++) {
    handler.handle(record("first %d", "x"));
    handler.handle(record("second %d", "y"));
  }
  assert.equal(handler.lines.length, 6);
  assert.equal(stderr.text.match(/--- Logging error ---/g)?.length, 2);
  assert.match(stderr.text, /Message: 'first %d'\n[^]*Message: 'second %d'\n/);
  stderr.text = "";
  closeReports();
  assert.match(
    stderr.text,
    /^\.\.\. 4 more failures of <Lines .*not str in the message 'second %d'\n$/,
  );
});

test("a handler that calls format itself has its failures told by message too", () => {
  class Plain extends Handler {
    override emit(made: LogRecord): void {
      this.format(made);
    }
  }
  const handler = new Plain();
  for (const msg of ["first %d", "second %d", "first %d"]) handler.handle(record(msg, "x"));
  assert.equal(stderr.text.match(/--- Logging error ---/g)?.length, 2);
});

test("a failure to deliver is one kind, whatever the messages", () => {
  class Stuck extends Handler {
    override emit(): void {
      throw new Error("no space left");
    }
  }
  const handler = new Stuck();
  for (const msg of ["one", "two", "three"]) handler.handle(record(msg));
  assert.equal(stderr.text.match(/--- Logging error ---/g)?.length, 1);
});

test("recovery closes the count at once, but a flapping source only once per window", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const source = { toString: () => "<It>" };
  reportRecovery(source);
  reportFailure(source, "one", "full");
  reportFailure(source, "one", "full");
  reportRecovery(source);
  assert.match(stderr.text, /^full\n\.\.\. 1 more failure of <It> .*: one\n$/);
  stderr.text = "";
  for (let i = 0; i < 5; i++) {
    reportFailure(source, "one", "full");
    reportRecovery(source);
  }
  assert.equal(stderr.text, "");
  await windowStarted();
  mock.timers.tick(BURST_WINDOW_MS);
  assert.match(stderr.text, /^\.\.\. 5 more failures of <It> .*: one\n$/);
});

test("where the stack is full nothing is written at once, and the count tells it", () => {
  const source = { toString: () => "<It>" };
  reportFailure(source, "RangeError: Maximum call stack size exceeded", () => assert.fail());
  assert.equal(stderr.text, "");
  reportFailure(source, "another", "full");
  assert.equal(stderr.text, "full\n");
  closeReports();
  assert.match(
    stderr.text,
    /\n\.\.\. 1 more failure of <It> since .*: RangeError: Maximum call stack/,
  );
});

test("what a broken stderr did not take is counted", () => {
  const source = { toString: () => "<It>" };
  const { write } = process.stderr;
  process.stderr.write = () => {
    throw new Error("EPIPE");
  };
  reportFailure(source, "disk", "full");
  process.stderr.write = write;
  closeReports();
  assert.match(stderr.text, /^\.\.\. 1 more failure of <It> since .*: disk\n$/);
});

test("what is said once is said once", () => {
  const source = {};
  reportOnce(source, "notice");
  reportOnce(source, "notice");
  reportOnce({}, "notice");
  assert.equal(stderr.text, "notice\nnotice\n");
});

test("a stderr that throws is no reason to throw", () => {
  process.stderr.write = () => {
    throw new Error("EPIPE");
  };
  writeStderr("x");
  new Handler().handle(record("x"));
});

test("a stream gets one error listener, however many handlers write to it", () => {
  const added: string[] = [];
  const stream = { on: (name: string) => added.push(name) };
  guardStream(stream);
  guardStream(stream);
  assert.deepEqual(added, ["error"]);
});

test("at exit handlers are flushed and closed in reverse order, failing ones too", () => {
  const url = new URL("./handler.js", import.meta.url).href;
  const code = `
    import { Handler } from ${JSON.stringify(url)};
    class Traced extends Handler {
      constructor(id) { super(); this.id = id; }
      flush() { console.log("flush", this.id); if (this.id === 2) throw new Error("stuck"); }
      close() { console.log("close", this.id); super.close(); }
      toString() { return "<Traced " + this.id + ">"; }
    }
    globalThis.kept = [new Traced(1), new Traced(2), new Traced(3)];
  `;
  const {
    stdout,
    stderr: errors,
    status,
  } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
  assert.equal(stdout, "flush 3\nclose 3\nflush 2\nclose 2\nflush 1\nclose 1\n");
  assert.match(errors, /Error: stuck[^]*In <Traced 2>: closing at shutdown failed/);
  assert.equal(status, 0);
});

test("importing the library writes nothing, keeps nothing alive and listens to nothing", () => {
  const url = new URL("../index.js", import.meta.url).href;
  const code = `
    const before = process.eventNames().length;
    await import(${JSON.stringify(url)});
    console.log(process.eventNames().length - before);
  `;
  const {
    stdout,
    stderr: errors,
    status,
  } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.deepEqual([stdout, errors, status], ["0\n", "", 0]);
});

test("every failure is told at once when the process is ending", () => {
  const index = JSON.stringify(new URL("../index.js", import.meta.url).href);
  const script = `
    const { Handler, getLogger } = await import(${index});
    class Broken extends Handler { emit() { throw new Error("no room"); } }
    const log = getLogger("app");
    log.addHandler(new Broken());
    process.on("exit", () => { for (let i = 0; i < 3; i += 1) log.error("last words"); });
  `;
  const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  assert.equal(stderr.match(/no room/g)?.length, 3);
});
