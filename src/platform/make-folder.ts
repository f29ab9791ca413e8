// Makes a folder and those above it that are missing. Node's own recursive mkdir
// never returns where a parent is there and yet nothing can be made in it (/proc;
// Node 20 to 26), so each level is made by itself.

import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** The permissions of a folder where none are asked for: everything for the owner and the group. */
export const DIRECTORY_MODE = 0o770;

/**
 * Nothing happens if the folder is there; its permissions stay as they are.
 *
 * @param mode the permissions of each folder made; the process's umask takes from them as usual.
 * @throws the system's error if it can't be made.
 */
export function makeFolder(path: string, mode: number = DIRECTORY_MODE): void {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return; // also if it is a file: using it will say so
    const parent = dirname(path);
    if (code !== "ENOENT" || parent === path || existsSync(parent)) throw error;
    makeFolder(parent, mode);
    makeFolder(path, mode);
  }
}
