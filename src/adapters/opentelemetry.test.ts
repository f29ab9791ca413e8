import assert from "node:assert/strict";
import { afterEach, it } from "node:test";

import { setContextProvider } from "../core/context.ts";
import { Handler } from "../core/handler.ts";
import { Manager, RootLogger } from "../core/hierarchy.ts";
import type { LogRecord } from "../core/record.ts";
import { traceContext, traceFields } from "./opentelemetry.ts";

const API = Symbol.for("opentelemetry.js.api.1");
const globals = globalThis as { [API]?: unknown };
const spanContext = {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  traceFlags: 1,
};

class Recorder extends Handler {
  readonly fields: object[] = [];

  override emit(record: LogRecord): void {
    this.fields.push({ ...record.fields });
  }
}

function register(): void {
  const span = { spanContext: () => spanContext };
  globals[API] = { context: { active: () => ({ getValue: () => span }) } };
}

afterEach(() => {
  Reflect.deleteProperty(globals, API);
  setContextProvider("auto");
});

it("traceContext() looks at each call, so that the SDK may start after the first of them", () => {
  const manager = new Manager(new RootLogger("INFO"));
  const recorder = new Recorder();
  manager.root.addHandler(recorder);
  setContextProvider(traceContext());
  manager.root.info("m");
  register();
  manager.root.info("m");
  assert.deepEqual(recorder.fields, [
    {},
    { trace_id: spanContext.traceId, span_id: spanContext.spanId, trace_flags: "01" },
  ]);
});

it("traceContext() gives the fields the names it is given, and leaves out those of null", () => {
  register();
  const provider = traceContext({ traceId: "traceId", spanId: "__proto__", traceFlags: null });
  assert.deepEqual(Object.entries(provider() ?? {}), [
    ["traceId", spanContext.traceId],
    ["__proto__", spanContext.spanId],
  ]);
  Reflect.deleteProperty(globals, API);
  assert.equal(provider(), null);
});

it("traceFields() is for providers of one's own", () => {
  register();
  const manager = new Manager(new RootLogger("INFO"));
  const recorder = new Recorder();
  manager.root.addHandler(recorder);
  setContextProvider(() => ({ ...traceFields(), tenant: "t" }));
  manager.root.info("m");
  assert.deepEqual(recorder.fields, [
    {
      trace_id: spanContext.traceId,
      span_id: spanContext.spanId,
      trace_flags: "01",
      tenant: "t",
    },
  ]);
});

it("traceContext() refuses options that don't exist and names that are none", () => {
  assert.throws(() => traceContext({ trace: "x" } as never), {
    name: "TypeError",
    message: 'unknown option "trace"; accepted: traceId, spanId, traceFlags',
  });
  assert.throws(() => traceContext({ spanId: 5 } as never), {
    name: "TypeError",
    message: "spanId can't be 5; accepted: a string, or null to leave it out",
  });
});
