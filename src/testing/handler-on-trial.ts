// A handler while one of the cases tries it: with a logger of its own that nothing else
// logs to, a formatter by which texts can be told, and an ear for its failures. The cases
// are in handler-promises.ts.

import { AssertionError } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";

import type { Handler } from "../core/handler.ts";
import { Manager, RootLogger } from "../core/hierarchy.ts";
import type { Logger } from "../core/logger.ts";
import { LogRecord } from "../core/record.ts";
import { inspectLine } from "../core/value.ts";
import { Formatter } from "../formatters/formatter.ts";
import type { HandlerSetup } from "./handler-cases.ts";

/** How long something that must not come is waited for, in milliseconds. */
const QUIET_MS = 30;

/** What a case works with. */
export class HandlerOnTrial<Made extends Handler = Handler> {
  readonly handler: Made;
  /** Has the handler, and no other. */
  readonly logger: Logger;
  /** What went to the handler's handleError. */
  readonly failures: unknown[] = [];
  readonly #setup: HandlerSetup<Made>;
  readonly #timeoutMs: number;

  constructor(handler: Made, setup: HandlerSetup<Made>, timeoutMs: number) {
    this.handler = handler;
    this.#setup = setup;
    this.#timeoutMs = timeoutMs;
    handler.setFormatter(new Formatter("%(levelname)s:%(message)s"));
    // An own property stands before the class's method.
    handler.handleError = (_record, error) => void this.failures.push(error);
    this.logger = new Manager(new RootLogger(0)).getLogger("trial");
    this.logger.setLevel("DEBUG");
    this.logger.addHandler(handler);
  }

  /** A record of level INFO that no call has made. */
  record(msg: unknown, args: readonly unknown[] = []): LogRecord {
    return new LogRecord("trial", 20, "/app/main.js", 7, msg, args, null);
  }

  /** Gives the handler a record; an error that comes back is a breach. */
  handle(record: LogRecord): LogRecord | false {
    return this.keeps("handle() must not throw", () => this.handler.handle(record));
  }

  flush(): void {
    this.keeps("flush() must not throw", () => this.handler.flush());
  }

  /** Does something that must not throw. */
  keeps<Result>(promise: string, step: () => Result): Result {
    try {
      return step();
    } catch (error) {
      throw breach(`${promise}: it threw ${inspectLine(error)}`);
    }
  }

  breakDelivery(): void {
    this.#setup.breakDelivery?.(this.handler);
  }

  /** What has been delivered by now. */
  async delivered(): Promise<readonly string[]> {
    return [...(await this.#setup.delivered(this.handler))].map((text) => text.trimEnd());
  }

  /** Waits until just these texts have been delivered, and no more come. */
  async expect(promise: string, expected: readonly string[]): Promise<void> {
    await this.until(promise, async () => (await this.delivered()).length >= expected.length);
    await sleep(QUIET_MS);
    const texts = await this.delivered();
    if (texts.length === expected.length && texts.every((text, i) => text === expected[i])) return;
    throw breach(`${promise}: ${shown(expected)} expected, ${shown(texts)} delivered`);
  }

  /** Waits until something is so. */
  async until(promise: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + this.#timeoutMs;
    while (!(await isSo())) {
      if (performance.now() > end) {
        const texts = shown(await this.delivered());
        throw breach(`${promise}: not within ${this.#timeoutMs} ms; ${texts} delivered`);
      }
      await sleep(5);
    }
  }

  /** The case is over, whatever came of it. */
  end(): void {
    this.logger.handlers = [];
    try {
      this.handler.close();
    } catch {
      // A case of its own looks at that.
    }
  }
}

/** The error of a case: a promise is broken. */
export function breach(message: string): AssertionError {
  return new AssertionError({ message });
}

function shown(texts: readonly string[]): string {
  const cut = texts
    .slice(0, 10)
    .map((text) => (text.length > 80 ? `${text.slice(0, 80)}...` : text));
  return inspectLine(texts.length > 10 ? [...cut, `and ${texts.length - 10} more`] : cut);
}
