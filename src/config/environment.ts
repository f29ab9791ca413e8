// Configuration by environment variables: a file, the root's level, and levels of
// single loggers. Applications call configFromEnvironment where they start; nothing
// reads the environment on its own. A wrong variable is an error, and changes nothing.

import { ValueError } from "../core/errors.ts";
import { getLogger } from "../core/hierarchy.ts";
import { checkLevelInAnyCase } from "../core/level.ts";
import { isError, repr } from "../core/value.ts";
import { configFile } from "./config-file.ts";

/** The variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Configures logging by the variables that are set and not empty:
 *
 * - `DAYBOOK_CONFIG`: the path of a file for configFile.
 * - `DAYBOOK_LEVEL`: the root logger's level.
 * - `DAYBOOK_LEVELS`: levels of loggers, such as `app.db=DEBUG,http=WARNING`.
 *
 * Levels are names in any case, or whole numbers, and win over the file's. Returns
 * whether any of the variables was set.
 *
 * @throws ValueError for a level or a list that is none, before anything is
 * changed; what configFile throws.
 */
export function configFromEnvironment(env: Environment = process.env): boolean {
  const path = env["DAYBOOK_CONFIG"] ?? "";
  const level = env["DAYBOOK_LEVEL"] ?? "";
  const list = env["DAYBOOK_LEVELS"] ?? "";
  const levels = levelsOf(list);
  if (level.trim() !== "") levels.unshift(["", levelOf("DAYBOOK_LEVEL", level)]);
  if (path !== "") configFile(path);
  for (const [name, number] of levels) getLogger(name).setLevel(number);
  return path !== "" || levels.length > 0;
}

function levelsOf(list: string): [string, number][] {
  const entries = list.split(",").filter((entry) => entry.trim() !== "");
  return entries.map((entry) => {
    const equals = entry.lastIndexOf("=");
    const name = entry.slice(0, Math.max(equals, 0)).trim();
    if (name === "") {
      const accepted = "logger=LEVEL, with commas between them";
      const message = `DAYBOOK_LEVELS can't have the entry ${repr(entry)}; accepted: ${accepted}`;
      throw new ValueError(message, { value: entry, accepted });
    }
    return [name, levelOf("DAYBOOK_LEVELS", entry.slice(equals + 1))];
  });
}

function levelOf(variable: string, text: string): number {
  const level = text.trim();
  // As in documents, where any whole number is a level.
  if (/^-?\d+$/.test(level) && Number.isSafeInteger(Number(level))) return Number(level);
  try {
    return checkLevelInAnyCase(level);
  } catch (error) {
    const known = isError(error) ? (error as ValueError).accepted : undefined;
    const accepted = known ?? "a number or the name of a level";
    const message = `Unknown level in ${variable}: ${repr(level)}; accepted: ${accepted}`;
    throw new ValueError(message, { value: level, accepted, cause: error });
  }
}
