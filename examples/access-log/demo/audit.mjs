// Compares an access log with the answers that the clients got: every answered
// request must have its line, once, in the file of the line's own day. Reads the
// folder like a person would, by names and text.

import { lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";

const LINE = /^(\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d,\d{3} \d+ GET \/orders\/(\d+) 200$/;

/**
 * @param folder - the log's folder, with nothing else in it.
 * @param answered - ids of the answered requests.
 * @param today - the day of a log file without a date in its name.
 * @returns how many answered requests have no line (`missing`), how many lines are
 *   there more than once (`twice`), in another day's file (`misfiled`) or no line of
 *   the service (`odd`).
 */
export function audit(folder, answered, today) {
  const seen = new Map();
  let [twice, misfiled, odd] = [0, 0, 0];
  for (const { name, lines } of readFiles(folder)) {
    const day = /\d{4}-\d\d-\d\d/.exec(name)?.[0] ?? today;
    for (const line of lines) {
      const match = LINE.exec(line);
      if (match === null) {
        odd += 1;
        continue;
      }
      const id = Number(match[2]);
      if (seen.has(id)) twice += 1;
      seen.set(id, true);
      if (match[1] !== day) misfiled += 1;
    }
  }
  const missing = answered.filter((id) => !seen.has(id)).length;
  return { answered: answered.length, missing, twice, misfiled, odd };
}

/** The log's files and their lines, oldest first; links are not followed. */
export function readFiles(folder) {
  return entriesOf(folder)
    .filter(({ link }) => link === undefined)
    .map(({ name }) => ({
      name,
      lines: readFileSync(join(folder, name), "utf8").split("\n").filter(Boolean),
    }));
}

/** What `ls` would show of the folder: names, sizes, where a link leads. */
export function entriesOf(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => {
      const path = join(folder, entry.name);
      const link = entry.isSymbolicLink() ? readlinkSync(path) : undefined;
      return { name: entry.name, size: lstatSync(path).size, link };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
