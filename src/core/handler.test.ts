import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, mock, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { setClock } from "./clock.ts";
import { getHandlerByName, getHandlerNames, Handler } from "./handler.ts";
import { LogRecord } from "./record.ts";
import {
  BURST_WINDOW_MS,
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

test("a burst is told once in full, then counted, and closed after a quiet window", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  setClock({ now: () => Date.UTC(2024, 0, 2, 3, 4, 5) });
  const source = { toString: () => "<It>" };
  reportFailure(source, "first", "full text");
  reportFailure(source, "second", "never shown");
  reportFailure(source, "third", () => assert.fail("not needed"));
  assert.equal(stderr.text, "full text\n");
  mock.timers.tick(BURST_WINDOW_MS);
  assert.equal(
    stderr.text,
    "full text\n... 2 more records could not be handled by <It> since 2024-01-02T03:04:05.000Z: third\n",
  );
  mock.timers.tick(BURST_WINDOW_MS);
  stderr.text = "";
  reportFailure(source, "anew", "full again");
  assert.equal(stderr.text, "full again\n");
});

test("recovery closes the count at once, but a flapping source only once per window", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const source = { toString: () => "<It>" };
  reportRecovery(source);
  reportFailure(source, "one", "full");
  reportFailure(source, "two", "full");
  reportRecovery(source);
  assert.match(stderr.text, /^full\n\.\.\. 1 more record could not .*: two\n$/);
  stderr.text = "";
  for (let i = 0; i < 5; i++) {
    reportFailure(source, "again", "full");
    reportRecovery(source);
  }
  assert.equal(stderr.text, "");
  mock.timers.tick(BURST_WINDOW_MS);
  assert.match(stderr.text, /^\.\.\. 5 more records could not .*: again\n$/);
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
    timeout: 20_000,
  });
  assert.deepEqual([stdout, errors, status], ["0\n", "", 0]);
});
