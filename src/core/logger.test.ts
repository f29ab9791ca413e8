import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { KeyError } from "./errors.ts";
import { Handler } from "./handler.ts";
import { Manager, RootLogger } from "./hierarchy.ts";
import { getLastResort, setLastResort } from "./last-resort.ts";
import { Logger } from "./logger.ts";
import { LogRecord } from "./record.ts";
import { getRaiseExceptions, setRaiseExceptions } from "./self-report.ts";

class Recorder extends Handler {
  readonly records: LogRecord[] = [];
  readonly lines: string[] = [];
  onEmit: ((record: LogRecord) => void) | null = null;

  override emit(record: LogRecord): void {
    this.records.push(record);
    this.onEmit?.(record);
    this.lines.push(this.formatOrFallback(record));
  }

  get last(): LogRecord {
    const last = this.records.at(-1);
    assert.ok(last, "a record was expected");
    return last;
  }
}

let manager: Manager;
let log: Logger;
let recorder: Recorder;
const stderr = new CapturedStderr();
const lastResort = getLastResort();

beforeEach(() => {
  manager = new Manager(new RootLogger("DEBUG"));
  log = manager.getLogger("app.db");
  recorder = new Recorder();
  manager.root.addHandler(recorder);
  stderr.start();
});

afterEach(() => {
  stderr.stop();
  setLastResort(lastResort);
  setRaiseExceptions(true);
});

test("each level method logs at its level", () => {
  log.debug("m");
  log.info("m");
  log.warning("m");
  log.warn("m");
  log.error("m");
  log.exception("m");
  log.critical("m");
  log.fatal("m");
  log.log(15, "m");
  log.log("ERROR", "m");
  assert.deepEqual(
    recorder.records.map(({ levelno }) => levelno),
    [10, 20, 30, 30, 40, 40, 50, 50, 15, 40],
  );
  assert.deepEqual(new Set(recorder.lines), new Set(["m"]));
});

test("arguments, fields and errors get to the record", () => {
  const error = new Error("boom");
  log.info("user %s paid %d", "ann", 3.99, { id: 7 });
  assert.equal(recorder.last.getMessage(), "user ann paid 3");
  assert.equal(recorder.last.fields["id"], 7);
  log.exception(error, "could not pay %s", 7);
  assert.equal(recorder.last.exc_info, error);
  assert.match(recorder.lines.at(-1) ?? "", /^could not pay 7\nError: boom\n {4}at /);
  log.exception("could not pay %s", 8, error);
  assert.equal(recorder.last.getMessage(), "could not pay 8");
  assert.equal(recorder.last.exc_info, error);
});

test("the enabled levels are remembered and forgotten on every change", () => {
  assert.equal(log.isEnabledFor(10), true);
  manager.root.setLevel("WARNING");
  assert.equal(log.isEnabledFor(20), false);
  assert.equal(log.isEnabledFor("WARNING"), true);
  log.level = 5;
  assert.equal(log.isEnabledFor(5), true);
  manager.disable = "INFO";
  assert.equal(log.isEnabledFor(20), false);
  assert.equal(log.isEnabledFor(21), true);
  manager.disable = 0;
  assert.equal(log.isEnabledFor(20), true);
  assert.equal(log.isEnabledFor(0), false);
  log.disabled = true;
  assert.equal(log.isEnabledFor(50), false);
  log.disabled = false;
  assert.equal(log.isEnabledFor(50), true);
});

test("a disabled call doesn't look at its arguments", () => {
  log.setLevel("ERROR");
  let touched = false;
  log.info({
    get message(): string {
      touched = true;
      return "";
    },
  });
  assert.equal(touched, false);
  assert.equal(recorder.records.length, 0);
});

test("records go up to all ancestors' handlers, whose loggers' levels don't count", () => {
  const middle = manager.getLogger("app");
  const own = new Recorder();
  middle.addHandler(own);
  middle.setLevel("CRITICAL");
  log.setLevel("DEBUG");
  log.debug("x");
  assert.equal(own.records.length, 1);
  assert.equal(recorder.records.length, 1);
  own.setLevel("ERROR");
  middle.propagate = false;
  log.debug("y");
  assert.equal(own.records.length, 1);
  assert.equal(recorder.records.length, 1);
});

test("the place of a call is found in the file that made it", () => {
  recorder.onEmit = (record) => void record.pathname;
  function caller(): void {
    log.info("here");
  }
  caller();
  const { pathname, filename, module, lineno, funcName } = recorder.last;
  assert.match(pathname, /^\/.*logger\.test\.[jt]s$/);
  assert.match(filename, /^logger\.test\.[jt]s$/);
  assert.equal(module, "logger.test");
  assert.equal(lineno > 0, true);
  assert.equal(funcName, "caller");
});

