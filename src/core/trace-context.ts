// The ids of OpenTelemetry's active span, found without its packages: its API leaves
// itself on globalThis under a symbol of its major version, so that all copies of it in
// a program are one, and keeps the span in a context under a symbol that is registered
// for the same reason. So it works bundled, in monorepos, and whoever brought it along.
// Log calls ask here; nothing is loaded, nothing is kept but the last answer, and
// nothing may throw.

/** The names are those of OpenTelemetry's "Trace Context in non-OTLP Log Formats". */
export interface TraceFields {
  /** 32 hexadecimal digits. */
  readonly trace_id: string;
  /** 16 hexadecimal digits. */
  readonly span_id: string;
  /** Two hexadecimal digits, `01` for a trace that is sampled. */
  readonly trace_flags: string;
}

/** What is used of `@opentelemetry/api`, any version 1.x. */
interface Api {
  readonly context?: {
    active(): { getValue(key: symbol): { spanContext?(): SpanContext } | undefined };
  };
}

interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

const API = Symbol.for("opentelemetry.js.api.1");
const SPAN = Symbol.for("OpenTelemetry Context Key SPAN");

const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;

let lastSpan: SpanContext | null = null;
let lastFields: TraceFields | null = null;

/** Whether there is an OpenTelemetry that keeps track of spans: its context manager is in place. */
export function isTracing(): boolean {
  try {
    return typeof api()?.context?.active === "function";
  } catch {
    return false;
  }
}

/** The ids of the active span; null if there is none, or it is not a valid one. */
export function traceFields(): (TraceFields & Readonly<Record<string, unknown>>) | null {
  try {
    const span = api()?.context?.active().getValue(SPAN)?.spanContext?.();
    if (span === undefined || span === null) return null;
    // A span's context never changes, and calls in a row mostly have the same.
    if (span !== lastSpan) {
      lastFields = fieldsOf(span);
      lastSpan = span;
    }
    return lastFields as (TraceFields & Readonly<Record<string, unknown>>) | null;
  } catch {
    return null; // something else under that symbol
  }
}

function fieldsOf({ traceId, spanId, traceFlags }: SpanContext): TraceFields | null {
  if (!TRACE_ID.test(traceId) || !SPAN_ID.test(spanId)) return null;
  const flags = (traceFlags & 0xff).toString(16).padStart(2, "0");
  return { trace_id: traceId, span_id: spanId, trace_flags: flags };
}

function api(): Api | undefined {
  return (globalThis as { [API]?: Api })[API];
}
