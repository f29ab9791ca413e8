import assert from "node:assert/strict";
import { AsyncResource } from "node:async_hooks";
import { afterEach, beforeEach, it } from "node:test";

import { ByteHandler } from "../../test/both-ways/byte-handler.ts";
import { Formatter } from "../formatters/formatter.ts";
import { JsonFormatter } from "../formatters/json.ts";
import type { BoundLogger } from "./bound-logger.ts";
import { setClock } from "./clock.ts";
import { withContext } from "./context.ts";
import { Manager, RootLogger } from "./hierarchy.ts";
import type { LineEncoder } from "./line-encoder.ts";
import type { Logger } from "./logger.ts";
import { useStraightWay } from "./plan.ts";

/** Enough for a context to get an encoder of its own. */
const MANY = 40;

let log: Logger;
let lines: ByteHandler;

beforeEach(() => {
  const manager = new Manager(new RootLogger("INFO"));
  lines = new ByteHandler();
  manager.root.addHandler(lines);
  log = manager.getLogger("shop");
  setClock({ now: () => 1_700_000_000_123 });
});

afterEach(() => {
  setClock(null);
  useStraightWay(true);
});

/** What the handler got by either way, the same to the byte, and how many lines came straight. */
function bothWays(action: () => void): { texts: string[]; straight: number } {
  const before = lines.straight;
  action();
  const straight = lines.straight - before;
  const bytes = lines.take();
  useStraightWay(false);
  action();
  useStraightWay(true);
  const texts = bytes.toString("utf8").split("\n").slice(0, -1);
  const others = lines.take().toString("utf8").split("\n").slice(0, -1);
  assert.equal(others.length, texts.length);
  for (const [at, text] of texts.entries()) assert.equal(others[at], text);
  return { texts, straight };
}

function resources(all: readonly object[]): AsyncResource[] {
  return all.map((fields) => withContext(fields, () => new AsyncResource("context")));
}

it("calls in one context and in many give the lines of records, and go straight", () => {
  const bound = log.with({ module: "cart", a: "bound" });
  const callers: (Logger | BoundLogger)[] = [log, bound];
  const contexts = resources([
    { requestId: "7f", a: 1 },
    { requestId: "80", user: { id: 7 } },
    { module: "context", msg: "taken", 9: "nine" },
    { error: "a field" },
    JSON.parse('{"__proto__": "data", "requestId": "81"}') as object,
  ]);
  const error = new Error("no");
  const once = (caller: Logger | BoundLogger): void => {
    caller.info("m");
    caller.info("m", { id: 1, a: "call" });
    caller.info("m", error);
    caller.info("%s of %d", "one", 2, { id: 1 });
  };
  for (const formatter of [
    new JsonFormatter(),
    new Formatter("%(a)s %(message)s", { defaults: { a: 0 } }),
  ]) {
    lines.setFormatter(formatter);
    const { texts, straight } = bothWays(() => {
      for (const caller of callers) {
        for (const context of contexts) {
          for (let n = 0; n < MANY; n += 1) context.runInAsyncScope(once, null, caller);
          once(caller);
        }
        for (let n = 0; n < MANY; n += 1) {
          contexts[n % contexts.length]?.runInAsyncScope(once, null, caller);
        }
      }
    });
    assert.ok(texts.length >= 4 * callers.length * (contexts.length + 1) * MANY);
    assert.ok(
      straight >= 4 * callers.length * (contexts.length + 1) * MANY,
      `${straight} straight`,
    );
  }
});

it("a context that stays gets an encoder of its own, with what is bound behind it", () => {
  const made: (readonly string[])[] = [];
  const formatter = new JsonFormatter();
  const { lineEncoders } = formatter;
  formatter.lineEncoders = () => {
    const encoders = lineEncoders.call(formatter);
    return {
      encoderFor(name, levelno, bound): LineEncoder | null {
        made.push(Object.keys(bound ?? {}));
        return encoders?.encoderFor(name, levelno, bound) ?? null;
      },
    };
  };
  lines.setFormatter(formatter);
  const bound = log.with({ module: "cart", a: "bound" });
  withContext({ a: 1, b: 2 }, () => {
    for (let n = 0; n < MANY; n += 1) bound.info("m");
  });
  withContext({ c: 3 }, () => bound.info("m", { d: 4 }));
  bound.info("m");
  assert.deepEqual(made, [["module", "a"], [], ["a", "b", "module"]]);
  const texts = lines.take().toString("utf8").split("\n").slice(0, -1);
  const fields = texts.map((text) => text.replace(/^.*"msg":"m",/, "{"));
  assert.deepEqual(
    new Set(fields.slice(0, MANY)),
    new Set(['{"a":"bound","b":2,"module":"cart"}']),
  );
  assert.deepEqual(fields.slice(MANY), [
    '{"c":3,"module":"cart","a":"bound","d":4}',
    '{"module":"cart","a":"bound"}',
  ]);
  assert.equal(lines.straight, MANY + 2);
});

it("what a context's value becomes is read at each call, by both ways", () => {
  lines.setFormatter(new JsonFormatter());
  const { texts } = bothWays(() => {
    const user = { name: "ada" };
    withContext({ user }, () => {
      for (let n = 0; n < MANY; n += 1) {
        user.name = `user ${n}`;
        log.info("m");
      }
    });
  });
  assert.match(texts.at(-1) ?? "", /"user":\{"name":"user 39"\}\}$/);
});

it("a formatter without an encoder for the fields of a context is given records", () => {
  const formatter = new JsonFormatter();
  const encoders = formatter.lineEncoders();
  formatter.lineEncoders = () => ({
    encoderFor: (name, levelno, bound) =>
      bound === null ? null : (encoders?.encoderFor(name, levelno, bound) ?? null),
  });
  lines.setFormatter(formatter);
  const bound = log.with({ a: 1 });
  bound.info("m");
  withContext({ b: 2 }, () => bound.info("m"));
  assert.equal(lines.straight, 1);
  assert.match(lines.take().toString("utf8"), /"a":1\}\n.*"b":2,"a":1\}\n$/);
});

it("a formatter that logs while it makes an encoder mixes nothing up", () => {
  const formatter = new JsonFormatter();
  const encoders = formatter.lineEncoders();
  const nesting = withContext({ nested: true }, () => new AsyncResource("context"));
  const logNested = (): void => nesting.runInAsyncScope(() => log.info("nested"));
  let isNested = false;
  formatter.lineEncoders = () => ({
    encoderFor(name, levelno, bound): LineEncoder | null {
      if (bound !== null && !isNested) {
        isNested = true;
        logNested();
        isNested = false;
      }
      return encoders?.encoderFor(name, levelno, bound) ?? null;
    },
  });
  lines.setFormatter(formatter);
  for (let calls = 1; calls <= MANY; calls += 1) {
    withContext({ a: 1 }, () => {
      for (let n = 0; n < calls; n += 1) log.info("m");
    });
    logNested();
  }
  const texts = lines.take().toString("utf8").split("\n").slice(0, -1);
  const nested = texts.filter((text) => text.includes('"msg":"nested"'));
  assert.ok(nested.length > MANY);
  for (const text of texts) {
    const fields = text.includes('"msg":"nested"') ? ',"nested":true}' : '"msg":"m","a":1}';
    assert.ok(text.endsWith(fields), text);
  }
  assert.equal(texts.length - nested.length, (MANY * (MANY + 1)) / 2);
});
