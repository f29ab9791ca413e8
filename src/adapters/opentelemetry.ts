// `daybook/opentelemetry`: the ids of OpenTelemetry's active span, for those who want more
// than what happens by itself. Loggers put them on every record once the API is there
// (core/trace-context.ts); this makes a provider for applications that start their SDK
// late, want other names, or give fields of their own beside them. It loads no package.

import type { ContextProvider } from "../core/context-provider.ts";
import { checkOptionNames } from "../core/options.ts";
import { typeRefusal } from "../core/refusal.ts";
import { traceFields } from "../core/trace-context.ts";
import type { TraceFields } from "../core/trace-context.ts";

export { traceFields };
export type { TraceFields };

/** What the fields are called; null leaves one out. */
export interface TraceNames {
  /** `trace_id` if not given. */
  readonly traceId?: string | null | undefined;
  /** `span_id`. */
  readonly spanId?: string | null | undefined;
  /** `trace_flags`. */
  readonly traceFlags?: string | null | undefined;
}

const NAMES = { traceId: "trace_id", spanId: "span_id", traceFlags: "trace_flags" } as const;
const OPTIONS = Object.keys(NAMES) as readonly (keyof typeof NAMES)[];

/**
 * A provider for `setContextProvider` that gives the ids of the active span, under these
 * names. It looks at each call, so the SDK may start at any time.
 *
 * @throws TypeError for unknown options, and for a name that is neither a string nor null.
 */
export function traceContext(names: TraceNames = {}): ContextProvider {
  checkOptionNames(names, OPTIONS);
  const wanted: [name: string, from: keyof TraceFields][] = [];
  for (const option of OPTIONS) {
    const name = nameOf(names, option);
    if (name !== null) wanted.push([name, NAMES[option]]);
  }
  const isStandard = wanted.length === OPTIONS.length && wanted.every(([a, b]) => a === b);
  return isStandard ? traceFields : () => renamed(traceFields(), wanted);
}

function nameOf(names: TraceNames, option: keyof typeof NAMES): string | null {
  const name: unknown = names[option] === undefined ? NAMES[option] : names[option];
  if (name === null || typeof name === "string") return name;
  const accepted = "a string, or null to leave it out";
  throw typeRefusal(option, name, accepted);
}

function renamed(
  fields: TraceFields | null,
  wanted: readonly (readonly [name: string, from: keyof TraceFields])[],
): Record<string, unknown> | null {
  if (fields === null) return null;
  const named: Record<string, unknown> = Object.create(null);
  for (const [name, from] of wanted) named[name] = fields[from];
  return named;
}
