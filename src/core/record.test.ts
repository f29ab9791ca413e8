import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Worker } from "node:worker_threads";

import { setClock } from "./clock.ts";
import { KeyError } from "./errors.ts";
import {
  applyExtra,
  extraNames,
  getLogRecordFactory,
  LogRecord,
  makeLogRecord,
  MISSING,
  recordValue,
  setLogRecordFactory,
} from "./record.ts";

const standardFactory = getLogRecordFactory();

afterEach(() => {
  setClock(null);
  setLogRecordFactory(standardFactory);
});

function record(msg: unknown, ...args: unknown[]): LogRecord {
  return new LogRecord("a.b", 20, "/srv/app/main.test.ts", 7, msg, args, null, "run");
}

test("a record has all of Python's attributes", () => {
  setClock({ now: () => 1_704_164_645_678.9 });
  const made = record("hello %s", "ann");
  assert.equal(made.name, "a.b");
  assert.equal(made.levelname, "INFO");
  assert.equal(made.pathname, "/srv/app/main.test.ts");
  assert.equal(made.filename, "main.test.ts");
  assert.equal(made.module, "main.test");
  assert.equal(made.lineno, 7);
  assert.equal(made.funcName, "run");
  assert.equal(made.created, 1_704_164_645.6789);
  assert.equal(made.msecs, 678);
  assert.equal(made.process, process.pid);
  assert.equal(made.processName, "MainProcess");
  assert.equal(made.thread, 0);
  assert.equal(made.threadName, "MainThread");
  assert.equal(made.taskName, null);
  assert.equal(made.exc_text, null);
  assert.equal(made.getMessage(), "hello ann");
  assert.equal(String(made), '<LogRecord: a.b, 20, /srv/app/main.test.ts, 7, "hello %s">');
});

test("times before 1970 have milliseconds from 0 to 999 too", () => {
  setClock({ now: () => -1 });
  assert.equal(record("x").msecs, 999);
});

test("in a worker thread the record says which one", async () => {
  const url = new URL("./record.js", import.meta.url).href;
  const code = `import(${JSON.stringify(url)}).then(({ LogRecord }) => {
    const { thread, threadName } = new LogRecord("a", 20, "f", 1, "x", [], null);
    require("node:worker_threads").parentPort.postMessage({ thread, threadName });
  });`;
  const worker = new Worker(code, { eval: true });
  const { thread, threadName } = await new Promise<{ thread: number; threadName: string }>(
    (resolve, reject) => worker.once("message", resolve).once("error", reject),
  );
  assert.equal(thread > 0, true);
  assert.equal(threadName, `Thread-${thread}`);
});

test("one non-empty mapping alone is unwrapped, an empty one is an argument", () => {
  assert.deepEqual(record("%(a)s", { a: 1 }).args, { a: 1 });
  assert.equal(record("%(a)s", { a: 1 }).getMessage(), "1");
  assert.equal(record("a %s", {}).getMessage(), "a {}");
  assert.equal(record("100%").getMessage(), "100%");
  assert.throws(() => record("100%", 1).getMessage(), /incomplete format/);
});

test("extra goes onto the record and may not overwrite an attribute", () => {
  const made = record("x");
  applyExtra(made, JSON.parse('{"user": "ann", "__proto__": {"polluted": 1}, "getMessage2": 3}'));
  assert.equal(Reflect.get(made, "user"), "ann");
  assert.deepEqual(extraNames(made), ["user", "__proto__", "getMessage2"]);
  assert.equal(Object.getPrototypeOf(made), LogRecord.prototype);
  assert.equal("polluted" in made, false);
  for (const key of ["message", "asctime", "name", "args", "pathname", "threadName", "taskName"]) {
    assert.throws(
      () => applyExtra(record("x"), { [key]: 1 }),
      (error: unknown) =>
        error instanceof KeyError && error.message === `Attempt to overwrite '${key}' in LogRecord`,
    );
  }
});

test("a format finds attributes first, then fields", () => {
  const made = record("x");
  made.fields = Object.assign(Object.create(null), { name: "field", id: 7 });
  assert.equal(recordValue(made, "name"), "a.b");
  assert.equal(recordValue(made, "id"), 7);
  assert.equal(recordValue(made, "nope"), MISSING);
  assert.equal(recordValue(made, "toString"), MISSING);
  assert.equal(recordValue(made, "getMessage"), MISSING);
  assert.equal(recordValue(made, "asctime"), MISSING);
  assert.equal(recordValue(made, "fields"), "{ name: 'field', id: 7 }");
});

