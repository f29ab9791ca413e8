// How a handler that stands before another one hands records on: if the target's level
// has them, and whatever becomes of it. What the target throws, or is rejected with,
// goes to the handleError of the one in front, and the records that follow are handed
// on all the same.

import type { Handler } from "../core/handler.ts";
import { onRejection } from "../core/on-rejection.ts";
import type { LogRecord } from "../core/record.ts";

/** Hands a record on. Never throws, unless `owner.handleError` does. */
export function giveToTarget(owner: Handler, target: Handler, record: LogRecord): void {
  // So written, an object that has `handle` and no level gets everything.
  if (!(record.levelno < target.level)) handOn(owner, target, record);
}

/** The same, whatever the target's level. */
export function handOn(owner: Handler, target: Handler, record: LogRecord): void {
  try {
    const answer: unknown = target.handle(record);
    if (answer !== record && answer !== false) {
      onRejection(answer, owner, (error) => owner.handleError(record, error));
    }
  } catch (error) {
    owner.handleError(record, error);
  }
}
