// What a fault test is: how the fault is brought about, what the applications do
// before, during and after it, and what must come of it. The cases are in the
// files *-cases.ts; fault-table.ts runs and prints them.

import type { Application, LaunchOptions } from "./application.ts";
import type { HandlerSpec } from "./commands.ts";

/** A world of its own for one case. */
export interface FaultWorld {
  /** The log's path as the applications know it. */
  readonly path: string;
  /** The log's folder as this process reaches it: the same, or a way into another namespace. */
  readonly seenFrom: string;
  /** Starts an application; it is ended with the case. */
  start(options?: LaunchOptions): Application;
  /** Starts an application and makes its handler, at noon of the first day. */
  launch(options?: LaunchOptions): Promise<Application>;
  /** Something that must be undone whatever happens. */
  finally(undo: () => void | Promise<void>): void;
}

export interface FaultCase {
  /** The fault, such as `ENOSPC and back`. */
  readonly fault: string;
  /** What brings it about on this machine, such as `tmpfs in a mount namespace`. */
  readonly by: string;
  readonly spec: HandlerSpec;
  /** Why it can't be brought about here; null if it can. */
  readonly unavailable?: () => string | null;
  /** Whether `npm test` runs it: quick, and possible on every machine. */
  readonly everywhere?: boolean;
  /** A folder for the log, other than a temporary one. */
  readonly place?: (world: FolderMaker) => Promise<{ path: string; seenFrom: string }>;
  /** What happens. @throws an AssertionError for what must not be */
  readonly run: (world: FaultWorld) => Promise<void>;
  /**
   * What must be found on stderr of the applications together; absent: it must stay
   * empty; `maybe`: a notice may be there, where no record is lost.
   */
  readonly report?: RegExp | "maybe";
  /** Whether files are removed from outside: what was in them is gone, so the counters can't add up. */
  readonly emptied?: boolean;
}

/** What a case may ask for before the log has a folder. */
export interface FolderMaker {
  readonly directory: string;
  finally(undo: () => void | Promise<void>): void;
}

/** 2024-03-01 12:00 UTC. */
export const NOON = 1_709_294_400;
export const DAY = 86_400;

/** A timed handler that goes by UTC days. */
export function timed(options: (HandlerSpec & { kind: "timed" })["options"] = {}): HandlerSpec {
  return { kind: "timed", options: { when: "midnight", utc: true, ...options } };
}

/** How a table calls a handler. */
export function labelOf({ kind, options }: HandlerSpec): string {
  const strategy =
    kind === "size" ? "numbered" : ((options as { strategy?: string }).strategy ?? "dated");
  const { onFull, durability } = options;
  return [strategy, onFull, durability].filter((part) => part !== undefined).join(", ");
}
