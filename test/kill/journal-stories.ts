// The stories of journals: a process keeps lines, writes them, and is killed; another one
// adopts what was left, and is killed, too. Called by stories.ts.

import type { Act, LogSpec } from "./orders.ts";
import { DAY, NOON, record } from "./procedures.ts";
import type { Procedure } from "./procedures.ts";

type Tell = (
  name: string,
  log: LogSpec,
  parts: Partial<Procedure> & Pick<Procedure, "armed">,
) => Procedure;

/** Long lines, so that a batch of them fills pages. */
function lineOf(what: string): string {
  return `${what} ${"x".repeat(3000)} end of ${what}`;
}

const keep = (what: string, created: number): Act => ({
  act: "keep",
  line: lineOf(what),
  created,
});

const drain: Act = { act: "drain" };
const names = ["first", "second", "third", "fourth", "fifth"];
const five: readonly Act[] = names.map((name) => keep(name, NOON + 1));

const orphan = (landed: boolean): Act => ({
  act: "orphan",
  lines: names.map((name) => lineOf(`${name} of the dead`)),
  created: NOON,
  landed,
});

/** What every strategy has to stand. A cut line is written again, so its stump may stay. */
export function journalStories(log: LogSpec, story: Tell): Procedure[] {
  const today = record("of the first day", NOON);
  const losses = { stumpsOfAny: true };
  const both = [true, false] as const;
  return [
    story("a journal's first drain", log, {
      setup: [today],
      armed: [...five, drain, keep("behind it", NOON + 2)],
      losses,
    }),
    story("a journal's second drain", log, {
      setup: [today],
      warm: [keep("before", NOON), drain],
      armed: [...five, drain, keep("behind it", NOON + 2)],
      losses,
    }),
    ...both.map((landed) =>
      story(`adopting what ${landed ? "was" : "was not"} written`, log, {
        setup: [today, orphan(landed)],
        armed: [{ act: "adopt" }, record("the adopter's own", NOON + 3)],
        losses,
      }),
    ),
  ];
}

/** What comes with periods. */
export function datedJournalStories(log: LogSpec, story: Tell): Procedure[] {
  const losses = { stumpsOfAny: true };
  const nextDay: Act = { act: "clock", now: NOON + DAY };
  return [
    story("a drain at the change of the period", log, {
      setup: [record("of the first day", NOON)],
      warm: [keep("of the old day", NOON), nextDay],
      armed: [keep("of the new day", NOON + DAY), drain],
      now: NOON + DAY,
      losses,
    }),
    story(
      "compressing what an orphan has written to",
      { ...log, compression: "gz" },
      {
        setup: [
          record("of the first day", NOON),
          orphan(true),
          nextDay,
          record("of the next day", NOON + DAY),
          { act: "closeAll" },
        ],
        warm: [nextDay],
        armed: [{ act: "maintain" }],
        now: NOON + DAY,
        bystanderStays: false,
        losses,
      },
    ),
  ];
}
