// Asks a function of the application for the fields that surround a log call. It runs in
// the midst of the call, so nothing that it does may get out of here: what it throws or
// gives amiss is reported, and the call goes on without it.

import { joinedFields } from "./bound-fields.ts";
import { onRejection } from "./on-rejection.ts";
import { reportError, reportOnce } from "./self-report.ts";
import { isPlainObject, shortRepr } from "./value.ts";

/** Gives the fields of the moment, as a plain object, or null for none. Must be quick: every call asks. */
export type ContextProvider = () => Readonly<Record<string, unknown>> | null | undefined;

const FAILED = "the context provider failed";

let isAsking = false;

/** What a provider gives, as a copy; null if that is nothing, or it failed, or is being asked. */
export function askProvider(provider: ContextProvider): Readonly<Record<string, unknown>> | null {
  if (isAsking) return null;
  isAsking = true;
  try {
    const given: unknown = provider();
    if (given === null || given === undefined) return null;
    // Copied, so that a getter has its say here, and both ways of a call see the same.
    if (isPlainObject(given)) return joinedFields(null, given);
    const text = `a context provider can't give ${shortRepr(given)}; accepted: a plain object, or null`;
    reportOnce(provider, text);
    onRejection(given, provider, (error) => reportError(provider, error, FAILED));
  } catch (error) {
    reportError(provider, error, FAILED);
  } finally {
    isAsking = false;
  }
  return null;
}
