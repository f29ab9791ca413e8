// Which file something is: device and inode as one text. Whoever follows a name asks
// whether it leads to the file that he has open.

import { fstatSync, statSync } from "node:fs";

/** Of an open file. @throws the system's error */
export function identityOf(fd: number): string {
  const { dev, ino } = fstatSync(fd, { bigint: true });
  return `${dev}:${ino}`;
}

/** Of what a path leads to; null where there is nothing. @throws the system's error */
export function identityAt(path: string): string | null {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}`;
}
