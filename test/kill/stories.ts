// The stories of the kill tests: what is there, what the victim does, which files
// are to be there at the end. Every procedure of the protocol is in one of them,
// for every strategy that has it. Plain data; procedures.ts says what it means.

import { datedJournalStories, journalStories } from "./journal-stories.ts";
import { BASE } from "./log-process.ts";
import { listEntries } from "./log-remains.ts";
import type { Act, LogSpec, StrategyName } from "./orders.ts";
import { DAY, NOON, record } from "./procedures.ts";
import type { Procedure } from "./procedures.ts";
import { dayOf } from "./verdict.ts";

const TIMED = ["dated", "rename", "claim", "external"] as const satisfies StrategyName[];

/** All stories, in the order of the table. */
export function allProcedures(): Procedure[] {
  const timed = TIMED.flatMap((strategy) => [
    ...opening({ strategy }),
    ...appending({ strategy }),
    ...passing({ strategy }),
    ...disturbed({ strategy }),
    ...bySize({ strategy, maxBytes: 400 }),
    ...removing({ strategy }),
    ...archiving({ strategy }),
    ...journalStories({ strategy }, story),
  ]);
  const dated = (["dated", "rename"] as const).flatMap((strategy) =>
    datedJournalStories({ strategy }, story),
  );
  const lockless = (["dated", "claim"] as const).flatMap((strategy) =>
    passing({ strategy, lockless: true }),
  );
  return [...timed, ...dated, ...lockless, ...fromOutside(), ...takingOver(), ...byNumber()];
}

const today = record("of the first day", NOON);
const tomorrow = record("of the next day", NOON + DAY);
const nextDay: Act = { act: "clock", now: NOON + DAY };
const close: Act = { act: "closeAll" };
const look: Act = { ...record("with a look", NOON + 1), verify: true };

function opening(log: LogSpec): Procedure[] {
  const check: Act = { act: "check" };
  const open: Act = { act: "open", created: NOON };
  return [
    story("the first opening of all", log, { armed: [check, open, today] }),
    story("a second process's opening", log, {
      setup: [today],
      armed: [check, open, record("joined", NOON)],
    }),
  ];
}

function appending(log: LogSpec): Procedure[] {
  const there = { setup: [today], warm: [record("before", NOON)] };
  return [
    story("an append", log, {
      ...there,
      armed: [record("first", NOON + 1), record("second", NOON + 1)],
    }),
    story("an append of many pages", log, {
      ...there,
      armed: [{ ...today, line: `long ${"x".repeat(20_000)} end` }],
    }),
    story("an append that the disk must keep", log, {
      ...there,
      armed: [record("synced", NOON + 1), { act: "sync" }],
    }),
    story("an append with a look at the names", log, { ...there, armed: [look] }),
  ];
}

function passing(log: LogSpec): Procedure[] {
  const there = { warm: [record("before", NOON), nextDay], now: NOON + DAY };
  return [
    story("the change of the period", log, {
      ...there,
      setup: [today],
      armed: [tomorrow, { act: "closeEnded", deadline: NOON + DAY }],
    }),
    story("the change of the period, nobody else about", log, {
      ...there,
      armed: [tomorrow],
      bystanderStays: false,
    }),
    story("opening after a midnight that all slept through", log, {
      setup: [today],
      warm: [nextDay],
      armed: [{ act: "check" }, { act: "open", created: NOON + DAY }, tomorrow],
      now: NOON + DAY,
      bystanderStays: false,
    }),
    story("a late record, its file open nowhere", log, {
      setup: [today, close, nextDay, tomorrow],
      warm: [nextDay],
      armed: [record("late", NOON + 5)],
      now: NOON + DAY,
    }),
    story("a late record, its file never made", log, {
      setup: [nextDay, tomorrow],
      warm: [nextDay],
      armed: [record("late", NOON + 5), record("in time", NOON + DAY)],
      now: NOON + DAY,
    }),
  ];
}

