// Contestants side by side: each in its own process, taking turns with short slices,
// round after round, in an order that shifts with every round. What disturbs the
// machine for a while disturbs all of them; the median of the ratios within rounds
// does not care. A contestant that fails or loses lines ends the contest with an error,
// unless the question can do without it.

import { fork } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { median } from "./statistics.mjs";

const PROGRAM = fileURLToPath(new URL("contestant-process.mjs", import.meta.url));
/** A slice takes a second at most; a process that is silent for so long is stuck. */
const SILENCE_MS = 120_000;

/** Where logs are written. DAYBOOK_BENCH_DIR names another folder, on another file system. */
export function benchFolder() {
  if (folders.size === 0) {
    // Ctrl-C must not leave gigabytes behind.
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
    process.once("exit", () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });
  }
  const folder = mkdtempSync(join(process.env.DAYBOOK_BENCH_DIR ?? tmpdir(), "daybook-bench-"));
  folders.add(folder);
  return folder;
}

const folders = new Set();

/**
 * Runs a contest.
 *
 * @param entries contestants: `{ name, logger, count, ... }`, with `logger` the file in
 *   contestants/, `count` the records of a slice, and what else that file wants to know.
 *   One with `likeOf` gets the first line of the contestant of that name, to write the same.
 * @param plan `{ rounds, leastRounds, budgetMs }`: rounds end early when time is up
 * @param goWithout told of a contestant's error; it is left out then. Without it, any error is thrown
 * @returns a map from name to what the slices measured, one value a round:
 *   `{ ns, callNs, cpuNs, memory, line }`, or what else the entry's `task` measures
 */
export async function runContest(entries, plan, goWithout = null) {
  const top = benchFolder();
  const contestants = new Map();
  const attempt = async (contestant, action) => {
    try {
      await action();
    } catch (error) {
      if (goWithout === null) throw error;
      contestants.delete(contestant.entry.name);
      await contestant.end();
      goWithout(error, contestant.entry.name);
    }
  };
  try {
    for (const [i, entry] of entries.entries()) {
      const folder = join(top, String(i));
      mkdirSync(folder);
      const line = entry.line ?? contestants.get(entry.likeOf)?.line ?? null;
      const contestant = new Contestant(entry, { ...entry, folder, line });
      contestants.set(entry.name, contestant);
      await attempt(contestant, () => contestant.warmUp());
    }
    await takeTurns(contestants, plan, attempt);
    return new Map([...contestants].map(([name, { results }]) => [name, results]));
  } finally {
    await Promise.all([...contestants.values()].map((each) => each.end()));
    rmSync(top, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function takeTurns(all, { rounds, leastRounds = rounds, budgetMs = Infinity }, attempt) {
  const started = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    if (round >= leastRounds && performance.now() - started > budgetMs) return;
    const contestants = [...all.values()];
    for (let i = 0; i < contestants.length; i += 1) {
      const contestant = contestants[(i + round) % contestants.length];
      await attempt(contestant, () => contestant.slice());
    }
  }
}

/** The median of what a contestant needed, in nanoseconds a record. */
export function medianNs(results) {
  return median(results.ns);
}

class Contestant {
  results = {};
  line = null;
  #child;
  #answer = null;
  #stdout = null;

  constructor(entry, setting) {
    this.entry = entry;
    this.setting = setting;
    // What is written to stdout is a contestant's log too.
    if (entry.stdout) this.#stdout = openSync(join(setting.folder, "stdout.log"), "a");
    this.#child = fork(PROGRAM, [], {
      execArgv: entry.execArgv ?? [],
      stdio: ["ignore", this.#stdout ?? "ignore", "inherit", "ipc"],
    });
    this.#child.on("message", (message) => this.#settle(message));
    this.#child.on("exit", (code, signal) => {
      this.#settle({ failed: `its process ended with ${signal ?? code}` });
    });
  }

  /** Starts the logger and lets V8 compile it; the first slices don't count. */
  async warmUp() {
    await this.#next();
    await this.#tell({ task: "open", setting: this.setting });
    for (let i = 0; i < (this.entry.warmUps ?? 2); i += 1) {
      const { line } = await this.#tell({ task: "slice", count: this.entry.count });
      this.line ??= line;
    }
  }

  async slice() {
    const { task = "slice", count } = this.entry;
    const measured = await this.#tell({ task, count });
    for (const [name, value] of Object.entries(measured)) (this.results[name] ??= []).push(value);
  }

  async end() {
    if (this.#child.connected) {
      await this.#tell({ task: "close" }).catch(() => {});
    }
    if (this.#child.connected) this.#child.disconnect();
    this.#child.kill("SIGKILL");
    if (this.#stdout !== null) closeSync(this.#stdout);
  }

  #tell(order) {
    if (!this.#child.connected) return Promise.reject(this.#error("its process is gone"));
    this.#child.send(order);
    return this.#next();
  }

  #next() {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#settle({ failed: `it is silent for ${SILENCE_MS / 1000} s` });
      }, SILENCE_MS);
      this.#answer = (message) => {
        clearTimeout(timer);
        this.#answer = null;
        if (message.failed === undefined) resolve(message);
        else reject(this.#error(message.failed));
      };
    });
  }

  #settle(message) {
    this.#answer?.(message);
  }

  #error(text) {
    return new Error(`${this.entry.name}: ${text}`);
  }
}
