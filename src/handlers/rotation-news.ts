// Tells the diagnostics channel what happens to a log, from the counters of its
// writer: what has come to them since the last time. A rotating handler owns one and
// calls it whenever something may have happened. It counts nothing itself.

import { hasListeners, publish } from "../platform/diagnostics.ts";
import type { RotationEvent } from "../platform/diagnostics.ts";
import type { WriterCounts } from "../rotation/append.ts";

/** Whose news it is. */
export interface NewsSource {
  readonly name: string | null;
  readonly baseFilename: string;
}

const TOLD = [
  ["roll", "rolled"],
  ["reopen", "reopened"],
  ["mend", "mended"],
  ["late", "late"],
  ["remove", "dropped"],
  ["archive", "archived"],
] as const satisfies [RotationEvent, keyof WriterCounts][];

export class RotationNews {
  readonly #source: NewsSource;
  readonly #told: WriterCounts;
  #errors = 0;

  constructor(source: NewsSource, counts: WriterCounts) {
    this.#source = source;
    this.#told = { ...counts };
  }

  /** Tells of what has come to the counters. Cheap where nothing has. */
  tell(counts: WriterCounts): void {
    const told = this.#told;
    // Files are dropped and handed over only where one begins.
    const { rolled, reopened, mended, late } = counts;
    const before = told.rolled + told.reopened + told.mended + told.late;
    if (rolled + reopened + mended + late === before) return;
    for (const [event, counter] of TOLD) {
      const more = counts[counter] - told[counter];
      told[counter] = counts[counter];
      if (more > 0) this.publish(event, more);
    }
  }

  /** Tells of failures. @param errors how many there were in all */
  tellErrors(errors: number, error: unknown): void {
    const more = errors - this.#errors;
    this.#errors = errors;
    if (more > 0) this.publish("error", more, error);
  }

  publish(event: RotationEvent, count: number, error?: unknown): void {
    if (!hasListeners()) return;
    const { name, baseFilename } = this.#source;
    const message = { handler: name, path: baseFilename, event, count };
    publish(error === undefined ? message : { ...message, error });
  }
}
