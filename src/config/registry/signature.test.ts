import assert from "node:assert/strict";
import { test } from "node:test";

import { Handler } from "../../core/handler.ts";
import {
  bindArguments,
  camelCase,
  construct,
  isClass,
  setSignature,
  snakeCase,
} from "./signature.ts";
import type { Signature } from "./signature.ts";

const FILE: Signature = {
  positional: ["filename", "mode"],
  required: 1,
  options: ["maxBytes", "flushIntervalMs"],
  python: ["maxBytes"],
  renamed: { timeout: { to: "flushIntervalMs", convert: (value) => Number(value) * 1000 } },
};

test("keyword arguments become positional ones and options", () => {
  const bind = (given: Record<string, unknown>): unknown[] => bindArguments("F", FILE, given);
  assert.deepEqual(bind({ filename: "a" }), ["a"]);
  assert.deepEqual(bind({ mode: "w", filename: "a" }), ["a", "w"]);
  assert.deepEqual(bind({ filename: "a", maxBytes: 1 }), ["a", undefined, { maxBytes: 1 }]);
});

test("null stands for the default, but where there is none", () => {
  assert.deepEqual(bindArguments("F", FILE, { filename: null, mode: null, maxBytes: null }), [
    null,
  ]);
});

test("daybook's own names are taken in snake_case, too; Python's only as Python has them", () => {
  const bound = bindArguments("F", FILE, { filename: "a", flush_interval_ms: 5 });
  assert.deepEqual(bound.at(-1), { flushIntervalMs: 5 });
  assert.throws(() => bindArguments("F", FILE, { filename: "a", max_bytes: 5 }), {
    name: "TypeError",
    message: "F() got an unexpected keyword argument 'max_bytes'",
    value: "max_bytes",
    accepted: "flushIntervalMs, filename, mode, maxBytes",
  });
});

test("Python's name for another unit is converted", () => {
  const bound = bindArguments("F", FILE, { filename: "a", timeout: 2.5 });
  assert.deepEqual(bound.at(-1), { flushIntervalMs: 2500 });
});

test("an argument given twice, and arguments that are missing, are refused", () => {
  assert.throws(() => bindArguments("F", FILE, { filename: "a", timeout: 1, flushIntervalMs: 2 }), {
    message: "F() got multiple values for argument 'flushIntervalMs'",
  });
  assert.throws(() => bindArguments("F", FILE, {}), {
    message: "F() missing 1 required positional argument: 'filename'",
  });
  const three: Signature = { options: ["a", "b", "c"], needed: ["a", "b", "c"] };
  assert.throws(() => bindArguments("G", three, {}), {
    message: "G() missing 3 required positional arguments: 'a', 'b', and 'c'",
  });
  assert.throws(() => bindArguments("G", three, { a: 1 }), {
    message: "G() missing 2 required positional arguments: 'b' and 'c'",
  });
});

test("classes are made, functions called, and subclasses inherit the signature", () => {
  class Base {
    readonly given: readonly unknown[];
    constructor(...given: unknown[]) {
      this.given = given;
    }
  }
  class Derived extends Base {}
  assert.deepEqual((construct(Base, {}) as Base).given, []);
  assert.deepEqual((construct(Base, { a: 1 }) as Base).given, [{ a: 1 }]);
  setSignature(Base, FILE);
  assert.deepEqual((construct(Derived, { filename: "a" }) as Base).given, ["a"]);
  assert.deepEqual(
    construct((options: object) => options, { a: 1 }),
    { a: 1 },
  );
  assert.throws(() => construct("Base", {}), { message: "'Base' is not callable" });
});

test("a name such as __proto__ is an argument like any other", () => {
  const given = JSON.parse('{"__proto__": 1}') as Record<string, unknown>;
  assert.throws(() => bindArguments("F", FILE, given), /unexpected keyword argument '__proto__'/);
  const passed = construct((options: object) => options, given) as object;
  assert.equal(Object.getPrototypeOf(passed), Object.prototype);
});

test("classes of both kinds are told from functions", () => {
  function Old(this: object): void {}
  Object.setPrototypeOf(Old.prototype, Handler.prototype);
  assert.equal(isClass(class extends Array {}), true);
  assert.equal(isClass(Old), true);
  assert.equal(
    isClass(() => 1),
    false,
  );
  assert.equal(isClass("x"), false);
});

test("names change their spelling both ways", () => {
  assert.equal(snakeCase("flushIntervalMs"), "flush_interval_ms");
  assert.equal(camelCase("default_msec_format"), "defaultMsecFormat");
  assert.equal(camelCase("__dunder__"), "__dunder__");
});

test("a subclass with its own constructor says what it takes, or the error tells how to", () => {
  class Base {
    readonly made = true;
  }
  setSignature(Base, { positional: ["name"] });
  class Told extends Base {
    static readonly signature: Signature = { options: ["param"] };
    readonly param: string;
    constructor({ param }: { param: string }) {
      super();
      this.param = param;
    }
  }
  const made = construct(Told, { param: "noshow" });
  assert.ok(made instanceof Told && made.param === "noshow");
  class Untold extends Base {
    constructor(_options: object) {
      super();
    }
  }
  assert.throws(() => construct(Untold, { param: 1 }), {
    name: "TypeError",
    message: /^Untold\(\) got an unexpected keyword argument 'param' \(/,
    accepted: /static signature.*registerClass\(name, Untold, signature\), or registerFactory/,
  });
  class Plain extends Base {}
  const message = "Plain() got an unexpected keyword argument 'param'";
  assert.throws(() => construct(Plain, { param: 1 }), { message });
});
