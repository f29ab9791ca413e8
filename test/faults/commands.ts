// What the fault tests tell an application under test, and what it answers: one
// line of JSON each way, a command at a time. Sent by application.ts, obeyed by
// subject.ts.

import type {
  RotatingFileHandlerOptions,
  TimedRotatingFileHandlerOptions,
} from "../../src/index.ts";

/** The handler of an application; hooks are functions and can't be sent. */
export type HandlerSpec =
  | { readonly kind: "timed"; readonly options: TimedRotatingFileHandlerOptions }
  | { readonly kind: "size"; readonly options: RotatingFileHandlerOptions };

export type Command =
  /** Makes the handler; the clock reads `now` (seconds) until it is set again. */
  | { readonly do: "make"; readonly path: string; readonly spec: HandlerSpec; readonly now: number }
  | { readonly do: "clock"; readonly now: number }
  /** One log call for each line. */
  | { readonly do: "log"; readonly lines: readonly string[] }
  /** Opens descriptors until there are none left, or gives them back. */
  | { readonly do: "eat" }
  | { readonly do: "spit" }
  /** Takes the exclusive lock of a file, and keeps it or gives it back. */
  | { readonly do: "hold"; readonly path: string }
  | { readonly do: "let go" }
  /** Gives up root's powers for good. */
  | { readonly do: "become"; readonly uid: number }
  /** Lets timers run. */
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "close" };

/** What became of a line when its log call came back. */
export type Fate =
  /** Written, by the handler's counters. */
  | "written"
  /** Given up, by the counters. */
  | "dropped"
  /** In memory, to be written later. */
  | "kept"
  /** The log call threw, which it never may. */
  | "threw";

export interface Answer {
  /** What went wrong with the command itself, such as an error of the constructor. */
  readonly error?: string;
  /** Of `log`: one for each line. */
  readonly fates?: readonly Fate[];
  /** Of `log`: real milliseconds of the longest call. */
  readonly longest?: number;
  /** The handler's counters after the command. */
  readonly stats: Readonly<Record<string, number>>;
  /** How many messages of each kind came on the diagnostics channel so far. */
  readonly events: Readonly<Record<string, number>>;
}
