// Scenarios of a log without periods, whose numbered backups are shifted.

import { lockDeleted, idleLockDeleted } from "../events.ts";
import { record } from "../plot.ts";
import type { Plot } from "../plot.ts";
import { BASE } from "../site.ts";

export const SHIFTING: readonly Plot[] = [
  {
    name: "shift",
    shows: "two writers roll numbered files, one is killed",
    strategies: ["numbered"],
    small: true,
    options: { maxBytes: 6, keep: { count: 9 } },
    processes: [
      [record("a0"), record("aa0")],
      [record("b0"), record("bb0")],
    ],
    crashes: 1,
  },
  {
    name: "shift drops",
    shows: "the last backup is dropped, also one that an idle process has open",
    strategies: ["numbered"],
    small: false,
    options: { maxBytes: 6, keep: { count: 1 } },
    processes: [
      [record("a0"), record("aa0")],
      [record("b0"), record("bb0"), record("bbb0")],
    ],
    crashes: 1,
    promise: {
      series: [
        ["a0", "aa0"],
        ["b0", "bb0", "bbb0"],
      ],
    },
  },
  {
    name: "two drop at once",
    shows: "two want to drop the last backup, after a cleaner has deleted the unused lock file",
    strategies: ["numbered"],
    small: true,
    options: { maxBytes: 6, keep: { count: 1 } },
    before: [record("x0"), record("o0")],
    processes: [[record("a0")], [record("b0")]],
    events: [idleLockDeleted],
    promise: { series: [["x0", "o0"], ["a0"], ["b0"]], full: `${BASE}.1` },
  },
  {
    name: "shift, lock file deleted",
    shows: "two shift at once, since the lock excludes nobody any more",
    strategies: ["numbered"],
    small: false,
    options: { maxBytes: 6, keep: { count: 9 } },
    before: [record("o0"), record("p0")],
    processes: [[record("a0")], [record("b0")]],
    events: [lockDeleted],
  },
  {
    name: "shift by a rotator",
    shows: "the user's rotator makes the first backup, one is killed",
    strategies: ["numbered"],
    small: false,
    options: { maxBytes: 6, keep: { count: 9 }, rotator: true },
    before: [record("o0")],
    processes: [[record("a0")], [record("b0"), record("bb0")]],
    crashes: 1,
  },
  {
    name: "shift, patience spent",
    shows: "one writes on without the lock while another shifts",
    strategies: ["numbered"],
    small: false,
    options: { maxBytes: 6, keep: { count: 9 } },
    before: [record("o0")],
    processes: [
      { acts: [record("a0"), record("aa0")], options: { impatient: true } },
      [record("b0"), record("bb0")],
    ],
  },
];
