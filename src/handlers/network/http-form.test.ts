import assert from "node:assert/strict";
import { test } from "node:test";

import { pythonText, urlencode } from "./http-form.ts";

test("keys and values are quoted as Python's quote_plus does", () => {
  assert.equal(
    urlencode({ "a b": "x y+z", path: "/a?b=c&d~e_f-g.h*", ü: "漢\u{1f600}", empty: "" }),
    "a+b=x+y%2Bz&path=%2Fa%3Fb%3Dc%26d~e_f-g.h%2A&%C3%BC=%E6%BC%A2%F0%9F%98%80&empty=",
  );
});

test("a surrogate without its other half is escaped, where CPython fails", () => {
  assert.equal(urlencode({ a: "\ud800" }), "a=%5Cud800");
});

test("values are shown as Python shows them", () => {
  const shown: readonly [unknown, string][] = [
    [null, "None"],
    [undefined, "None"],
    [true, "True"],
    [false, "False"],
    [12, "12"],
    [-3n, "-3"],
    [1.5, "1.5"],
    [-0, "-0.0"],
    [1e16, "1e+16"],
    [2 ** 53, "9007199254740992.0"],
    [1.25e-5, "1.25e-05"],
    [0.0001, "0.0001"],
    [1e22, "1e+22"],
    [1.7976931348623157e308, "1.7976931348623157e+308"],
    [Number.NaN, "nan"],
    [-Infinity, "-inf"],
    ["it's", "it's"],
    [["it's", null, [1]], `["it's", None, [1]]`],
    [{ a: [true], b: { c: 1.5 } }, "{'a': [True], 'b': {'c': 1.5}}"],
    [new Error("why"), "Error: why"],
  ];
  for (const [value, text] of shown) assert.equal(pythonText(value), text);
});

test("a record's times are floats, its arguments a tuple", () => {
  assert.equal(
    urlencode({ created: 1_700_000_000, msecs: 5, args: ["a", 2], lineno: 5 }),
    "created=1700000000.0&msecs=5.0&args=%28%27a%27%2C+2%29&lineno=5",
  );
  assert.equal(urlencode({ args: [1] }), "args=%281%2C%29");
  assert.equal(urlencode({ args: [] }), "args=%28%29");
});

test("hostile values are some text", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const ring: unknown[] = [];
  ring.push(ring);
  for (const value of [proxy, ring, Symbol("s"), () => 1]) {
    assert.match(urlencode({ value }), /^value=.+$/);
  }
});

test("a form ends where it is longer than anybody would send", () => {
  const text = "x y".repeat(1000);
  const form = urlencode(
    { a: 1, text, list: Array.from({ length: 100_000 }, () => "item"), last: 2 },
    2000,
  );
  assert.ok(form.startsWith("a=1&text=x+yx+y"));
  assert.ok(form.length > 2000 && form.length < 2500, String(form.length));
  let asked = 0;
  const item = {
    get text(): string {
      asked += 1;
      return "x".repeat(100);
    },
  };
  assert.ok(urlencode({ list: Array.from({ length: 5000 }, () => item) }, 2000).length > 2000);
  assert.ok(asked < 30, String(asked));
});

test("of a list with more items than a log call can show the rest is counted", () => {
  const sparse: unknown[] = [];
  sparse.length = 10_000_000;
  const text = pythonText(sparse);
  assert.ok(text.startsWith("[None, None, "));
  assert.ok(text.endsWith(", None, ... 9900000 more]"));
});
