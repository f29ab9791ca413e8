// What the library writes to stderr, kept for a test to look at. Tests start a
// capture before each case and stop it afterwards; nothing reaches the terminal
// meanwhile, and open failure counts are written before the end.

import { closeReports } from "../../src/core/self-report.ts";

/** Takes the place of `process.stderr.write` between `start` and `stop`. */
export class CapturedStderr {
  /** What has been written since the start. */
  text = "";
  readonly #write: typeof process.stderr.write = process.stderr.write;

  start(): void {
    this.text = "";
    process.stderr.write = (chunk: string | Uint8Array): boolean => {
      this.text += String(chunk);
      return true;
    };
  }

  stop(): void {
    closeReports();
    process.stderr.write = this.#write;
  }
}
