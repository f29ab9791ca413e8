// Makes a folder and those above it that are missing. Node's own recursive mkdir
// never returns where a parent is there and yet nothing can be made in it (/proc;
// Node 20 to 26), so each level is made by itself.

import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** For the owner and the group; the process's umask takes from it as usual. */
const MODE = 0o770;

/** Nothing happens if the folder is there. @throws the system's error if it can't be made. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, MODE);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return; // also if it is a file: using it will say so
    const parent = dirname(path);
    if (code !== "ENOENT" || parent === path || existsSync(parent)) throw error;
    makeFolder(parent);
    makeFolder(path);
  }
}
