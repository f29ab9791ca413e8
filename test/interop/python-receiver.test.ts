// Does a stock CPython understand what our handlers send? Its pickle module reads our
// frames, its makeLogRecord makes records of them, its Formatter prints them.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import * as fc from "fast-check";

import { setClock } from "../../src/core/clock.ts";
import { Logger } from "../../src/core/logger.ts";
import { makeLogRecord } from "../../src/core/record.ts";
import { DatagramHandler } from "../../src/handlers/network/datagram.ts";
import { SocketHandler } from "../../src/handlers/network/socket.ts";
import { PythonReceiver, pythonMissing } from "./python.ts";
import type { Shown, Told } from "./python.ts";

/** What Python shows of a JavaScript value, by the rules of pickle.ts. */
function expected(value: unknown): Shown {
  if (value === null || value === undefined) return { NoneType: "None" };
  if (typeof value === "boolean") return { bool: value ? "True" : "False" };
  if (typeof value === "bigint") return { int: String(value) };
  if (typeof value === "string") return { str: value };
  if (typeof value === "number") {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return { int: String(value) };
    return { float: "" };
  }
  if (Array.isArray(value)) return { list: value.map((each) => expected(each)) };
  return { dict: Object.entries(value as object).map(([key, each]) => [key, expected(each)]) };
}

/** Floats are compared as numbers: Python and JavaScript print them differently. */
function agree(shown: Shown | undefined, value: unknown): void {
  if (Array.isArray(value)) {
    const { list } = shown as { readonly list: readonly Shown[] };
    assert.equal(list.length, value.length);
    for (const [index, each] of value.entries()) agree(list[index], each);
  } else if (typeof value === "object" && value !== null) {
    const { dict } = shown as { readonly dict: readonly (readonly [string, Shown])[] };
    assert.deepEqual(
      dict.map(([key]) => key),
      Object.keys(value),
    );
    for (const [key, each] of dict) agree(each, (value as Record<string, unknown>)[key]);
  } else if (typeof value === "number" && "float" in expected(value)) {
    const { float = "" } = shown as { readonly float?: string };
    const number = { nan: Number.NaN, inf: Infinity, "-inf": -Infinity }[float] ?? Number(float);
    assert.ok(
      float !== "" && Object.is(number, value),
      `${value} came as ${JSON.stringify(shown)}`,
    );
  } else {
    assert.deepEqual(shown, expected(value));
  }
}

function attributesOf(told: Told | undefined): Map<string, Shown> {
  return new Map(told?.attributes?.dict);
}

const EXTRA = {
  nothing: null,
  yes: true,
  no: false,
  small: 7,
  byte: 255,
  word: 65_535,
  long: 2_147_483_648,
  negative: -70_000,
  safest: Number.MAX_SAFE_INTEGER,
  huge: -(10n ** 40n),
  half: 0.5,
  tiny: 5e-324,
  minusZero: -0,
  infinite: Number.NEGATIVE_INFINITY,
  notANumber: Number.NaN,
  text: "grün, 漢字, \u{1f600}, \0, \u2028",
  torn: "a\ud800b\udc00",
  nested: { list: [1, [2, { deep: "yes" }], []], empty: {}, "key with spaces é": 1.25 },
};

const skip = pythonMissing();