function disturbed(log: LogSpec): Procedure[] {
  const without = (entry: string): Act[] => [
    record("before", NOON),
    { act: "remove", entry },
    nextDay,
  ];
  const stories = [
    story("the lock file removed, then a change of the period", log, {
      setup: [today],
      warm: without(`.daybook/${BASE}.lock`),
      armed: [tomorrow],
      now: NOON + DAY,
    }),
    story("the base removed, then a look", log, {
      setup: [today],
      warm: [record("before", NOON), { act: "remove", entry: BASE }],
      armed: [look],
    }),
  ];
  // What was in a file that is removed from outside is gone; here nothing was.
  const removed =
    log.strategy === "dated"
      ? [`${BASE}.2024-03-01`]
      : [BASE, `.daybook/${BASE}.2024-03-01.0.active`];
  return [
    ...stories,
    story("the open file removed, then a look", log, {
      warm: [
        { act: "open", created: NOON },
        ...removed.map((entry): Act => ({ act: "remove", entry })),
      ],
      armed: [look],
      bystanderStays: false,
    }),
  ];
}

function bySize(log: LogSpec): Procedure[] {
  return [
    story("a full file, then the next one", log, {
      setup: [record("fills it", NOON)],
      warm: [record("fills the next", NOON)],
      armed: [record("rolls", NOON), record("rolls again", NOON)],
    }),
    story("a full file at the change of the period", log, {
      setup: [record("fills it", NOON), record("fills the next", NOON)],
      warm: [record("before", NOON), nextDay],
      armed: [tomorrow, record("rolls", NOON + DAY)],
      now: NOON + DAY,
    }),
  ];
}

/** Four days with a file each, the last one being the present. */
const fourDays: readonly Act[] = [0, 1, 2, 3].flatMap((day): Act[] => [
  { act: "clock", now: NOON + day * DAY },
  record(`of day ${day}`, NOON + day * DAY),
]);

function removing(plain: LogSpec): Procedure[] {
  const log = { ...plain, backupCount: 1 };
  const now = NOON + 3 * DAY;
  const oldDays = new Set([dayOf(NOON), dayOf(NOON + DAY)]);
  return [
    story("removing old files", log, {
      setup: [...fourDays, ...settled(log)],
      warm: [{ act: "clock", now }],
      armed: [{ act: "maintain" }],
      now,
      bystanderStays: false,
      losses: { must: ({ created }) => created !== null && oldDays.has(dayOf(created)) },
    }),
    // Two days on, what was being compressed is itself too old.
    story(
      "compressing what is then removed",
      { ...log, backupCount: 2, compression: "gz" },
      {
        setup: [...fourDays, ...settled(log)],
        warm: [{ act: "clock", now }],
        armed: [{ act: "maintain" }],
        now: now + 2 * DAY,
        bystanderStays: false,
        losses: { must: ({ created }) => created !== null && oldDays.has(dayOf(created)) },
      },
    ),
  ];
}

/** Where nobody but the cron job moves names on, it has run. */
function settled({ strategy }: LogSpec): Act[] {
  return strategy === "external" ? [{ act: "rotate" }, close] : [close];
}

function archiving(plain: LogSpec): Procedure[] {
  const there = { warm: [nextDay], now: NOON + DAY, bystanderStays: false };
  const zipped = { ...plain, compression: "gz" } as const;
  const handed = { ...plain, rotator: true } as const;
  const setup = [today, nextDay, tomorrow];
  const stories = [
    story("compressing", zipped, {
      ...there,
      setup: [...setup, ...settled(plain)],
      armed: [{ act: "maintain" }],
      atRest: unpackedOf,
    }),
    story("compressing while another process has the file open", zipped, {
      ...there,
      setup,
      armed: [{ act: "maintain" }],
      bystanderStays: true,
      atRest: unpackedOf,
    }),
    story("the user's rotator", handed, {
      ...there,
      setup: [...setup, ...settled(plain)],
      armed: [{ act: "maintain" }],
      atRest: unpackedOf,
    }),
  ];
  return plain.strategy === "dated" && hasZstd()
    ? [...stories, { ...(stories[0] as Procedure), log: { ...plain, compression: "zst" } }]
    : stories;
}

