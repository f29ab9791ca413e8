import assert from "node:assert/strict";

import { configured, Kept } from "../../../test/kit/configured.ts";
import { getLogger } from "../../core/hierarchy.ts";
import { dictConfig } from "../dict-config.ts";

const apply = (document: object): (() => void) => {
  return () => dictConfig(document);
};

/** The innermost error that has a path, and what it says. */
function placeOf(action: () => void): { path: unknown; message: string; accepted: unknown } {
  try {
    action();
  } catch (thrown) {
    const { path, accepted } = thrown as { path: unknown; accepted: unknown };
    let error = thrown as Error;
    while (error.name === "ValueError" && error.cause instanceof Error) error = error.cause;
    return { path, message: error.message, accepted };
  }
  throw new Error("nothing was thrown");
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function throwing(key: string): object {
  return Object.defineProperty({}, key, {
    enumerable: true,
    get(): never {
      throw new Error("not today");
    },
  });
}

const READ = "an object whose values can be read";

configured("what can't be read is an error with its place", () => {
  for (const [document, path, accepted] of [
    [throwing("version"), "version", READ],
    [{ version: 1, handlers: throwing("a") }, "handlers.a", READ],
    [{ version: 1, handlers: { a: throwing("class") } }, "handlers.a.class", READ],
    [{ version: 1, root: throwing("level") }, "root.level", READ],
    [
      { version: 1, handlers: { a: { "()": () => new Kept(), b: { c: throwing("d") } } } },
      "handlers.a.b.c.d",
      READ,
    ],
    [
      { version: 1, handlers: { a: { "()": () => new Kept(), ".": throwing("x") } } },
      "handlers.a[.].x",
      READ,
    ],
    [revoked(), "", READ],
    [{ version: 1, handlers: revoked() }, "handlers", READ],
    [{ version: 1, root: revoked() }, "root", READ],
    [{ version: 1, handlers: { a: revoked() } }, "handlers.a", READ],
  ] as const) {
    const found = placeOf(apply(document));
    assert.deepEqual([found.path, found.accepted], [path, accepted]);
  }
});

configured("what is nested too deeply is an error that says so", () => {
  let deep: object = {};
  for (let level = 0; level < 20_000; level += 1) deep = { deep };
  const handlers = { a: { "()": () => new Kept(), deep } };
  assert.match(
    placeOf(apply({ version: 1, handlers })).message,
    /is nested too deeply; accepted: at most 500/,
  );
  const chain: Record<string, unknown> = { version: 1, root: { level: "cfg://a0" } };
  for (let at = 0; at < 5000; at += 1) chain[`a${at}`] = `cfg://a${at + 1}`;
  chain["a5000"] = "INFO";
  assert.match(placeOf(apply(chain)).message, /is nested too deeply/);
});

configured("cfg:// that multiply each other are converted once, and bounded", () => {
  const document: Record<string, unknown> = { version: 1 };
  for (let at = 0; at <= 30; at += 1) document[`a${at}`] = Array(5).fill(`cfg://a${at + 1}`);
  document["a31"] = "x";
  document["root"] = { level: "cfg://a0" };
  assert.match(placeOf(apply(document)).message, /^cfg:\/\/a\d+ has too many values/);
  // Three levels of them are nobody's concern.
  const few: unknown[] = [];
  const factory = (given: Record<string, unknown>): Kept => {
    few.push(given["items"]);
    return new Kept();
  };
  const handlers = { a: { "()": factory, items: "cfg://a29" } };
  dictConfig({ ...document, root: { handlers: ["a"] }, handlers } as never);
  const row = Array(5).fill("x");
  assert.deepEqual(few, [
    Array(5)
      .fill(Array(5).fill("x"))
      .map(() => row)
      .map(() => row),
  ]);
  assert.equal(getLogger().handlers.length, 1);
});

configured("cfg:// finds what an entry has become since it was last asked", () => {
  const given: unknown[] = [];
  const keep = (options: Record<string, unknown>): Kept => {
    given.push(options["other"]);
    return new Kept();
  };
  const made = new Kept();
  const handlers = {
    a: { "()": keep, other: "cfg://handlers.b" },
    b: { "()": () => made },
    c: { "()": keep, other: "cfg://handlers.b" },
  };
  dictConfig({ version: 1, handlers } as never);
  assert.equal(given[0], handlers.b);
  assert.equal(given[1], made);
});
