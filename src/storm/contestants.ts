// Who enters the storm: our strategies and the specimens of broken handlers.
// Workers make the handler by the contestant's id, the orchestrator asks which
// ones there are and whether this machine can run them.

import type { Handler } from "../core/handler.ts";
import { TimedRotatingFileHandler } from "../handlers/timed-rotating-file.ts";
import { kernelLock } from "../platform/locks.ts";
import { KeepOpenHandler } from "./specimens/cron-rename.ts";
import { LockedRenameHandler } from "./specimens/locked-rename.ts";
import { StockHandler } from "./specimens/stock.ts";
import { UnlessDatedHandler } from "./specimens/unless-dated.ts";

export interface MakeOptions {
  readonly path: string;
  readonly zone: string;
  readonly backupCount: number;
  /** See `SpecimenOptions.fileTime`. */
  readonly fileTime: (mtimeMs: number) => number;
}

export interface Contestant {
  readonly id: ContestantId;
  /** As the table names it. */
  readonly name: string;
  readonly kind: "ours" | "specimen";
  /** Whether a job from outside renames the log at midnight. */
  readonly cron: boolean;
  readonly make: (options: MakeOptions) => Handler;
  /** Why this machine cannot run it; null when it can. */
  readonly unavailable: () => string | null;
}

export type ContestantId = "dated" | "rename" | "stock" | "fix1" | "fix2" | "fix4";

/** Every contestant, ours first. */
export const CONTESTANTS: readonly Contestant[] = [
  ours("dated"),
  ours("rename"),
  specimen("stock", "stock handler", (options) => new StockHandler(options)),
  {
    ...specimen("fix1", "fix 1: lock", (options) => new LockedRenameHandler(options)),
    unavailable: needsLock,
  },
  specimen("fix2", "fix 2: check", (options) => new UnlessDatedHandler(options)),
  {
    ...specimen("fix4", "fix 4: cron", (options) => new KeepOpenHandler(options)),
    cron: true,
  },
];

/** The contestant of an id; throws RangeError for another text. */
export function contestant(id: string): Contestant {
  const found = CONTESTANTS.find((each) => each.id === id);
  if (found === undefined) throw new RangeError(`no contestant is called ${JSON.stringify(id)}`);
  return found;
}

function ours(strategy: "dated" | "rename"): Contestant {
  return {
    id: strategy,
    name: strategy,
    kind: "ours",
    cron: false,
    make: ({ path, zone, backupCount }) =>
      new TimedRotatingFileHandler(path, {
        when: "midnight",
        timeZone: zone,
        backupCount,
        strategy,
      }),
    unavailable: strategy === "rename" ? needsLock : () => null,
  };
}

function specimen(
  id: ContestantId,
  name: string,
  make: (options: MakeOptions) => Handler,
): Contestant {
  return { id, name, kind: "specimen", cron: false, make, unavailable: () => null };
}

function needsLock(): string | null {
  return kernelLock() === null ? "this machine offers no kernel lock (flock)" : null;
}