/** Past files that are still plain. */
function unpackedOf(directory: string): string[] {
  return listEntries(directory, BASE)
    .filter(({ kind, packing, suffix }) => kind === "dated" && packing === "" && suffix !== null)
    .filter(({ suffix }) => suffix === dayOf(NOON))
    .map(({ name }) => `${name} was not compressed`);
}

function hasZstd(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 15);
}

/** `daybook rotate`, the job of strategy `external`, and of programs that are not ours. */
function fromOutside(): Procedure[] {
  const log = { strategy: "external" } as const;
  const there = { warm: [nextDay], now: NOON + DAY };
  return [
    story("daybook rotate", log, {
      ...there,
      setup: [today, nextDay, tomorrow],
      armed: [{ act: "rotate" }],
    }),
    story("daybook rotate, no process having written since midnight", log, {
      ...there,
      setup: [today],
      armed: [{ act: "rotate" }],
    }),
    story("daybook rotate of another program's file", log, {
      ...there,
      setup: [{ act: "plant", entry: BASE, text: "not ours\n", modified: NOON }],
      armed: [{ act: "rotate" }],
      bystanderStays: false,
    }),
  ];
}

/** Logs that were kept in another way before. */
function takingOver(): Procedure[] {
  const armed = [{ act: "check" }, { act: "open", created: NOON + DAY }, tomorrow] as const;
  const there = { warm: [nextDay], armed, now: NOON + DAY, bystanderStays: false };
  const foreign: Act = { act: "plant", entry: BASE, text: "not ours\n", modified: NOON };
  const pairs: (readonly [StrategyName, StrategyName])[] = [
    ["dated", "rename"],
    ["dated", "claim"],
    ["rename", "dated"],
    ["claim", "dated"],
    ["claim", "rename"],
    ["rename", "claim"],
    ["external", "dated"],
  ];
  const switches = pairs.map(([before, strategy]) =>
    story(
      `strategy '${before}' before`,
      { strategy },
      {
        ...there,
        setup: [today, close],
        setupLog: { strategy: before },
      },
    ),
  );
  const foreigners = (["rename", "claim"] as const).map((strategy) =>
    story("another program's file as the base", { strategy }, { ...there, setup: [foreign] }),
  );
  return [...switches, ...foreigners];
}

/** Logs without periods: base, base.1, base.2 and so on. */
function byNumber(): Procedure[] {
  // Every file holds one line.
  const log = { strategy: "numbered", maxBytes: 300, backupCount: 20 } as const;
  const few = { ...log, backupCount: 2 } as const;
  const setup = ["first", "second", "third"].map((text) => record(text, NOON));
  const armed = [record("shifts", NOON), record("shifts again", NOON)];
  return [
    ...appending({ ...log, maxBytes: 100_000 }),
    ...opening(log),
    ...journalStories({ ...log, maxBytes: 8000 }, story),
    story("the shift", log, { setup, warm: [record("before", NOON)], armed }),
    story("the shift, nobody else about", log, { setup, armed, bystanderStays: false }),
    story("the shift that drops the last file", few, {
      setup,
      armed,
      losses: { mayOldest: true },
    }),
    story(
      "the shift by the user's rotator",
      { ...log, rotator: true },
      {
        setup: [...setup, close],
        armed,
        bystanderStays: false,
      },
    ),
    story("the lock file removed, then the shift", log, {
      setup,
      warm: [record("before", NOON), { act: "remove", entry: `.daybook/${BASE}.lock` }],
      armed,
    }),
  ];
}

type Parts = Partial<Omit<Procedure, "name" | "log">> & Pick<Procedure, "armed">;

function story(name: string, log: LogSpec, parts: Parts): Procedure {
  const plain = { begin: NOON, now: NOON, setup: [], warm: [], bystanderStays: true };
  return { name, log, ...plain, ...parts };
}
