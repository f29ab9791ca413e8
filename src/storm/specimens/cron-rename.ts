// Specimen: rotation from outside without telling the writers. A job renames the
// log at midnight; each writer keeps its descriptor, so the new day's lines go on
// into the file that is now named yesterday, for as long as the process lives.
// Nothing is lost and hardly a line is where its date says. For the storm only.

import { closeSync, existsSync, openSync, renameSync, writeSync } from "node:fs";
import { Handler } from "../../core/handler.ts";
import type { LogRecord } from "../../core/record.ts";
import type { SpecimenOptions } from "./stock.ts";

/** A plain FileHandler: opens once, appends for ever. */
export class KeepOpenHandler extends Handler {
  readonly #fd: number;

  constructor(options: SpecimenOptions) {
    super();
    this.#fd = openSync(options.path, "a");
  }

  override emit(record: LogRecord): void {
    try {
      writeSync(this.#fd, `${this.format(record)}\n`);
    } catch (error) {
      this.handleError(record, error);
    }
  }

  override close(): void {
    closeSync(this.#fd);
    super.close();
  }
}

/** The job of midnight: `mv log log.YESTERDAY`; nothing to do when there is no log. */
export function renameLog(path: string, yesterday: string): void {
  if (existsSync(path)) renameSync(path, `${path}.${yesterday}`);
}
