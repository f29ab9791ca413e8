// Empties a file that is there, for handlers of mode "w". It makes none, and does
// not follow a symbolic link to something else.

import { closeSync, constants, openSync } from "node:fs";

import { mayEmpty } from "./put-off-emptying.ts";

/** Nothing happens if the file is missing. @throws the system's error, ELOOP for a symbolic link */
export function emptyFile(path: string): void {
  if (!mayEmpty(() => emptyFile(path))) return;
  const { O_WRONLY, O_TRUNC, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  try {
    closeSync(openSync(path, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_NONBLOCK));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
