// What an application's own handler, filter, stream or queue answers where nothing is
// awaited. An async function there fails after its call has returned, and a promise
// that nobody listens to ends the process: so whoever calls such code has its answer
// looked at here. Nothing here may throw.

import { reportError, reportOnce } from "./self-report.ts";
import { readProperty } from "./value.ts";

/** Whether something is a promise, or as good as one: it has a `then` method. Never throws. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== "object" && typeof value !== "function") return false;
  return value !== null && typeof readProperty(value, "then") === "function";
}

/**
 * Has `report` called with what `answer` is rejected with, if it is a promise that is.
 * A report that fails is reported in its turn, in the name of `source`.
 */
export function onRejection(
  answer: unknown,
  source: object,
  report: (error: unknown) => unknown,
): void {
  // Nearly always.
  if (answer === undefined || !isThenable(answer)) return;
  const rejected = (error: unknown): void => {
    try {
      onRejection(report(error), source, (failure) => tellFailure(source, failure));
    } catch (failure) {
      tellFailure(source, failure);
    }
  };
  try {
    answer.then(undefined, rejected);
  } catch (error) {
    rejected(error);
  }
}

/**
 * Whether `answer`, which a function of the application gave where a value is wanted at
 * once, is a promise. That is reported, once for each `source` and `what` ("the option
 * key"), and so is what it is rejected with. Never throws.
 */
export function isPromiseReported(answer: unknown, source: object, what: string): boolean {
  if (!isThenable(answer)) return false;
  reportOnce(source, `${what} gave a promise, which nobody waits for; accepted: a value`);
  onRejection(answer, source, (error) => reportError(source, error, `${what} was rejected`));
  return true;
}

function tellFailure(source: object, failure: unknown): void {
  reportError(source, failure, "a failure could not be reported");
}
