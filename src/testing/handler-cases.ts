// What every handler must do, as cases for people who write one of their own: each case
// makes a fresh handler, treats it as daybook and its users would, and throws an
// AssertionError where the handler breaks a promise that others rely on. They need no
// test runner; nothing here knows how a handler delivers.

import { ok } from "node:assert";

import type { Handler } from "../core/handler.ts";
import { checkMethod } from "../core/check-method.ts";
import { checkOptionNames } from "../core/options.ts";
import { DURATION, numberOption } from "../filters/number-option.ts";
import { CASES } from "./handler-promises.ts";
import { HandlerOnTrial } from "./handler-on-trial.ts";

/** How the cases make a handler, and see what it did. */
export interface HandlerSetup<Made extends Handler = Handler> {
  /** A handler that works, with nothing delivered yet. */
  make(): Made | Promise<Made>;
  /** The texts that it has delivered so far, each as its formatter made it, in order. */
  delivered(handler: Made): readonly string[] | Promise<readonly string[]>;
  /** From now on delivering fails (a closed socket, a full disk), if that can be had. */
  breakDelivery?(handler: Made): unknown;
  /** Removes what a case has left behind; the handler has been closed. */
  cleanUp?(handler: Made): unknown;
  /** How long what is to be delivered may take; 5000 if not given. */
  readonly timeoutMs?: number | undefined;
}

/** One promise, and what tries whether a handler keeps it. */
export interface HandlerCase {
  /** The promise, as a sentence. */
  readonly name: string;
  /** Rejects with an AssertionError that says how it is broken. */
  run(): Promise<void>;
}

const PARTS: readonly string[] = ["make", "delivered", "breakDelivery", "cleanUp", "timeoutMs"];

/**
 * The cases for a handler, to be run one after another:
 * `for (const { name, run } of handlerCases(setup)) test(name, run);`
 *
 * @throws TypeError or ValueError for a setup that can't be used.
 */
export function handlerCases<Made extends Handler>(setup: HandlerSetup<Made>): HandlerCase[] {
  checkOptionNames(setup, PARTS);
  for (const method of ["make", "delivered"]) {
    checkMethod(setup, method, "a setup", `an object with the methods make and delivered`);
  }
  const timeoutMs = numberOption("timeoutMs", setup.timeoutMs ?? 5000, DURATION);
  const cases = CASES.filter(({ breaks }) => !breaks || setup.breakDelivery !== undefined);
  return cases.map(({ name, check }) => ({
    name,
    async run() {
      const handler = await setup.make();
      ok(handler !== null && typeof handler === "object", "make() must return a handler");
      const trial = new HandlerOnTrial(handler, setup, timeoutMs);
      try {
        await check(trial);
      } finally {
        trial.end();
        await setup.cleanUp?.(handler);
      }
    },
  }));
}
