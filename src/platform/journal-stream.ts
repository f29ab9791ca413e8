// Whether a descriptor of this process leads to systemd's journal. The console handler
// asks, once for each stream. Nothing is written here.

import { fstatSync } from "node:fs";

/**
 * Whether what is written to `fd` goes to journald, by systemd's own rule (sd-daemon(3)):
 * the variable JOURNAL_STREAM names device and inode of the stream that was handed over,
 * and a descriptor that was redirected since has others. False if it can't be told.
 */
export function isJournalStream(fd: number): boolean {
  const given = process.env["JOURNAL_STREAM"];
  if (given === undefined || given === "") return false;
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return given === `${dev}:${ino}`;
  } catch {
    return false;
  }
}
