// What the handlers of files tell of their troubles: a report on stderr, or to the
// handler's own handleError, and an event on the diagnostics channel. Whoever moves
// lines to files tells it what went wrong; it counts what nobody else counts.

import type { Handler } from "../core/handler.ts";
import type { LogRecord } from "../core/record.ts";
import { reportError, reportOnce, reportRecovery } from "../core/self-report.ts";
import type { RotationNews } from "./rotation-news.ts";

/** Reports in the name of one handler. */
export class FileHandlerReports {
  /** Failures that came here alone, by `trouble` and `notice`. */
  errors = 0;
  readonly #handler: Handler;
  readonly #news: RotationNews;
  readonly #countErrors: () => number;

  /** @param countErrors all failures of the handler so far, `errors` among them */
  constructor(handler: Handler, news: RotationNews, countErrors: () => number) {
    this.#handler = handler;
    this.#news = news;
    this.#countErrors = countErrors;
  }

  /** See `OutletOwner.failed`. */
  failed(error: unknown, what: string, dropped: number, record: LogRecord | null): void {
    this.#news.tellErrors(this.#countErrors(), error);
    if (dropped > 0) this.#news.publish("drop", dropped, error);
    if (record === null) {
      reportError(this.#handler, error, what, dropped > 0 ? `(${dropped} records)` : "");
      return;
    }
    try {
      this.#handler.handleError(record, error);
    } catch (thrown) {
      reportError(this.#handler, thrown, "handleError failed"); // a subclass's own
    }
  }

  /** Records can be written again. */
  recovered(): void {
    reportRecovery(this.#handler);
    this.#news.publish("recover", 1);
  }

  /** A failure that costs no record. */
  trouble(error: unknown, what: string): void {
    this.#count(error);
    reportError(this.#handler, error, what);
  }

  /** What the protocol found odd, or, with an error, could not do; told once. */
  notice(text: string, error: unknown): void {
    if (error !== undefined) this.#count(error);
    reportOnce(this.#handler, `daybook: ${text}`);
  }

  #count(error: unknown): void {
    this.errors += 1;
    this.#news.tellErrors(this.#countErrors(), error);
  }
}
