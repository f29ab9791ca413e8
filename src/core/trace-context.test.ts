import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { ByteHandler } from "../../test/both-ways/byte-handler.ts";
import { JsonFormatter } from "../formatters/json.ts";
import { setContextProvider, withContext } from "./context.ts";
import { Manager, RootLogger } from "./hierarchy.ts";
import type { Logger } from "./logger.ts";
import { isTracing, traceFields } from "./trace-context.ts";

// As `@opentelemetry/api` 1.x leaves itself, with a context manager registered.
const API = Symbol.for("opentelemetry.js.api.1");
const SPAN = Symbol.for("OpenTelemetry Context Key SPAN");
const globals = globalThis as { [API]?: unknown };

let span: unknown;

function register(): void {
  globals[API] = {
    version: "1.10.0",
    context: { active: () => ({ getValue: (key: symbol) => (key === SPAN ? span : undefined) }) },
  };
}

function spanOf(traceId: unknown, spanId: unknown, traceFlags: unknown): unknown {
  const spanContext = { traceId, spanId, traceFlags };
  return { spanContext: () => spanContext };
}

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const ID = "b7ad6b7169203331";

let manager: Manager;
let log: Logger;
let lines: ByteHandler;

function fieldsOfLines(): unknown[] {
  const ours = new Set(["time", "level", "logger", "pid", "msg"]);
  return lines
    .take()
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Object.entries(JSON.parse(line) as object).filter(([key]) => !ours.has(key)))
    .map((entries) => Object.fromEntries(entries));
}

beforeEach(() => {
  span = undefined;
  setContextProvider("auto");
  manager = new Manager(new RootLogger("INFO"));
  log = manager.getLogger("shop");
  lines = new ByteHandler();
  lines.setFormatter(new JsonFormatter());
  manager.root.addHandler(lines);
});

afterEach(() => {
  Reflect.deleteProperty(globals, API);
  setContextProvider("auto");
});

describe("The ids of a trace", () => {
  it("are on every record while a span is active, by both ways, and of the span of the moment", () => {
    register();
    log.info("no span");
    span = spanOf(TRACE, ID, 1);
    log.info("m");
    log.error("m", new Error("no"));
    log.log("INFO", "by a record");
    span = spanOf(TRACE, "00f067aa0ba902b7", 0);
    log.info("m", { id: 1 });
    const first = { trace_id: TRACE, span_id: ID, trace_flags: "01" };
    const [none, one, withError, byRecord, other] = fieldsOfLines();
    assert.deepEqual(none, {});
    assert.deepEqual(one, first);
    assert.equal((withError as { trace_id: unknown }).trace_id, TRACE);
    assert.deepEqual(byRecord, first);
    assert.deepEqual(other, { ...first, span_id: "00f067aa0ba902b7", trace_flags: "00", id: 1 });
    assert.ok(lines.straight >= 3, `${lines.straight} lines went straight`);
  });

  it("are there for programs that only use log() and logRecord()", () => {
    register();
    span = spanOf(TRACE, ID, 1);
    log.log("INFO", "m");
    manager.getLogger("other").logRecord("INFO", "m");
    assert.equal(fieldsOfLines().length, 2);
    log.logRecord("INFO", "m");
    assert.deepEqual(fieldsOfLines(), [{ trace_id: TRACE, span_id: ID, trace_flags: "01" }]);
  });

  it("stand in front of a context's fields, which win", () => {
    register();
    span = spanOf(TRACE, ID, 1);
    withContext({ requestId: "7f", trace_flags: "mine" }, () => {
      log.info("m");
      log.info("m");
    });
    const fields = { trace_id: TRACE, span_id: ID, trace_flags: "mine", requestId: "7f" };
    assert.deepEqual(fieldsOfLines(), [fields, fields]);
  });

  it("are not there once they are switched off, and again when they are switched on", () => {
    register();
    span = spanOf(TRACE, ID, 1);
    setContextProvider(null);
    log.info("m");
    setContextProvider(() => ({ own: true }));
    log.info("m");
    setContextProvider("auto");
    log.info("m");
    assert.deepEqual(fieldsOfLines(), [
      {},
      { own: true },
      { trace_id: TRACE, span_id: ID, trace_flags: "01" },
    ]);
  });

  it("of an API that comes later are there from the next plan on", () => {
    span = spanOf(TRACE, ID, 1);
    log.info("m");
    register();
    log.info("not looked at again");
    log.setLevel("DEBUG");
    log.info("m");
    assert.deepEqual(fieldsOfLines(), [
      {},
      {},
      { trace_id: TRACE, span_id: ID, trace_flags: "01" },
    ]);
  });

  it("are none where the span is not valid or something else is in its place", () => {
    register();
    const invalid: unknown[] = [
      spanOf("0".repeat(32), ID, 1),
      spanOf(TRACE, "0".repeat(16), 1),
      spanOf("short", ID, 1),
      spanOf(TRACE.toUpperCase(), ID, 1),
      spanOf(12, ID, 1),
      spanOf(undefined, undefined, undefined),
      {},
      { spanContext: () => null },
      {
        spanContext: () => {
          throw new Error("no");
        },
      },
      "span",
    ];
    for (const each of invalid) {
      span = each;
      assert.equal(traceFields(), null);
      log.info("m");
    }
    span = spanOf(TRACE, ID, 257);
    assert.equal(traceFields()?.trace_flags, "01");
    for (const api of [null, 5, {}, { context: 5 }, { context: { active: () => null } }]) {
      globals[API] = api;
      assert.equal(traceFields(), null);
    }
    assert.equal(isTracing(), true);
    for (const api of [null, 5, {}, { context: {} }]) {
      globals[API] = api;
      assert.equal(isTracing(), false);
    }
    assert.deepEqual(
      fieldsOfLines(),
      invalid.map(() => ({})),
    );
  });
});
