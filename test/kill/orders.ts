// What the kill tests say to their child processes: which log, which acts one
// after the other, and before which step of them to die. Plain data, because it
// travels as JSON on a command line. Made by procedures.ts and kill-run.ts, read
// by victim.ts and log-process.ts; nothing here does anything.

/** The strategies that the production code offers. */
export type StrategyName = "dated" | "rename" | "claim" | "external" | "numbered";

/** The log, as a handler's options would describe it. */
export interface LogSpec {
  readonly strategy: StrategyName;
  /** Bytes; 0 for no limit. */
  readonly maxBytes?: number;
  /** How many retired periods (or, with `numbered`, files) are kept; 0 keeps all. */
  readonly backupCount?: number;
  readonly compression?: "" | "gz" | "zst";
  /** Whether retired files go through the user's own `rotator` (here one that renames). */
  readonly rotator?: boolean;
  /** As on a machine where no kernel lock is to be had. */
  readonly lockless?: boolean;
}

/** One thing that a process does with its log. Times are seconds since the epoch. */
export type Act =
  | { readonly act: "write"; readonly line: string; readonly created: number; verify?: boolean }
  /** Keeps a line in the process's journal; lines of another period are written first. */
  | { readonly act: "keep"; readonly line: string; readonly created: number }
  /** Writes what is kept. */
  | { readonly act: "drain" }
  /** Writes the lines of dead processes' journals, as a handler's first opening does. */
  | { readonly act: "adopt" }
  /** Leaves a journal as of a process that was killed before or after its write. */
  | {
      readonly act: "orphan";
      readonly lines: readonly string[];
      readonly created: number;
      readonly landed: boolean;
    }
  /** Opens the file of an instant's period ahead of its first record. */
  | { readonly act: "open"; readonly created: number }
  /** Looks whether the folder offers what the strategy needs, as a constructor does. */
  | { readonly act: "check" }
  | { readonly act: "closeEnded"; readonly deadline: number }
  | { readonly act: "closeAll" }
  /** Deletes and compresses what is due. */
  | { readonly act: "maintain" }
  /** What `daybook rotate` does from cron. */
  | { readonly act: "rotate" }
  /** fsync of what was written. */
  | { readonly act: "sync" }
  /** The process's clock reads this from now on. */
  | { readonly act: "clock"; readonly now: number }
  /** Somebody removes an entry of the log's folder; no step of the protocol. */
  | { readonly act: "remove"; readonly entry: string }
  /** Somebody writes a file into the log's folder; no step of the protocol. */
  | {
      readonly act: "plant";
      readonly entry: string;
      readonly text: string;
      readonly modified: number;
    };

/** Where a process dies: just before a step, or having done half of it. */
export interface Death {
  /** Counted from 0, over the armed acts alone. */
  readonly step: number;
  /** In the middle of the step: a write that has put half of its bytes into the file. */
  readonly half: boolean;
}

/** All that a child process is told. */
export interface Orders {
  readonly directory: string;
  readonly log: LogSpec;
  /** What its clock reads at first. */
  readonly clock: number;
  /** Done before the counting of steps begins. */
  readonly warm: readonly Act[];
  readonly armed: readonly Act[];
  readonly death: Death | null;
  /** A bug to plant underneath the protocol, by its name in sabotage.ts. */
  readonly sabotage: string | null;
}

/** What a child process reports, a line of JSON each. */
export type Report =
  /** The act with this number, warm ones counted, has returned; or it threw `error`. */
  | { readonly done: number; readonly error?: string }
  /** All acts have returned; these were the steps of the armed ones. */
  | { readonly steps: readonly string[] };
