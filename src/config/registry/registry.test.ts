import assert from "node:assert/strict";
import { test } from "node:test";

import { StreamHandler } from "../../handlers/stream.ts";
import {
  importName,
  registerClass,
  registerFactory,
  registerValue,
  registeredNames,
  resolveName,
  unregister,
} from "./registry.ts";

test("Python's names and daybook's own are there from the start", () => {
  assert.equal(importName("logging.StreamHandler"), StreamHandler);
  assert.equal(importName("StreamHandler"), StreamHandler);
  assert.equal(importName("sys.stdout"), process.stdout);
  assert.equal(importName("logging.WARNING"), 30);
  assert.equal(importName("logging.handlers.SysLogHandler.LOG_LOCAL7"), 23);
  assert.ok(registeredNames().includes("logging.handlers.TimedRotatingFileHandler"));
});

test("a name that nobody registered fails with the words of CPython's import", () => {
  for (const [name, message] of [
    ["nosuchmodule.Handler", "No module named 'nosuchmodule'"],
    ["nosuchmodule", "No module named 'nosuchmodule'"],
    ["logging.NoSuchHandler", "No module named 'logging.NoSuchHandler'"],
    [
      "logging.handlers.Nope",
      "No module named 'logging.handlers.Nope'; 'logging.handlers' is not a package",
    ],
    ["sys.stdin", "No module named 'sys.stdin'; 'sys' is not a package"],
  ] as const) {
    assert.throws(() => importName(name), { name: "ModuleNotFoundError", message });
    assert.throws(() => resolveName(name), {
      name: "ValueError",
      message: `Cannot resolve '${name}': ${message}`,
    });
  }
});

test("what is accepted names what looks like it", () => {
  assert.throws(
    () => importName("logging.StreemHandler"),
    ({ accepted }: { accepted: string }) => accepted.includes("logging.StreamHandler"),
  );
});

test("no name leads into an object, so none leads to Function", () => {
  for (const name of [
    "logging.StreamHandler.constructor",
    "logging.StreamHandler.prototype",
    "constructor",
    "__proto__",
    "toString",
  ]) {
    assert.throws(() => importName(name), { name: "ModuleNotFoundError" });
  }
});

test("what is no name is CPython's AttributeError", () => {
  for (const value of [undefined, null, 5, {}]) {
    assert.throws(() => importName(value), { name: "AttributeError" });
  }
});

test("programs add names and take them back", () => {
  class Own extends StreamHandler {}
  const make = (): Own => new Own();
  registerClass("test.Own", Own);
  registerFactory("test.make", make);
  registerValue("test.value", undefined);
  assert.equal(importName("test.Own"), Own);
  assert.equal(importName("test.make"), make);
  assert.equal(importName("test.value"), undefined);
  for (const name of ["test.Own", "test.make", "test.value"]) assert.equal(unregister(name), true);
  assert.equal(unregister("test.Own"), false);
  assert.throws(() => importName("test.Own"), { name: "ModuleNotFoundError" });
});

test("what can't be registered is refused", () => {
  assert.throws(() => registerClass("a", 5 as never), { name: "TypeError" });
  assert.throws(() => registerFactory("a", "b" as never), { name: "TypeError" });
  for (const name of ["", "a..b", ".a", 5]) {
    assert.throws(() => registerValue(name as string, 1), { name: "TypeError" });
  }
});

test("a factory may say what it expects, and Windows' event log is said to be missing", () => {
  registerFactory("test.typed", ({ level }: { level: string }) => level);
  unregister("test.typed");
  assert.throws(
    () => importName("logging.handlers.NTEventLogHandler"),
    ({ accepted }: { accepted: string }) => accepted.includes("has no NTEventLogHandler"),
  );
});
