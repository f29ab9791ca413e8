// Level numbers, their names, and the parsing of what a user passes as a level.
// Loggers, handlers and the configuration call this; it holds the only table of
// level names of the process and must never guess: an unknown name is an error.

import { typeError, ValueError } from "./errors.ts";
import { typeRefusal } from "./refusal.ts";
import { changePlans } from "./staleness.ts";
import { repr, shortRepr } from "./value.ts";

/** The level of what the program can hardly go on with. */
export const CRITICAL = 50;
/** Another name of CRITICAL, as in Python. */
export const FATAL: number = CRITICAL;
/** The level of what went wrong. */
export const ERROR = 40;
/** The level of what may become a failure; the root logger's unless set. */
export const WARNING = 30;
/** Another name of WARNING, as in Python. */
export const WARN: number = WARNING;
/** The level of what happens as it should. */
export const INFO = 20;
/** The level of details for whoever looks for a mistake. */
export const DEBUG = 10;
/** On a logger: "as my parent"; on a handler: "everything". */
export const NOTSET = 0;

/** The names that are there from the start. */
export type StandardLevelName =
  | "CRITICAL"
  | "FATAL"
  | "ERROR"
  | "WARN"
  | "WARNING"
  | "INFO"
  | "DEBUG"
  | "NOTSET";

/**
 * A level as users write it: a number, or a name known to the table (`"INFO"`, `"WARN"`).
 * Editors offer the standard names; others are those of addLevelName.
 */
export type Level = number | StandardLevelName | (string & Record<never, never>);

const STANDARD: readonly (readonly [StandardLevelName, number])[] = [
  ["CRITICAL", CRITICAL],
  ["FATAL", FATAL],
  ["ERROR", ERROR],
  ["WARN", WARN],
  ["WARNING", WARNING],
  ["INFO", INFO],
  ["DEBUG", DEBUG],
  ["NOTSET", NOTSET],
];

const nameOf = new Map<number, string>();
const numberOf = new Map<string, number>();
resetLevelNames();

/** Puts the table back to the standard names; tests that add names call this. */
export function resetLevelNames(): void {
  nameOf.clear();
  numberOf.clear();
  for (const [name, number] of STANDARD) {
    numberOf.set(name, number);
    // FATAL and WARN are understood, but never printed.
    if (name !== "FATAL" && name !== "WARN") nameOf.set(number, name);
  }
  changePlans();
}

/**
 * The name of a level number (`20` gives `"INFO"`), or, given a known name, its
 * number, or else `"Level 15"`: CPython's answer in all three cases.
 */
export function getLevelName(level: Level): string | number {
  if (typeof level === "number") return levelName(level);
  return numberOf.get(level) ?? `Level ${level}`;
}

/** The name that a record of this level bears; `"Level 15"` where none was given. */
export function levelName(level: number): string {
  return nameOf.get(level) ?? `Level ${level}`;
}

/**
 * Gives `level` a name. As in CPython the name it had before still resolves to
 * the number; only what is printed changes.
 *
 * @throws TypeError for a level that is no number, or a name that is no string.
 */
export function addLevelName(level: number, name: string): void {
  if (typeof level !== "number" || Number.isNaN(level)) {
    throw typeRefusal("a level to be named", level, "a number");
  }
  if (typeof name !== "string") throw typeRefusal("the name of a level", name, "a string");
  nameOf.set(level, name);
  numberOf.set(name, level);
  changePlans();
}

/** All names with their numbers, as a copy in a null-prototype object. */
export function getLevelNamesMapping(): Record<string, number> {
  const copy: Record<string, number> = Object.create(null);
  for (const [name, number] of numberOf) copy[name] = number;
  return copy;
}

/**
 * The number of a level given as a number or a name. Numbers pass as they are,
 * negative ones too (CPython's rule); names are case-sensitive.
 *
 * @throws ValueError for an unknown name or NaN, TypeError for any other type.
 */
export function checkLevel(level: unknown): number {
  if (typeof level === "number" && !Number.isNaN(level)) return level;
  if (typeof level === "string") {
    const number = numberOf.get(level);
    if (number !== undefined) return number;
    throw new ValueError(`Unknown level: ${repr(level)}`, { value: level, accepted: accepted() });
  }
  throw typeError(`Level not an integer or a valid string: ${shortRepr(level)}`, {
    value: level,
    accepted: accepted(),
  });
}

/**
 * The same with names in any case, for what has no counterpart in Python: `log("info", ...)`,
 * a level in the environment. A name of the application's own wins as it is written.
 *
 * @throws as checkLevel.
 */
export function checkLevelInAnyCase(level: unknown): number {
  if (typeof level !== "string" || numberOf.has(level)) return checkLevel(level);
  return numberOf.get(level.toUpperCase()) ?? checkLevel(level);
}

function accepted(): string {
  return `a number or one of ${[...numberOf.keys()].join(", ")}`;
}
