// Runs one case through its part and says how it went. The runner calls it for
// every case. It knows no case and no part by name, and never calls a difference
// anything but a failure unless a named deviation explains exactly that.

import { types } from "node:util";

import type { Deviation } from "./deviations.ts";
import { AtStep, NotYet, type Case, type ExpectedError, type Part } from "./part.ts";
import { sameData } from "./same-data.ts";

/** What daybook did with a case: an output, or an error in the shape of the cases. */
export type Answer =
  | { readonly output: unknown; readonly error?: undefined }
  | { readonly error: ExpectedError; readonly thrown: unknown; readonly output?: undefined };

/** How a case went. */
export type Verdict =
  | { readonly kind: "pass" }
  | { readonly kind: "deviation"; readonly name: string }
  | { readonly kind: "fail"; readonly ours: Answer }
  | { readonly kind: "not yet"; readonly why: string };

/** The verdict on one case; `part` is undefined where no runner knows the case's part. */
export function judge(
  expected: Case,
  part: Part | undefined,
  deviations: readonly Deviation[],
): Verdict {
  if (part === undefined) return { kind: "not yet", why: "no runner for this part" };
  const ours = answerOf(expected, part);
  if (ours instanceof NotYet) return { kind: "not yet", why: ours.message };
  if (agrees(expected, ours)) return { kind: "pass" };
  const deviation = deviations.find(
    (each) => each.concerns(expected) && each.explains(expected, ours),
  );
  if (deviation !== undefined) return { kind: "deviation", name: deviation.name };
  return { kind: "fail", ours };
}

function answerOf(expected: Case, part: Part): Answer | NotYet {
  try {
    const output = part.run(expected.input);
    if (types.isPromise(output)) throw new Error(`part ${part.name} must answer synchronously`);
    return { output };
  } catch (error) {
    if (error instanceof NotYet) return error;
    return { error: describeError(error), thrown: error };
  }
}

function agrees(expected: Case, ours: Answer): boolean {
  if (ours.error !== undefined) {
    if (expected.error === undefined) return false;
    return sameData(withoutExtraCause(ours.error, expected.error), expected.error);
  }
  return expected.error === undefined && sameData(ours.output, expected.output);
}

/** An error of ours in the cases' shape: CPython's class name, the message, the chain of causes. */
export function describeError(error: unknown): ExpectedError {
  if (error instanceof AtStep) return { ...describeError(error.cause), step: error.step };
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { cause } = error;
  return {
    type: pythonType(error),
    message: error.message,
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}

/**
 * Our error without the causes behind the last one that the case records. Python
 * knows causes that `raise ... from` did not name; we give all of them.
 */
export function withoutExtraCause(ours: ExpectedError, expected: ExpectedError): ExpectedError {
  const { cause, ...rest } = ours;
  if (cause === undefined || expected.cause === undefined) return rest;
  return { ...rest, cause: withoutExtraCause(cause, expected.cause) };
}

function pythonType(error: Error): string {
  if ("code" in error && error.code === "ENOENT") return "FileNotFoundError";
  return error.name;
}
