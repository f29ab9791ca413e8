// Scenarios in which somebody from outside is in the way: cleaners, other programs, a
// full disk.

import {
  midnight,
  lockDeleted,
  baseDeleted,
  baseMoved,
  fileDeleted,
  diskFull,
  spaceAgain,
} from "../events.ts";
import { DAILY, LOCKING, looking, record } from "../plot.ts";
import type { Plot } from "../plot.ts";

export const OUTSIDE: readonly Plot[] = [
  {
    name: "lock file deleted",
    shows: "a cleaner deletes the lock file, so that two are at work on the names",
    strategies: LOCKING,
    small: false,
    middling: ["dated"],
    before: [record("o0")],
    processes: [[record("a0"), record("a1")], [record("b1")]],
    events: [midnight, lockDeleted],
  },
  {
    name: "base deleted",
    shows: "somebody deletes the log's own name",
    strategies: DAILY,
    small: ["dated"],
    before: [record("o0")],
    processes: [[record("a0"), looking("aa0")], [looking("b0")]],
    events: [baseDeleted],
    crashes: 1,
  },
  {
    name: "base moved",
    shows: "another program moves the log's own name away over midnight",
    strategies: ["dated", "rename", "external"],
    small: false,
    before: [record("o0")],
    processes: [[record("a0"), looking("a1")], [looking("b1")]],
    events: [baseMoved, midnight],
  },
  {
    name: "file deleted",
    shows: "somebody deletes today's file; a writer that looks writes to a new one",
    strategies: ["dated"],
    small: false,
    before: [record("o0")],
    processes: [[looking("a0"), looking("aa0")], [looking("b0")]],
    events: [fileDeleted],
    promise: { expendable: [0], removedOutside: true },
  },
  {
    name: "full disk",
    shows: "a write is cut short, and space comes back",
    strategies: [...DAILY, "numbered"],
    small: LOCKING,
    before: [record("o0")],
    processes: [
      [
        { line: "a0", may: "ENOSPC" },
        { line: "aa0", may: "ENOSPC" },
      ],
      [{ line: "b0", may: "ENOSPC" }],
    ],
    events: [diskFull, spaceAgain],
    crashes: 1,
  },
];
