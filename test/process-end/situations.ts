// The situations in which a process ends, each with the runs that stand for it, what they
// must lose, and how they must end: the rows of the table in the guide.

import type { Job } from "./classes.ts";
import { CLASSES } from "./classes.ts";

type Column = keyof typeof CLASSES;

/** One process of a situation. */
export interface Run extends Partial<Pick<Job, "host" | "signal" | "hooks">> {
  readonly end: string;
  /** Sent to the process, in turn, when it says that it is blocked. */
  readonly sent?: readonly NodeJS.Signals[];
}

/** One row. */
export interface Situation {
  readonly name: string;
  readonly runs: readonly Run[];
  /** The exit code, or the signal that ended it, as the parent sees it; one for all runs, or one each. */
  readonly ends: number | string | readonly string[];
  /** The logs that lose the lines that wait; all others must lose none. */
  readonly lose: readonly Column[];
  /** Logs in which a moment decides. */
  readonly unsure?: readonly Column[];
}

const MEMORY: readonly Column[] = ["buffered", "buffered, worker", "network"];
const ENDING: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT", "SIGHUP"];
const BOTH: readonly boolean[] = [false, true];

/** The exit code of a process whose cluster worker was ended by SIGTERM; see ending-process.ts. */
const WORKER_TERMINATED = 100;

export const SITUATIONS: readonly Situation[] = [
  {
    name: "The program has nothing left to do",
    runs: [{ end: "natural" }],
    ends: 0,
    lose: [],
  },
  {
    name: "`process.exit()`",
    runs: [{ end: "exit" }, { end: "promise" }],
    ends: 3,
    lose: ["network"],
  },
  {
    name: "An exception that nobody catches",
    runs: BOTH.map((hooks) => ({ end: "exception", hooks })),
    ends: 1,
    lose: ["network"],
  },
  {
    name: "A rejection that nobody handles",
    runs: BOTH.map((hooks) => ({ end: "rejection", hooks })),
    ends: 1,
    lose: ["network"],
  },
  {
    name: "SIGTERM, SIGINT, SIGHUP; nobody listens",
    runs: ENDING.map((signal) => ({ end: "signal", signal })),
    ends: ENDING,
    lose: MEMORY,
  },
  {
    name: "The same **with the hooks**",
    runs: ENDING.map((signal) => ({ end: "signal", signal, hooks: true })),
    ends: ENDING,
    lose: [],
  },
  {
    name: "SIGTERM; the application listens, and calls `process.exit()` when it is done",
    runs: BOTH.map((hooks) => ({ end: "orderly", hooks })),
    ends: 5,
    lose: [],
    unsure: ["network"],
  },
  {
    name: "SIGTERM; the application listens, but is not done when SIGKILL comes",
    runs: [{ end: "stuck" }],
    ends: "SIGKILL",
    lose: ["buffered", "buffered, worker"],
    unsure: ["network"],
  },
  {
    name: "The same **with the hooks**",
    runs: [{ end: "stuck", hooks: true }],
    ends: "SIGKILL",
    lose: [],
    unsure: ["network"],
  },
  {
    name: "SIGTERM while the event loop is blocked; nobody listens",
    runs: [{ end: "blocked", sent: ["SIGTERM"] }],
    ends: "SIGTERM",
    lose: MEMORY,
  },
  {
    name: "The same **with the hooks**, and then SIGKILL: no listener can run",
    runs: [{ end: "blocked", sent: ["SIGTERM", "SIGKILL"], hooks: true }],
    ends: "SIGKILL",
    lose: MEMORY,
  },
  {
    name: "SIGKILL (the OOM killer, too)",
    runs: BOTH.map((hooks) => ({ end: "signal", signal: "SIGKILL", hooks })),
    ends: "SIGKILL",
    lose: MEMORY,
  },
  {
    name: "`process.abort()`, a crash of native code",
    runs: [{ end: "abort", hooks: true }],
    ends: "SIGABRT",
    lose: MEMORY,
  },
  {
    name: "A thread of `worker_threads` has nothing left to do",
    runs: [{ host: "thread", end: "natural" }],
    ends: 0,
    lose: [],
  },
  {
    name: "`process.exit()` in such a thread",
    runs: [{ host: "thread", end: "exit" }],
    ends: 0,
    lose: ["network"],
  },
  {
    name: "An exception in such a thread that nobody catches, there or outside",
    runs: [{ host: "thread", end: "exception" }],
    ends: 1,
    lose: ["network"],
  },
  {
    name: "`worker.terminate()`",
    runs: [{ host: "thread-terminate", end: "told" }],
    ends: 0,
    lose: MEMORY,
  },
  {
    name: "`process.exit()` of the main thread while such a thread runs",
    runs: [{ host: "thread-exit", end: "told" }],
    ends: 3,
    lose: MEMORY,
  },
  {
    name: "A cluster worker disconnects",
    runs: [{ host: "cluster", end: "disconnected" }],
    ends: 0,
    lose: [],
  },
  {
    name: "The primary kills it: `worker.kill()`, SIGTERM",
    runs: [{ host: "cluster-kill", end: "told" }],
    ends: WORKER_TERMINATED,
    lose: MEMORY,
  },
  {
    name: "The same **with the hooks**",
    runs: [{ host: "cluster-kill", end: "idle", hooks: true }],
    ends: WORKER_TERMINATED,
    lose: [],
  },
  {
    name: "The primary of a cluster is killed",
    runs: [{ host: "cluster-primary", end: "idle" }],
    ends: "SIGKILL",
    lose: [],
    unsure: ["network"],
  },
];
