// The handlers of the outage, step by step as they are written, in the explorer: the
// stock one of CPython 3.11, and three fixes for it that are often copied. Each breaks
// in a scenario of two processes and one midnight, without any crash. (The storm
// runs the same handlers as real processes: src/storm/specimens/.) One more is ours
// with a bug: the period is taken from the clock, not from the record.

import { makeWriter, single, write } from "../../src/rotation/append.ts";
import {
  append,
  close,
  lstat,
  now,
  open,
  rename,
  sleep,
  stat,
  tolerate,
  tryLock,
  unlink,
} from "../../src/rotation/fs-op.ts";
import type { Fd, Steps } from "../../src/rotation/fs-op.ts";
import type { Strategy } from "../../src/rotation/log-site.ts";
import type { ModelStep, Program } from "../../src/testing/lives.ts";
import { MemoryFs } from "../../src/testing/memory-fs.ts";
import type { Moment, OutsideEvent, Scenario } from "../../src/testing/scenario.ts";
import { midnight } from "./events.ts";
import { BASE, DAY, DIRECTORY, periodAt, siteOf } from "./site.ts";

const PATH = `${DIRECTORY}/${BASE}`;

const datedPath = (instant: number): string => `${PATH}.${periodAt(instant).suffix}`;

/** Python's open(path, "a"). */
const openBase = (): Steps<Fd> => open(PATH, "lock");

function* exists(path: string): Steps<boolean> {
  return (yield* tolerate(lstat(path), "ENOENT")) !== "ENOENT";
}

/** What a handler knows; `stream` is null after a rollover that has not opened the new file. */
interface Handler {
  stream: Fd | null;
  rolloverAt: number;
}

type Rollover = (handler: Handler, dated: string) => Steps<void>;

/** TimedRotatingFileHandler.doRollover: whoever comes later removes the past day. */
function* stockRollover(handler: Handler, dated: string): Steps<void> {
  yield* closeStream(handler);
  if (yield* exists(dated)) yield* unlink(dated);
  if (yield* exists(PATH)) yield* rename(PATH, dated);
  handler.stream = yield* openBase();
}

/** A lock around the rename: taken on the open log itself, after the look at the dated name. */
function* lockedRollover(handler: Handler, dated: string): Steps<void> {
  if (!(yield* exists(dated))) {
    handler.stream ??= yield* openBase();
    while (!(yield* tryLock(handler.stream, "exclusive"))) yield* sleep(1);
    if (yield* exists(PATH)) yield* rename(PATH, dated);
  }
  const old = handler.stream;
  handler.stream = yield* openBase();
  if (old !== null) yield* close(old);
}

/** Renaming only if the dated file is not there and the base is. */
function* unlessDatedRollover(handler: Handler, dated: string): Steps<void> {
  yield* closeStream(handler);
  if (!(yield* exists(dated)) && (yield* exists(PATH))) {
    yield* rename(PATH, dated);
    handler.stream = yield* openBase();
  }
}

function* closeStream(handler: Handler): Steps<void> {
  if (handler.stream !== null) yield* close(handler.stream);
  handler.stream = null;
}

/** A process with such a handler that logs some records, each of the day in which it is made. */
function rotating(rollover: Rollover, names: readonly string[]): Program {
  return function* () {
    const stream = yield* openBase();
    const there = yield* tolerate(stat(PATH), "ENOENT");
    const since = there === "ENOENT" ? yield* now() : there.mtime;
    const handler: Handler = { stream, rolloverAt: periodAt(since).end };
    for (const name of names) {
      const line = `${name}${Math.floor((yield* now()) / DAY)}`;
      if ((yield* now()) >= handler.rolloverAt) {
        // What a lost race throws goes to handleError, and the line with it.
        if (!(yield* attempt(rollover(handler, datedPath(handler.rolloverAt - DAY))))) continue;
        handler.rolloverAt = periodAt(yield* now()).end;
      }
      handler.stream ??= yield* openBase();
      yield* append(handler.stream, Buffer.from(`${line}\n`));
      yield { op: "ack", line };
    }
  };
}

function* attempt(steps: Steps<void>): Steps<boolean> {
  return (yield* tolerate(steps, "ENOENT")) !== "ENOENT";
}

/** A FileHandler: opens once, appends for ever. */
function keepingOpen(names: readonly string[]): Program {
  return function* () {
    const stream = yield* openBase();
    for (const name of names) {
      const line = `${name}${Math.floor((yield* now()) / DAY)}`;
      yield* append(stream, Buffer.from(`${line}\n`));
      yield { op: "ack", line };
    }
  };
}

/** `mv log log.YESTERDAY`. */
const cron: OutsideEvent = {
  name: "cron renames the log",
  happen: (fs) => {
    try {
      fs.perform(0, { op: "rename", from: PATH, to: datedPath(fs.clock - DAY) });
      return true;
    } catch {
      return false;
    }
  },
};

/** Ours, but for the period: that of the moment of writing. */
export function byTheClock(strategy: Strategy, names: readonly string[]): Program {
  return function* (): Generator<ModelStep, void, unknown> {
    const writer = makeWriter(siteOf({ strategy }), strategy);
    for (const name of names) {
      const line = `${name}${Math.floor((yield* now()) / DAY)}`;
      yield* write(writer, yield* now(), single(Buffer.from(`${line}\n`)), false);
      yield { op: "ack", line };
    }
  };
}

/** A line that is in no file, under no name. */
function lost({ fs, acked }: Moment): string | null {
  const texts = [...fs.entries()].map(([, , { text }]) => text);
  const line = acked.find((line) => !texts.some((text) => text.split("\n").includes(line)));
  return line === undefined ? null : `${line} is in no file`;
}

/** A line in a file that bears another day's name. */
function misfiled({ fs, acked }: Moment): string | null {
  for (const [path, , { text }] of fs.entries()) {
    for (const line of text.split("\n")) {
      if (!acked.includes(line) || path === PATH) continue;
      if (path !== datedPath(Number(line.at(-1)) * DAY)) return `${line} is in ${path}`;
    }
  }
  return null;
}

export interface Specimen {
  readonly name: string;
  /** What it does to a log. */
  readonly does: "loses lines" | "misfiles lines";
  readonly scenario: Scenario;
}

function specimen(
  name: string,
  does: Specimen["does"],
  processes: readonly Program[],
  events: readonly OutsideEvent[] = [midnight],
): Specimen {
  const check = does === "loses lines" ? lost : misfiled;
  const start = (): MemoryFs => {
    const fs = new MemoryFs(DIRECTORY);
    fs.clock = 10;
    return fs;
  };
  return {
    name,
    does,
    scenario: { start, programs: processes, events, checks: { always: check } },
  };
}

const TWO = [
  ["a", "aa"],
  ["b", "bb"],
] as const;

/** All of them, as they come out of the box: two processes, one midnight, no crash. */
export const SPECIMENS: readonly Specimen[] = (
  [
    ["stock CPython", stockRollover],
    ["fix 1 as written: lock around the rename", lockedRollover],
    ["fix 2 as written: rename unless dated", unlessDatedRollover],
  ] as const
)
  .flatMap(([name, rollover]) => {
    const processes = TWO.map((names) => rotating(rollover, names));
    return [specimen(name, "loses lines", processes), specimen(name, "misfiles lines", processes)];
  })
  .concat(
    specimen(
      "fix 4 with a file kept open",
      "misfiles lines",
      TWO.map((names) => keepingOpen(names)),
      [midnight, cron],
    ),
  );
