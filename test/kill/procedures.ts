// What a procedure of the kill tests is, and what is done after each death of one:
// a story told as plain data, so that the victim can be another process. The
// stories themselves are in stories.ts.

import type { Act, LogSpec } from "./orders.ts";
import type { Losses } from "./verdict.ts";

/** A story of which every step is tried as a process's last one. */
export interface Procedure {
  readonly name: string;
  readonly log: LogSpec;
  /** What all clocks read at first; seconds since the epoch. */
  readonly begin: number;
  /** What they read at the end. */
  readonly now: number;
  /** What is there before: done by the bystander, a process that lives through it. */
  readonly setup: readonly Act[];
  /** The log as the bystander of the setup has it, if it is another than the victim's. */
  readonly setupLog?: LogSpec;
  /** What the victim has done before the counting begins. */
  readonly warm: readonly Act[];
  /** The acts whose steps are counted. */
  readonly armed: readonly Act[];
  /** Whether the bystander keeps its files open and goes on afterwards. */
  readonly bystanderStays: boolean;
  /** Lines that are to be gone, or may be. */
  readonly losses?: Losses;
  /** What else must hold at the end; one text for each breach. */
  readonly atRest?: (directory: string) => string[];
}

export const DAY = 86_400;
/** 2024-03-01 12:00 UTC. */
export const NOON = 1_709_294_400;

/** What the fresh process does: open, write, write late, look, clean up. */
export function actsAfterwards({ log, now, losses }: Procedure): Act[] {
  const acts: Act[] = [
    { act: "check" },
    { act: "adopt" },
    { act: "open", created: now },
    record("fresh", now),
  ];
  // A late record would bring back the period that retention is to remove.
  if (log.strategy !== "numbered" && losses?.must === undefined) {
    acts.push(record("fresh late", now - DAY));
  }
  acts.push({ ...record("fresh once more", now + 1), verify: true });
  return [...acts, ...actsOfTidying(log, now)];
}

/** How a process leaves a log in order: past files closed, the base moved on, maintenance run. */
export function actsOfTidying({ strategy }: LogSpec, now: number): Act[] {
  const acts: Act[] = [{ act: "closeEnded", deadline: now }];
  if (strategy === "external") acts.push({ act: "rotate" });
  return [...acts, { act: "maintain" }, { act: "closeAll" }];
}

/** One record, whose line is like no other and long enough to be cut in half. */
export function record(what: string, created: number): Act & { act: "write" } {
  const line = `${what} ${".".repeat(Math.max(0, 100 - what.length))} end of ${what}`;
  return { act: "write", line, created };
}
