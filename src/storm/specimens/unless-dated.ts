// Specimen: the fix that renames only if the dated file is absent and the base
// is there, as it is written. Between the look and the rename another process can
// do both, and then the new day's file is renamed over the whole past day. Who
// finds the dated file opens the base by name at its next line, whichever file
// that is: a process that slept through a day appends to a file which is about to
// be renamed, and nobody tells it. For the storm only.

import { existsSync, renameSync } from "node:fs";
import { StockHandler } from "./stock.ts";

/** `if not exists(dated) and exists(base): rename`. */
export class UnlessDatedHandler extends StockHandler {
  protected override doRollover(): void {
    this.closeStream();
    const dated = this.datedFilename();
    if (!existsSync(dated) && existsSync(this.baseFilename)) {
      renameSync(this.baseFilename, dated);
      this.stream = this.openBase();
    }
    // A loser is left without a stream; FileHandler.emit opens the base for it.
    this.planNextRollover();
  }
}