test("fields are never null, and nothing is made until somebody asks", () => {
  const made = record("x");
  assert.equal(LogRecord.fieldsOf(made), null);
  assert.equal(recordValue(made, "id"), MISSING);
  assert.equal(recordValue(made, "fields"), "");
  assert.equal(LogRecord.fieldsOf(made.copy()), null);
  assert.equal(LogRecord.fieldsOf(made), null, "formats and copies ask without making");
  assert.equal(made.fields["user"], undefined);
  assert.equal(Object.getPrototypeOf(made.fields), null);
  assert.equal(recordValue(made, "fields"), "", "an empty object is no fields");
  made.fields["user"] = "ann";
  assert.equal(recordValue(made, "user"), "ann");
  assert.equal(made.copy().fields["user"], "ann");
});

test("fields that are assigned lose their prototype, and null means none", () => {
  const made = record("x");
  const given = { id: 7 };
  made.fields = given;
  given.id = 8;
  assert.equal(made.fields["id"], 7);
  assert.equal(recordValue(made, "toString"), MISSING);
  made.fields = null;
  assert.equal(LogRecord.fieldsOf(made), null);
  made.fields = "text" as unknown as null;
  assert.equal(recordValue(made, "fields"), "{ fields: 'text' }");
});

test("a record by hand is asked for its fields as it is", () => {
  assert.equal(LogRecord.fieldsOf({} as LogRecord), null);
  assert.deepEqual(LogRecord.fieldsOf({ fields: { id: 1 } } as unknown as LogRecord), { id: 1 });
});

test("makeLogRecord sets what it is given and derives nothing", () => {
  const made = makeLogRecord({
    name: "far",
    levelno: 40,
    levelname: "ODD",
    pathname: "/x/y.ts",
    processName: "Worker-9",
    tier: 1,
    fields: { id: 1 },
  });
  assert.equal(made.levelname, "ODD");
  assert.equal(made.pathname, "/x/y.ts");
  assert.equal(made.filename, "");
  assert.equal(made.processName, "Worker-9");
  assert.equal(made.process, process.pid);
  assert.equal(Reflect.get(made, "tier"), 1);
  assert.equal(made.fields["id"], 1);
});

test("makeLogRecord copies the fields, whatever they are", () => {
  const fields = Object.assign(Object.create(null), { id: 1 });
  const made = makeLogRecord({ fields });
  fields.id = 2;
  assert.equal(made.fields["id"], 1);
  assert.equal(Object.getPrototypeOf(made.fields), null);
  assert.equal(makeLogRecord({ fields: 5 }).fields["fields"], 5);
  assert.equal(makeLogRecord({ fields: JSON.parse('{"__proto__": 1}') }).fields["__proto__"], 1);
});

test("a copy is a record of its own", () => {
  const made = record("hello %s", "ann");
  made.fields = Object.assign(Object.create(null), { id: 1 });
  applyExtra(made, { user: "u" });
  const copy = made.copy();
  copy.msg = "changed";
  copy.lineno = 99;
  Object.assign(copy.fields, { id: 2 });
  assert.equal(made.msg, "hello %s");
  assert.equal(made.lineno, 7);
  assert.equal(made.fields["id"], 1);
  assert.equal(copy.created, made.created);
  assert.equal(copy.pathname, made.pathname);
  assert.equal(Reflect.get(copy, "user"), "u");
});

test("the factory makes the records", () => {
  class Marked extends LogRecord {
    readonly mark = "m";
  }
  setLogRecordFactory((...args) => new Marked(...args));
  assert.equal(Reflect.get(makeLogRecord({}), "mark"), "m");
});

test("the factory may be a class that derives from LogRecord", () => {
  class Derived extends LogRecord {
    readonly kind = "derived";
  }
  setLogRecordFactory(Derived);
  const made = makeLogRecord({ msg: "x" });
  assert.ok(made instanceof Derived);
  assert.ok(getLogRecordFactory()("a", 20, "", 0, "y", [], null) instanceof Derived);
  setLogRecordFactory(LogRecord);
  assert.ok(makeLogRecord({}) instanceof LogRecord);
});

test("what can't make records is refused as a factory", () => {
  for (const value of [null, undefined, {}, "LogRecord"]) {
    assert.throws(() => setLogRecordFactory(value as unknown as typeof LogRecord), {
      name: "TypeError",
      message: /^a record factory can't be .+; accepted: a function that makes records, or /,
    });
  }
  assert.equal(getLogRecordFactory(), standardFactory);
});
