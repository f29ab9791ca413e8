// What happens in a scenario from outside: the clock moves, somebody deletes or moves
// our files, the disk fills up.

import type { MemoryFs } from "../../src/testing/memory-fs.ts";
import type { OutsideEvent } from "../../src/testing/scenario.ts";
import { BASE, DAY, DIRECTORY } from "./site.ts";

export const midnight: OutsideEvent = {
  name: "midnight",
  happen: (fs) => void (fs.clock = (Math.floor(fs.clock / DAY) + 1) * DAY + 10),
};

const ours = (name: string): string => `${DIRECTORY}/${name}`;

/** What somebody does to a path, if it is there. */
function outside(
  name: string,
  path: string,
  act: (fs: MemoryFs, path: string) => void,
): OutsideEvent {
  return {
    name,
    happen: (fs) => {
      try {
        fs.perform(0, { op: "lstat", path });
      } catch {
        return false;
      }
      act(fs, path);
      return true;
    },
  };
}

export const lockDeleted: OutsideEvent = outside(
  "a cleaner deletes the lock file",
  ours(`.daybook/${BASE}.lock`),
  (fs, path) => fs.perform(0, { op: "unlink", path }),
);
/** A cleaner that leaves the lock alone while somebody holds it, so that the lock must hold all the same. */
export const idleLockDeleted: OutsideEvent = {
  name: "a cleaner deletes the lock file, which nobody has locked",
  happen: (fs) => {
    for (const { lock } of fs.openFiles()) if (lock === "exclusive") return false;
    return lockDeleted.happen(fs);
  },
};
export const baseDeleted: OutsideEvent = outside(
  "somebody deletes the base",
  ours(BASE),
  (fs, path) => fs.perform(0, { op: "unlink", path }),
);
export const baseMoved: OutsideEvent = outside(
  "somebody moves the base away",
  ours(BASE),
  (fs, from) => fs.perform(0, { op: "rename", from, to: ours("moved") }),
);
export const fileDeleted: OutsideEvent = outside(
  "somebody deletes day 0",
  ours(`${BASE}.1970-01-01`),
  (fs, path) => fs.perform(0, { op: "unlink", path }),
);
export const diskFull: OutsideEvent = {
  name: "2 bytes left",
  happen: (fs) => fs.limit({ space: 2 }),
};
export const spaceAgain: OutsideEvent = {
  name: "space again",
  happen: (fs) => fs.limit({ space: Infinity }),
};