describe("a stock CPython", { skip }, () => {
  let python: PythonReceiver;
  let handlers: (SocketHandler | DatagramHandler)[] = [];

  before(async () => {
    python = new PythonReceiver();
    await python.start();
  });

  after(async () => {
    setClock(null);
    for (const handler of handlers) handler.close();
    handlers = [];
    await python.stop();
  });

  function handlerFor(protocol: "tcp" | "udp"): SocketHandler | DatagramHandler {
    const options = { payload: "pickle", retryStartMs: 10 } as const;
    const handler =
      protocol === "tcp"
        ? new SocketHandler("127.0.0.1", python.tcp, options)
        : new DatagramHandler("127.0.0.1", python.udp, options);
    handlers.push(handler);
    return handler;
  }

  for (const protocol of ["tcp", "udp"] as const) {
    it(`makes records of our pickles over ${protocol}, every type of value as it is`, async () => {
      const seen = python.told.length;
      setClock({ now: () => 1_700_000_000_000 });
      const logger = new Logger("shop.cart");
      logger.addHandler(handlerFor(protocol));
      logger.error("user %s paid %.2f", "ünï", 12.5, EXTRA);
      setClock(null);
      const told = (await python.tells(seen + 1))[seen];
      assert.equal(told?.line, "ERROR:shop.cart:user ünï paid 12.50");
      const attributes = attributesOf(told);
      agree(attributes.get("fields"), EXTRA);
      // As `extra` would have put them: `%(text)s` finds one.
      for (const [name, value] of Object.entries(EXTRA)) agree(attributes.get(name), value);
      for (const [name, value] of Object.entries({
        name: "shop.cart",
        msg: "user ünï paid 12.50",
        args: null,
        exc_info: null,
        levelname: "ERROR",
        levelno: 40,
        process: process.pid,
        processName: "MainProcess",
        threadName: "MainThread",
        taskName: null,
      })) {
        agree(attributes.get(name), value);
      }
      // The types that CPython gives these, though they are whole numbers now.
      assert.deepEqual(attributes.get("created"), { float: "1700000000.0" });
      assert.deepEqual(attributes.get("msecs"), { float: "0.0" });
      assert.equal(Object.keys(attributes.get("relativeCreated") ?? {})[0], "float");
      assert.equal(Object.keys(attributes.get("lineno") ?? {})[0], "int");
    });

    it(`has what extra gave as attributes of the record, over ${protocol}`, async () => {
      const seen = python.told.length;
      const logger = new Logger("app");
      logger.addHandler(handlerFor(protocol));
      logger.logRecord("ERROR", "%(a)s", [{ a: 1 }], { extra: EXTRA, stackInfo: true });
      const told = (await python.tells(seen + 1))[seen];
      assert.match(told?.line ?? "", /^ERROR:app:1\nStack/);
      const attributes = attributesOf(told);
      for (const [name, value] of Object.entries(EXTRA)) agree(attributes.get(name), value);
      assert.equal(attributes.has("fields"), false);
    });

    it(`prints the error that a record brings over ${protocol}`, async () => {
      const seen = python.told.length;
      const logger = new Logger("app");
      logger.addHandler(handlerFor(protocol));
      logger.exception("it failed", new TypeError("why\nnot"));
      const told = (await python.tells(seen + 1))[seen];
      assert.match(told?.line ?? "", /^ERROR:app:it failed\nTypeError: why\nnot\n {4}at /);
    });
  }

  it("reads whatever values a record may hold", async () => {
    const value = fc.jsonValue({ maxDepth: 4, stringUnit: "binary" });
    const number = fc.oneof(fc.double(), fc.maxSafeInteger(), fc.bigInt());
    const samples = fc.sample(fc.tuple(value, number, fc.string({ unit: "binary" })), {
      numRuns: 300,
      seed: 7,
    });
    const handler = handlerFor("tcp");
    const seen = python.told.length;
    for (const [index, [any, some, text]] of samples.entries()) {
      handler.handle(makeLogRecord({ name: "r", msg: text, levelname: "INFO", index, any, some }));
    }
    const told = (await python.tells(seen + samples.length)).slice(seen);
    for (const [index, [any, some, text]] of samples.entries()) {
      const attributes = attributesOf(told[index]);
      agree(attributes.get("index"), index);
      agree(attributes.get("any"), any);
      agree(attributes.get("some"), some);
      agree(attributes.get("msg"), text);
    }
  });

  it("has in its own frames the attributes that ours have, in the same order", async () => {
    const seen = python.told.length;
    python.ask({
      name: "twin",
      msg: "a %s",
      args: ["b"],
      levelname: "INFO",
      levelno: 20,
      user: "ada",
    });
    const frame = Buffer.from((await python.tells(seen + 1))[seen]?.frame ?? "", "hex");
    const ours = handlerFor("tcp").makePickle(
      makeLogRecord({
        name: "twin",
        msg: "a %s",
        args: ["b"],
        levelname: "INFO",
        levelno: 20,
        user: "ada",
      }),
    );
    assert.equal(frame.readUInt32BE(0), frame.length - 4);
    assert.equal(Buffer.from(ours).readUInt32BE(0), ours.length - 4);
    const names = keysOf(Buffer.from(ours));
    // taskName is there since CPython 3.12.
    assert.deepEqual(
      keysOf(frame).filter((name) => name !== "taskName"),
      names.filter((name) => name !== "taskName"),
    );
    assert.equal(names.length, 22);
  });
});

/** The names of attributes that a pickle has as texts, in order. */
function keysOf(frame: Buffer): string[] {
  const known =
    "name msg args levelname levelno pathname filename module exc_info exc_text stack_info lineno " +
    "funcName created msecs relativeCreated thread threadName processName process taskName user";
  const text = frame.toString("latin1");
  const places = known.split(" ").map((name) => {
    const length = String.fromCharCode(name.length, 0, 0, 0);
    return { name, at: text.indexOf(`X${length}${name}`) };
  });
  return places
    .filter(({ at }) => at !== -1)
    .toSorted((a, b) => a.at - b.at)
    .map(({ name }) => name);
}
