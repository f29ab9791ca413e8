// The results in the repository: one file for each major version of Node, which a full
// run rewrites, question by question. The docs are made from them.

import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../results/", import.meta.url));

/** All results, by rising version of Node. */
export function allResults() {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((name) => /^\d+\.json$/.test(name))
    .toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map((name) => JSON.parse(readFileSync(join(FOLDER, name), "utf8")));
}

/**
 * Puts one question's rows into the results of this Node.
 *
 * @param surroundings `{ machine, versions }`; where they have changed, older answers are dropped
 * @returns the file's path
 */
export function saveAnswer(name, rows, load, surroundings) {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `${process.version.slice(1).split(".")[0]}.json`);
  const old = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
  const same = old !== null && old.node === process.version && isAsBefore(old, surroundings);
  const answers = {
    ...(same ? old.answers : {}),
    [name]: { date: new Date().toISOString().slice(0, 10), load, rows },
  };
  const results = { node: process.version, ...surroundings, answers };
  writeFileSync(path, `${JSON.stringify(results, null, 1)}\n`);
  return path;
}

// A peer more than before changes nothing of what others needed.
function isAsBefore(old, { machine, versions }) {
  return (
    JSON.stringify(old.machine) === JSON.stringify(machine) &&
    Object.entries(old.versions).every(([name, version]) => versions[name] === version)
  );
}
