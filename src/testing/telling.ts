// Steps, results and traces in words, for whoever has to find out what went wrong.

import type { Result } from "./lives.ts";
import { textOf } from "./memory-fs.ts";

/** A step as a call: `append(1000, "one\n")`. */
export function tellStep(step: { readonly op: string }): string {
  const { op, ...rest } = step;
  return `${op}(${Object.values(rest).map(tellValue).join(", ")})`;
}

/** What a step gave, or the code of its failure. */
export function tellResult(result: Result): string {
  if (!("error" in result)) return tellValue(result.value);
  return String((result.error as { code?: unknown }).code ?? result.error);
}

function tellValue(value: unknown): string {
  if (value === undefined) return "done";
  if (value instanceof Uint8Array) return JSON.stringify(textOf(value));
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return `[${value.join(" ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const parts = Object.entries(value).map(([name, part]) => `${name} ${tellValue(part)}`);
  return `{${parts.join(", ")}}`;
}
