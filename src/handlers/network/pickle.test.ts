import assert from "node:assert/strict";
import { test } from "node:test";

import { pickleDict } from "./pickle.ts";

/** The bytes of one value's pickle, as latin-1: what stands behind the key "v". */
function pickled(value: unknown, floats: readonly string[] = []): string {
  const text = pickleDict({ v: value }, new Set(floats)).toString("latin1");
  const head = "}(X\x01\0\0\0v";
  assert.ok(text.startsWith(head) && text.endsWith("u."));
  return text.slice(head.length, -2);
}

test("None, True and False have the forms of protocol 1", () => {
  assert.deepEqual(
    [null, undefined, true, false].map((each) => pickled(each)),
    ["N", "N", "I01\n", "I00\n"],
  );
});

test("integers take the shortest form there is", () => {
  assert.equal(pickled(0), "K\0");
  assert.equal(pickled(255), "K\xff");
  assert.equal(pickled(256), "M\0\x01");
  assert.equal(pickled(65_535), "M\xff\xff");
  assert.equal(pickled(65_536), "J\0\0\x01\0");
  assert.equal(pickled(-1), "J\xff\xff\xff\xff");
  assert.equal(pickled(-(2 ** 31)), "J\0\0\0\x80");
  assert.equal(pickled(2 ** 31), "L2147483648L\n");
  assert.equal(pickled(-(2 ** 31) - 1), "L-2147483649L\n");
  assert.equal(pickled(5n), "K\x05");
  assert.equal(pickled(10n ** 30n), `L1${"0".repeat(30)}L\n`);
});

test("floats are eight bytes, whole ones too where a float is wanted", () => {
  assert.equal(pickled(1.5), "G?\xf8\0\0\0\0\0\0");
  assert.equal(pickled(-0), "G\x80\0\0\0\0\0\0\0");
  assert.equal(pickled(Number.POSITIVE_INFINITY), "G\x7f\xf0\0\0\0\0\0\0");
  assert.equal(pickled(2 ** 53)[0], "G");
  assert.equal(pickled(3, ["v"]), "G@\x08\0\0\0\0\0\0");
});

test("text is UTF-8, and a surrogate without its other half stays what it is", () => {
  assert.equal(pickled(""), "X\0\0\0\0");
  assert.equal(pickled("é"), "X\x02\0\0\0\xc3\xa9");
  assert.equal(pickled("\u{1f600}"), "X\x04\0\0\0\xf0\x9f\x98\x80");
  assert.equal(pickled("a\ud800b\udfff"), "X\x08\0\0\0a\xed\xa0\x80b\xed\xbf\xbf");
});

test("lists and dictionaries nest", () => {
  assert.equal(pickled([]), "]");
  assert.equal(pickled({}), "}");
  assert.equal(pickled([1, [2]]), "](K\x01](K\x02ee");
  assert.equal(pickled({ a: null }), "}(X\x01\0\0\0aNu");
  assert.equal(pickled(new Set([7])), "](K\x07e");
  assert.equal(pickled(new Map([["k", 7]])), "}(X\x01\0\0\0kK\x07u");
});

test("cycles and depth end in a mark, and the same object may stand in two places", () => {
  const same = { x: 1 };
  assert.equal(pickled([same, same]).split("X\x01\0\0\0xK\x01").length, 3);
  const ring: unknown[] = [];
  ring.push(ring);
  assert.match(pickled(ring), /^\]\(X.{4}\[Circular\]e$/s);
  let deep: unknown = 1;
  for (let i = 0; i < 100; i += 1) deep = [deep];
  assert.equal(pickled(deep).match(/\]\(/g)?.length, 15);
});

test("objects that no Python has are texts, and those that refuse spoil nothing", () => {
  assert.match(pickled(new Error("why")), /^X.{4}Error: why\n {4}at /s);
  assert.equal(pickled(new Date(0)), "X\x18\0\0\x001970-01-01T00:00:00.000Z");
  assert.match(pickled(Symbol("s")), /Symbol\(s\)$/);
  assert.equal(pickled({ toJSON: () => 5 }), "K\x05");
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assert.match(pickled(proxy), /^X/);
  const half = {
    good: 1,
    get bad(): number {
      throw new Error("no");
    },
  };
  assert.equal(
    pickled(half),
    "}(X\x04\0\0\0goodK\x01X\x03\0\0\0badX\x15\0\0\0[bad threw Error: no]u",
  );
  const torn = new Proxy([1, 2], {
    get(target, key) {
      if (key === "1") throw new Error("torn");
      return Reflect.get(target, key) as unknown;
    },
  });
  const text = pickled([torn, 3]);
  assert.ok(text.startsWith("](X") && text.endsWith("K\x03e"), text);
});

test("long values outgrow the first memory", () => {
  const text = "x".repeat(100_000);
  assert.equal(pickled(text).length, 100_005);
});
