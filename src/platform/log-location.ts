// Where a log lives: from the path a user gives to an absolute folder and a name
// in it, once and for all. A later change of the working directory, or of a
// symbolic link on the way, does not move a log that is in use.

import { lstatSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { ValueError, typeError } from "../core/errors.ts";
import { shortRepr } from "../core/value.ts";

import { DIRECTORY_MODE, makeFolder } from "./make-folder.ts";

export interface LogLocation {
  /** Absolute; its symbolic links are resolved if it could be reached. */
  readonly directory: string;
  /** The log's own name in it. */
  readonly base: string;
}

// A name may have 255 bytes (Linux, macOS). The longest that we make of a base
// is a hidden one with a suffix to the second.
const LONGEST_BASE = 200;

const ACCEPTED = "a path or file: URL that names a file, not a directory";

/**
 * The absolute path of a log, by the working directory of this moment.
 *
 * @throws {TypeError} for what is no string or URL
 * @throws {ValueError} for a path that names no file, or names a directory
 */
export function absoluteLogPath(path: string | URL): string {
  const given = path instanceof URL && path.protocol === "file:" ? pathOfUrl(path) : path;
  if (typeof given !== "string") {
    const shown = given instanceof URL ? JSON.stringify(given.href) : shortRepr(given);
    throw typeError(`a log's path can't be ${shown}; accepted: ${ACCEPTED}`, {
      value: given,
      accepted: ACCEPTED,
    });
  }
  if (given === "" || given.includes("\0") || !given.isWellFormed() || /[/\\]$/.test(given)) {
    throw refuse(given, "names no file");
  }
  const absolute = resolve(given);
  if (isDirectory(absolute)) throw refuse(given, "is a directory");
  return absolute;
}

/**
 * Splits a log's path and makes its folder, if it is missing.
 *
 * @param required whether a folder that can't be made or reached is an error
 *   now; otherwise it is tried again when the log is opened.
 * @param directoryMode the permissions of the folders made, less the umask.
 * @throws {TypeError} for what is no string or URL
 * @throws {ValueError} for what is no file's path, and for a name too long to bear a suffix
 * @throws the system's error for a folder that can't be made, if `required`
 */
export function locateLog(
  path: string | URL,
  required: boolean,
  directoryMode: number = DIRECTORY_MODE,
): LogLocation {
  const absolute = absoluteLogPath(path);
  const base = basename(absolute);
  if (absolute.split(sep).includes(".daybook")) {
    throw refuse(absolute, "is where daybook keeps its locks");
  }
  if (isSpecial(absolute)) throw refuse(absolute, "is no regular file, and can't be rotated");
  if (Buffer.byteLength(base) > LONGEST_BASE) {
    throw refuse(
      absolute,
      `has a name of more than ${LONGEST_BASE} bytes, which leaves no room for a date`,
    );
  }
  return { directory: reachFolder(dirname(absolute), required, directoryMode), base };
}

/** Node refuses URLs with a host, and with an encoded slash. */
function pathOfUrl(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw Object.assign(refuse(url.href, `names no file: ${String(error)}`), { cause: error });
  }
}

function reachFolder(directory: string, required: boolean, mode: number): string {
  try {
    makeFolder(directory, mode);
    return realpathSync(directory);
  } catch (error) {
    if (!required) return directory;
    const { code } = error as NodeJS.ErrnoException;
    throw Object.assign(
      new Error(`the log's folder ${directory} can't be made or reached: ${String(error)}`, {
        cause: error,
      }),
      { code },
    );
  }
}

/** A device, a pipe or a socket: there is something, and it is neither file nor link. */
function isSpecial(path: string): boolean {
  try {
    const stat = lstatSync(path);
    return !stat.isFile() && !stat.isSymbolicLink();
  } catch {
    return false;
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // missing, or not to be reached: opening it will say why
  }
}

function refuse(path: string, why: string): ValueError {
  return new ValueError(`${JSON.stringify(path)} ${why}; accepted: ${ACCEPTED}`, {
    value: path,
    accepted: ACCEPTED,
  });
}
