// Which of our levels winston's levels are. winston counts its levels from the gravest,
// 0, and every program may have its own; so names decide, those of npm, syslog and cli
// being known. The transport asks here, once when it is added to a logger.

import { addLevelName, checkLevel, CRITICAL, DEBUG, ERROR, INFO } from "../../core/level.ts";
import { levelName, WARNING } from "../../core/level.ts";
import type { Level } from "../../core/level.ts";
import { ValueError } from "../../core/errors.ts";
import { shortRepr } from "../../core/value.ts";

/** The levels of winston.config.npm, .syslog and .cli, and others that programs use. */
const KNOWN: ReadonlyMap<string, number> = new Map([
  ...["emerg", "alert", "crit", "critical", "fatal"].map((name) => [name, CRITICAL] as const),
  ["error", ERROR],
  ...["warn", "warning"].map((name) => [name, WARNING] as const),
  ["notice", 25],
  ...["help", "data", "info", "prompt"].map((name) => [name, INFO] as const),
  ["http", 17],
  ["verbose", 15],
  ["debug", DEBUG],
  ...["silly", "trace", "input"].map((name) => [name, 5] as const),
]);

/** Names for numbers that have none. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [25, "NOTICE"],
  [17, "HTTP"],
  [15, "VERBOSE"],
  [5, "TRACE"],
]);

/**
 * Our numbers for winston's names: those that are given, then the known ones.
 *
 * @throws ValueError or TypeError for a given level that is none.
 */
export function winstonLevels(given: Readonly<Record<string, Level>> = {}): Map<string, number> {
  const levels = new Map(KNOWN);
  for (const [name, level] of Object.entries(given)) levels.set(name, checkLevel(level));
  for (const [level, name] of NAMES) {
    if (levelName(level) === `Level ${level}`) addLevelName(level, name);
  }
  return levels;
}

/**
 * Checks that every level of a winston logger is known.
 *
 * @throws ValueError that names those that aren't.
 */
export function checkCovered(names: readonly string[], levels: ReadonlyMap<string, number>): void {
  const unknown = names.filter((name) => !levels.has(name));
  if (unknown.length === 0) return;
  const accepted = `levels: { ${unknown.map((name) => `${name}: "INFO"`).join(", ")} }, or others`;
  throw new ValueError(
    `winston's ${unknown.map((name) => shortRepr(name)).join(", ")} has no daybook level; accepted: ${accepted}`,
    { value: unknown, accepted },
  );
}
