// What a storm will do, worked out from its seed before any process starts: the
// zone and its midnights, who plays which part, who is killed or stopped and
// when. The same seed and options give the same plan on every machine; how the
// kernel interleaves the processes is its own affair.

import { Random } from "./random.ts";
import { nextMidnight } from "./zone-days.ts";

/** The parts that a worker plays; a busy writer plays none of them. */
export interface Part {
  /** Logs a line on the first day, sleeps for days, wakes and logs again. */
  readonly idle?: boolean;
  /** Makes records before midnight and hands them over after it. */
  readonly late?: boolean;
  /** Logs records dated days ahead. */
  readonly future?: boolean;
  /** Its processes open the log right at a midnight and end a day or two later. */
  readonly newborn?: boolean;
}

export interface Kill {
  /** Real milliseconds since the start. */
  readonly atMs: number;
  readonly slot: number;
}

export interface Pause {
  /** Real milliseconds since the start: SIGSTOP, then SIGCONT. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly slot: number;
}

export interface PlanOptions {
  readonly seed: number;
  readonly processes: number;
  /** How many midnights are crossed. */
  readonly periods: number;
  /** Real milliseconds of a fake day of 24 hours. */
  readonly periodMs: number;
  readonly kill: boolean;
  /** An IANA name; without it the seed picks a zone and a season with a story. */
  readonly zone?: string;
}

export interface Plan {
  readonly seed: number;
  readonly zone: string;
  /** Epoch milliseconds that the fast clock shows at the start. */
  readonly fakeStart: number;
  /** Fake milliseconds in a real one. */
  readonly rate: number;
  /** Real milliseconds since the start at which the midnights strike. */
  readonly midnights: readonly number[];
  /** Real milliseconds since the start at which the writers stop, in the middle of a day. */
  readonly endMs: number;
  /** One part for each slot; a slot keeps its part when its process is replaced. */
  readonly parts: readonly Part[];
  readonly kills: readonly Kill[];
  readonly pauses: readonly Pause[];
  /** Seed of the workers' own choices. */
  readonly workerSeed: number;
}

const DAY_MS = 86_400_000;
const KILL_SPREAD_MS = 30;
const YEAR_DAYS = 365;

// Places where midnight is not what it seems, and two where it is.
const SETTINGS: readonly (readonly [zone: string, from: string])[] = [
  ["UTC", "2024-02-26"], // a leap day
  ["Asia/Kolkata", "2019-09-01"], // midnight is at half past six in UTC
  ["Europe/Berlin", "2019-10-24"], // a day of 25 hours
  ["Europe/Berlin", "2024-03-28"], // a day of 23 hours
  ["America/New_York", "2021-11-04"], // 25 hours, and the other side of the world
  ["Australia/Lord_Howe", "2023-09-28"], // half an hour of summer time
  ["America/Sao_Paulo", "2018-11-01"], // the day begins at one o'clock
  ["America/Sao_Paulo", "2018-02-14"], // the last hour of the day comes twice
  ["Africa/Cairo", "2023-04-25"], // summer time after nine years without
  ["Pacific/Apia", "2011-12-26"], // a date that never was
];

/** Works out a storm. Throws RangeError for a zone that Intl does not know. */
export function makePlan(options: PlanOptions): Plan {
  const random = new Random(options.seed);
  const [zone, from] = chooseSetting(options.zone, random);
  const rate = DAY_MS / options.periodMs;
  const first = nextMidnight(Date.parse(`${from}T12:00:00Z`) + random.whole(0, 2) * DAY_MS, zone);
  const fakeStart = first - Math.floor(random.between(0.4, 0.7) * DAY_MS);
  const strikes = [first];
  while (strikes.length <= options.periods) strikes.push(nextMidnight(strikes.at(-1) ?? 0, zone));
  const midnights = strikes.map((strike) => (strike - fakeStart) / rate);
  const endMs = ((midnights.at(-2) ?? 0) + (midnights.at(-1) ?? 0)) / 2;
  midnights.pop();
  const parts = castParts(options.processes);
  return {
    seed: options.seed,
    zone,
    fakeStart,
    rate,
    midnights,
    endMs,
    parts,
    kills: options.kill ? planKills(midnights, options, random.fork()) : [],
    pauses: options.kill ? planPauses(midnights, options, random.fork()) : [],
    workerSeed: random.fork().whole(0, 2 ** 31),
  };
}

function chooseSetting(zone: string | undefined, random: Random): readonly [string, string] {
  const setting = random.pick(SETTINGS);
  if (zone === undefined) return setting;
  const day = Date.UTC(2019, 0, 1) + random.whole(0, 6 * YEAR_DAYS) * DAY_MS;
  return [zone, new Date(day).toISOString().slice(0, 10)];
}

/** Every part is played, however few the processes. */
function castParts(processes: number): Part[] {
  if (processes === 2) return [{ late: true, future: true }, { idle: true }];
  if (processes === 3) return [{ late: true, future: true }, { idle: true }, { newborn: true }];
  if (processes === 4) return [{}, { idle: true }, { late: true, future: true }, { newborn: true }];
  const first: Part[] = [{}, { idle: true }, { late: true }, { future: true }, { newborn: true }];
  const more: Part[] = [{}, {}, { late: true }, {}, { newborn: true }, {}, { idle: true }];
  return Array.from(
    { length: processes },
    (_, slot) => first[slot] ?? more[(slot - first.length) % more.length] ?? {},
  );
}

/**
 * One or more kills around each midnight, in mid-period one after every third, and half of the
 * processes at once after every fourth.
 */
function planKills(midnights: readonly number[], options: PlanOptions, random: Random): Kill[] {
  const perMidnight = 1 + Math.floor(options.processes / 8);
  const slot = () => random.whole(0, options.processes - 1);
  const kills: Kill[] = [];
  for (const [index, midnight] of midnights.entries()) {
    for (let i = 0; i < perMidnight; i += 1) {
      kills.push({
        atMs: midnight + random.between(-KILL_SPREAD_MS, KILL_SPREAD_MS),
        slot: slot(),
      });
    }
    if (index % 3 === 2) {
      kills.push({ atMs: midnight + options.periodMs * random.between(0.2, 0.45), slot: slot() });
    }
    if (index % 4 !== 1) continue;
    const atMs = midnight + options.periodMs * random.between(0.5, 0.8);
    for (let i = slot() % 2; i < options.processes; i += 2) kills.push({ atMs, slot: i });
  }
  return kills.toSorted((a, b) => a.atMs - b.atMs);
}

/** One process at a time is stopped over a midnight or two, once in about seven days. */
function planPauses(midnights: readonly number[], options: PlanOptions, random: Random): Pause[] {
  const pauses: Pause[] = [];
  for (let index = 2; index + 3 < midnights.length; index += 7) {
    const fromMs = (midnights[index] ?? 0) - options.periodMs * random.between(0.01, 0.4);
    const toMs = fromMs + options.periodMs * random.between(1.2, 2.5);
    pauses.push({ fromMs, toMs, slot: random.whole(0, options.processes - 1) });
  }
  return pauses;
}
