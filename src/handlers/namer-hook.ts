// Python's `namer` made safe: it gets the full path that a finished file would have,
// and gives the one it shall have. It is tried when it is set, since one that gives
// two files the same name, or the log's own, would cost records; and every answer is
// looked at later, too. The rotation room knows names only, and gets names.

import { ValueError } from "../core/errors.ts";
import { errorText, isError, repr, shortRepr } from "../core/value.ts";
import type { Namer as NameMaker } from "../rotation/naming.ts";

/**
 * Gets the default path of a finished file (`/var/log/app.log.2024-03-01`) and gives
 * the path it shall have, in the same folder. It must give the same path each time,
 * and different ones for different files.
 */
export type Namer = (defaultPath: string) => string;

const ACCEPTED =
  "a function that gives, for each default path, always the same path in the same folder, no two alike, and not the log's own";

/**
 * The namer as the rotation room wants it. What it throws and what it gives wrongly
 * comes out of each call as a ValueError.
 */
export function nameMaker(namer: Namer, directory: string): NameMaker {
  const prefix = `${directory}/`;
  return (name) => {
    const path = prefix + name;
    const given = ask(namer, path);
    const isPath = typeof given === "string" && given.startsWith(prefix);
    const rest = isPath ? given.slice(prefix.length) : "";
    if (rest === "" || /[/\0]/.test(rest) || rest === "." || rest === "..") {
      throw refused(`the namer gave ${shortRepr(given)} for ${repr(path)}`, given);
    }
    return rest;
  };
}

/**
 * Tries a namer on the names of some files.
 *
 * @throws {ValueError} naming what it gave and what is accepted.
 */
export function checkNamer(
  namer: Namer,
  directory: string,
  base: string,
  samples: readonly string[],
): void {
  const make = nameMaker(namer, directory);
  const given = new Set<string>();
  for (const sample of samples) {
    const name = make(sample);
    if (name === base) throw refused("the namer gave the log's own name", base);
    if (given.has(name)) {
      throw refused(`the namer gave ${repr(name)} for two files, the second ${repr(sample)}`, name);
    }
    const again = make(sample);
    if (again !== name) {
      const names = `${repr(name)} and then ${repr(again)}`;
      throw refused(`the namer gave ${names} for the same file`, again);
    }
    given.add(name);
  }
}

function ask(namer: Namer, path: string): unknown {
  try {
    return namer(path);
  } catch (error) {
    const text = isError(error) ? errorText(error) : shortRepr(error);
    throw refused(`the namer failed for ${repr(path)}: ${text}`, path, { cause: error });
  }
}

function refused(what: string, value: unknown, detail: { cause?: unknown } = {}): ValueError {
  return new ValueError(`${what}; accepted: ${ACCEPTED}`, { value, accepted: ACCEPTED, ...detail });
}
