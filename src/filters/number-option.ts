// Checks the numbers among the options of filters and of the handlers that hold records
// back: one error for all of them, which names the option, the value and what is
// accepted. Constructors call it; it is never called for a record.

import { refusal, typeRefusal } from "../core/refusal.ts";

/** What a number may be: a test, and the same in words. */
export interface NumberRule {
  readonly accepted: string;
  isFine(value: number): boolean;
}

/** 1, 2, 3, ... */
export const COUNT: NumberRule = {
  accepted: "a whole number from 1",
  isFine: (value) => Number.isSafeInteger(value) && value >= 1,
};

/** Milliseconds above 0. */
export const DURATION: NumberRule = {
  accepted: "a number of milliseconds above 0",
  isFine: (value) => Number.isFinite(value) && value > 0,
};

/** Milliseconds above 0, or Infinity. */
export const DURATION_OR_EVER: NumberRule = {
  accepted: "a number of milliseconds above 0, or Infinity",
  isFine: (value) => value > 0,
};

/**
 * The value of the option `name`, if the rule has it so.
 *
 * @throws TypeError for what is no number, ValueError for one that isn't accepted.
 */
export function numberOption(name: string, value: unknown, rule: NumberRule): number {
  if (typeof value === "number" && rule.isFine(value)) return value;
  const { accepted } = rule;
  if (typeof value !== "number") throw typeRefusal(name, value, accepted);
  throw refusal(name, value, accepted);
}
