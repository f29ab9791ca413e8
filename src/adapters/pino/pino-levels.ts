// pino's levels and ours. pino counts 10, 20 ... 60 where Python, and so daybook, counts
// 5 (TRACE, which Python lacks), 10 ... 50. The two scales map onto each other without
// loss, so a custom level keeps its place between the others. The options and the
// loggers of the pino door come here.

import { addLevelName, levelName } from "../../core/level.ts";
import { ValueError } from "../../core/errors.ts";
import { shortRepr } from "../../core/value.ts";

/** pino's six levels by name, in pino's numbers. */
export const PINO_LEVELS: Readonly<Record<StandardLevel, number>> = Object.freeze({
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
});

/** The names of pino's own levels. */
export type StandardLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal";

/** The level TRACE, in our numbers. */
export const TRACE = 5;

/** pino's `levels`: names by number and numbers by name, in pino's numbers; `silent` is Infinity. */
export interface LevelMapping {
  readonly labels: Readonly<Record<number, string>>;
  readonly values: Readonly<Record<string, number>>;
}

/** A pino number in ours: `p - 10` from 20 on, half of it below (30 is INFO, 20; 10 is TRACE, 5). */
export function toDaybookLevel(level: number): number {
  return level >= 20 ? level - 10 : level / 2;
}

/** The way back: `n + 10` from 10 on, twice the number below. */
export function toPinoLevel(level: number): number {
  return level >= 10 ? level + 10 : level * 2;
}

/**
 * pino's levels together with custom ones.
 *
 * @throws ValueError for a custom level that is no number above 0, or whose name or
 * number is taken.
 */
export function levelMapping(
  custom: Readonly<Record<string, number>> | null,
  before: LevelMapping | null = null,
): LevelMapping {
  const values: Record<string, number> = { ...(before?.values ?? PINO_LEVELS) };
  const labels: Record<number, string> = {};
  hide(values, "silent", Infinity);
  hide(labels, "Infinity", "silent");
  for (const [name, value] of Object.entries(values)) labels[value] = name;
  for (const [name, value] of Object.entries(custom ?? {})) {
    checkCustom(name, value, values, labels);
    values[name] = value;
    labels[value] = name;
  }
  return { labels, values };
}

/**
 * Gives TRACE and custom levels names in the one table of names, unless they have any:
 * a level `notice` of pino's number 35 is `NOTICE` in lines that show level names.
 */
export function nameLevels({ values }: LevelMapping): void {
  for (const [name, value] of Object.entries(values)) {
    const level = toDaybookLevel(value);
    if (levelName(level) === `Level ${level}`) addLevelName(level, name.toUpperCase());
  }
}

/**
 * The number (pino's) that a level's name or number stands for.
 *
 * @throws ValueError for what is no level of this mapping.
 */
export function pinoLevelOf(level: unknown, { labels, values }: LevelMapping): number {
  if (typeof level === "string" && Object.hasOwn(values, level)) return values[level] ?? Infinity;
  if (typeof level === "number" && Object.hasOwn(labels, level)) return level;
  const accepted = `${Object.keys(values).join(", ")}, silent`;
  throw new ValueError(`unknown level ${shortRepr(level)}; accepted: ${accepted}`, {
    value: level,
    accepted,
  });
}

/** The name of the lowest level that is on from `level` (pino's number) up: `silent` above all. */
export function labelFor(level: number, { values }: LevelMapping): string {
  let found = "silent";
  let lowest = Infinity;
  for (const [name, value] of Object.entries(values)) {
    if (value >= level && value < lowest) [found, lowest] = [name, value];
  }
  return found;
}

function checkCustom(
  name: string,
  value: unknown,
  values: Record<string, number>,
  labels: Record<number, string>,
): void {
  const fail = (why: string, accepted: string): never => {
    const text = `a custom level can't be ${shortRepr(name)}: ${shortRepr(value)}, ${why}`;
    throw new ValueError(`${text}; accepted: ${accepted}`, { value, accepted });
  };
  if (typeof value !== "number" || !(value > 0) || value === Infinity) {
    fail("which is no level number", "a number above 0");
  }
  if (Object.hasOwn(values, name)) fail("since there is a level of that name", "a new name");
  const taken = labels[value as number];
  if (taken !== undefined) fail(`which is the number of ${taken}`, "a new number");
}

// As pino has them: there, but in no list.
function hide(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: false });
}