test("the place is found through built-ins, async functions and awaits", async () => {
  recorder.onEmit = (record) => void record.funcName;
  function named(): void {
    [1].forEach(log.info, log);
  }
  named();
  assert.equal(recorder.last.funcName, "named");
  async function later(): Promise<void> {
    await Promise.resolve();
    log.info("after an await");
  }
  await later();
  assert.equal(recorder.last.funcName, "later");
});

test("the place is that of the original source, with Node's flag and without", () => {
  const map = { version: 3, names: [], sources: ["original.ts"], mappings: ";;AASA" };
  const url = new URL("../index.js", import.meta.url).href;
  const code = [
    `import { basicConfig, info } from ${JSON.stringify(url)};`,
    'basicConfig({ level: "INFO", format: "%(filename)s:%(lineno)d %(message)s" });',
    'info("x");',
    `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString("base64")}`,
  ].join("\n");
  const folder = mkdtempSync(join(tmpdir(), "daybook-map-"));
  try {
    const file = join(folder, "compiled.mjs");
    writeFileSync(file, code);
    const run = (...flags: string[]): string =>
      spawnSync(process.execPath, [...flags, file], { encoding: "utf8" }).stderr;
    assert.equal(run(), "original.ts:10 x\n");
    assert.equal(run("--enable-source-maps"), "original.ts:10 x\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("stacklevel looks further up, and stops at the outermost frame", () => {
  recorder.onEmit = (record) => void record.funcName;
  function helper(stacklevel: number): void {
    log.logRecord(20, "x", [], { stacklevel });
  }
  function outer(stacklevel: number): void {
    helper(stacklevel);
  }
  outer(1);
  assert.equal(recorder.last.funcName, "helper");
  outer(2);
  assert.equal(recorder.last.funcName, "outer");
  outer(1000);
  assert.notEqual(recorder.last.pathname, "(unknown file)");
});

test("once the call has returned its place is unknown, as CPython says it", () => {
  log.info("x");
  assert.equal(recorder.last.pathname, "(unknown file)");
  assert.equal(recorder.last.lineno, 0);
  assert.equal(recorder.last.funcName, "(unknown function)");
});

test("a place that was read stays", () => {
  recorder.onEmit = (record) => void record.lineno;
  log.info("x");
  const { lineno } = recorder.last;
  assert.equal(lineno > 0, true);
  assert.equal(recorder.last.lineno, lineno);
});

test("a subclass's findCaller is asked for every record", () => {
  class Finder extends Logger {
    override findCaller(): [string, number, string, string | null] {
      return ["/made/up.ts", 5, "fn", "Stack"];
    }
  }
  manager.setLoggerClass(Finder);
  manager.getLogger("found").info("x");
  assert.equal(recorder.last.filename, "up.ts");
  assert.equal(recorder.last.funcName, "fn");
  assert.equal(recorder.last.stack_info, "Stack");
});

test("the stack begins as Python's and ends with the call", () => {
  function deep(): void {
    log.logRecord(20, "x", [], { stackInfo: true });
  }
  deep();
  const lines = (recorder.last.stack_info ?? "").split("\n");
  assert.equal(lines[0], "Stack (most recent call last):");
  assert.match(lines.at(-1) ?? "", /^ {4}at deep /);
});

test("logRecord takes Python's arguments to the letter", () => {
  log.logRecord("INFO", "%(k)s", [{ k: 5 }], { extra: { user: "ann" } });
  assert.equal(recorder.last.getMessage(), "5");
  assert.equal(Reflect.get(recorder.last, "user"), "ann");
  assert.equal(LogRecord.fieldsOf(recorder.last), null);
  assert.throws(() => log.logRecord(20, "x", [], { extra: { message: 1 } }), KeyError);
});

test("wrong arguments are reported, and the record is written with them", () => {
  log.info("user %s paid %d", "ann", "much", { id: 1 });
  assert.equal(recorder.lines.at(-1), "user %s paid %d (arguments: [ 'ann', 'much' ])");
  assert.match(
    stderr.text,
    /^--- Logging error ---\nTypeError: %d format: a real number is required/,
  );
  assert.match(stderr.text, /\nCall stack:\n(?:.*\n)*.*logger\.test/);
  assert.match(stderr.text, /\nMessage: 'user %s paid %d'\nArguments: \[ 'ann', 'much' \]\n$/);
  log.info("too %s", "many", 5);
  assert.equal(recorder.lines.at(-1), "too %s (arguments: [ 'many', 5 ])");
});

test("nothing that is passed to a log call can make it throw", () => {
  const trap = (): never => {
    throw new Error("trap");
  };
  const proxy = new Proxy({}, { get: trap, getPrototypeOf: trap, ownKeys: trap, has: trap });
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  const hostile: readonly unknown[] = [
    proxy,
    revoked.proxy,
    cycle,
    Symbol("s"),
    10n,
    Object.create(null),
    { toString: trap },
    {
      get x(): never {
        return trap();
      },
    },
    Object.defineProperty(new Error("e"), "message", { get: trap }),
    Object.defineProperty(new Error("e"), "stack", { get: trap }),
    new Proxy(new Error("e"), { get: trap, getPrototypeOf: trap }),
    "x".repeat(1_000_000),
    "\ud800",
    "%",
    "%(",
    "%*d",
    Number.NaN,
    new Proxy({}, { ownKeys: trap }),
    new Map([["a", 1]]),
    undefined,
    null,
    [],
    () => 1,
    { getMessage: 1, toJSON: 1, ["__proto__"]: null },
  ];
  for (const value of hostile) {
    log.info(value);
    log.info("%s", value);
    log.info("%d %r %(a)s", value);
    log.info("plain", value);
    log.info(value, value, value);
    log.exception(value, "x", value);
    const before = recorder.lines.length;
    log.log(value as number, "level");
    assert.equal(recorder.lines.length - before, 0, "not a level, so not logged");
  }
  assert.equal(recorder.lines.length, hostile.length * 6);
});

test("handlers and filters that throw are reported and don't stop the others", () => {
  const broken = new Recorder();
  broken.handle = () => {
    throw new Error("broken handle");
  };
  log.addHandler(broken);
  log.addFilter(() => {
    throw new Error("broken filter");
  });
  log.info("x");
  assert.equal(recorder.records.length, 1);
  assert.match(stderr.text, /broken handle/);
  assert.match(stderr.text, /broken filter/);
});

test("an unknown level is reported with the message and the call goes on", () => {
  log.log("NOPE", "lost? %s", "no");
  assert.match(stderr.text, /ValueError: Unknown level: 'NOPE'/);
  assert.match(stderr.text, /not logged: 'lost\? %s' \[ 'no' \]/);
  log.log("NOPE", "lost? %s", "again");
  assert.equal(stderr.text.match(/Logging error/g)?.length, 1, "the same call is counted");
  assert.deepEqual(recorder.lines, []);
});

test("without handlers warnings go to the last resort", () => {
  manager.root.removeHandler(recorder);
  log.info("quiet");
  log.warning("loud %s", 1);
  assert.equal(stderr.text, "loud 1\n");
});

test("without handlers and last resort there is one warning in all", () => {
  manager.root.removeHandler(recorder);
  setLastResort(null);
  log.warning("a");
  log.warning("b");
  assert.equal(stderr.text, 'No handlers could be found for logger "app.db"\n');
});

test("raiseExceptions false silences the reports and the warning", () => {
  setRaiseExceptions(false);
  assert.equal(getRaiseExceptions(), false);
  log.info("%d", "a");
  manager.root.removeHandler(recorder);
  setLastResort(null);
  log.warning("a");
  assert.equal(stderr.text, "");
  assert.equal(recorder.lines.at(-1), "%d (arguments: [ 'a' ])");
});

test("a handler that logs for each record it is given is stopped and reported, and the process ends", () => {
  recorder.onEmit = () => log.info("again");
  log.info("once");
  assert.equal(recorder.records.length, 16);
  assert.match(stderr.text, /not logged: .* logs each time it is asked; this one: 'again'/);
  recorder.onEmit = null;
  log.info("afterwards");
  assert.equal(recorder.last.getMessage(), "afterwards");
  const url = new URL("../index.js", import.meta.url).href;
  const code = `
    import { getLogger, Handler } from ${JSON.stringify(url)};
    class Again extends Handler {
      constructor(log) { super(); this.log = log; }
      emit() { this.log.warning("again"); }
    }
    const deeper = (n, log) => (n === 0 ? log.warning("once") : deeper(n - 1, log));
    for (let n = 0; n < 300; n++) {
      const log = getLogger("recursive." + n);
      log.addHandler(new Again(log));
      deeper(n % 60, log);
    }
    console.log("done");
  `;
  const {
    stdout,
    stderr: errors,
    status,
  } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.deepEqual([stdout, status], ["done\n", 0]);
  assert.match(errors, /logs each time it is asked/);
});
