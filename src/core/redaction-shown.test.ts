// What formatters show of odd objects, and so what is masked of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";

import { compileRedaction } from "./redaction.ts";
import type { RedactOption } from "./redaction.ts";

type Fields = Record<string, unknown>;

const X = "[Redacted]";
const KEYS = { keys: ["password"] };

function masked(redact: RedactOption, value: unknown): unknown {
  return compileRedaction(redact).fields({ value })["value"];
}

test("what a toJSON of a list, a map, a set or a promise gives is masked", () => {
  const toJSON = (): Fields => ({ password: "s3cret" });
  for (const base of [[1], new Map(), new Set(), Promise.resolve(), /x/]) {
    const value = Object.assign(base, { toJSON });
    for (const redact of [KEYS, ["value.password"]]) {
      assert.deepEqual(masked(redact, value), { password: X });
    }
  }
});

test("a toJSON that gives what is above shows no secret", () => {
  const user: Fields = { password: "s3cret" };
  user["child"] = { toJSON: () => user };
  assert.deepEqual(masked(["value.password"], user), { password: X, child: "[Circular]" });
});

test("names that a list, a map or a set has besides its items are masked", () => {
  const match = /(?<password>s.*t)?/.exec("");
  assert.ok(match?.groups);
  match.groups["password"] = "s3cret";
  for (const base of [match, [{ password: "s3cret" }], new Map(), new Set(["x"])]) {
    const value = Object.assign(base, { password: "s3cret" });
    assert.doesNotMatch(inspect(masked(KEYS, value), { depth: 9 }), /s3cret/);
    assert.doesNotMatch(inspect(masked(["value.**.password"], value)), /s3cret/);
  }
  const list = Object.assign(["a"], { more: 1 });
  assert.equal(masked(KEYS, list), list);
});

test("symbols and boxed texts are names in maps", () => {
  const keys = [Symbol("password"), Object("password") as object];
  for (const key of keys) {
    const copy = masked(KEYS, new Map([[key, "s3cret"]])) as Map<unknown, unknown>;
    assert.equal(copy.get(key), X);
  }
});

test("a proxy is shown as its traps show it", () => {
  const get = (target: object, name: PropertyKey): unknown =>
    name === "pin" ? "hidden" : Reflect.get(target, name);
  const proxy = new Proxy({ pin: "s3cret", a: 1 }, { get });
  assert.match(inspect(proxy), /s3cret/);
  assert.deepEqual(masked(KEYS, proxy), { pin: "hidden", a: 1 });
  assert.doesNotMatch(inspect(masked(KEYS, [proxy])), /s3cret/);
  assert.deepEqual(masked(KEYS, new Proxy([1, 2], {})), [1, 2]);
});

test("user name, password and parameters of a URL are masked by their names", () => {
  const url = new URL("postgres://ada:s3cret@db/shop?token=s3cret&a=1&a=2&token=s3cret");
  const copy = masked({ keys: ["password", "token"], censor: "***" }, url) as URL;
  assert.equal(copy.href, "postgres://ada:***@db/shop?token=***&a=1&a=2&token=***");
  assert.doesNotMatch(inspect(copy), /s3cret/);
  const bare = masked({ keys: ["password", "token", "username"], remove: true }, url) as URL;
  assert.equal(bare.href, "postgres://db/shop?a=1&a=2");
  assert.match(url.href, /s3cret.*s3cret/);
  assert.equal(masked(KEYS, new URL("https://db/?a=1")) instanceof URL, true);
});

test("paths lead into a URL, a censor hears where it is, and what is no URL is an object", () => {
  const url = new URL("https://ada:s3cret@db/?token=t");
  const heard: unknown[] = [];
  const censor = (value: unknown, path: readonly string[]): string => {
    heard.push([value, path.join(".")]);
    return "x";
  };
  const paths = ["value.password", "*.searchParams.token"];
  assert.equal(String(masked({ paths, censor }, url)), "https://ada:x@db/?token=x");
  assert.deepEqual(heard, [
    ["s3cret", "value.password"],
    ["t", "value.searchParams.token"],
  ]);
  assert.equal(masked(["value.hash"], url), url);
  const tag = { get: () => "URL" };
  const forged = Object.defineProperty({ password: "s3cret" }, Symbol.toStringTag, tag);
  assert.equal((masked(KEYS, Object.setPrototypeOf(forged, {})) as Fields)["password"], X);
});
