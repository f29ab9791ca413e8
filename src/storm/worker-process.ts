// One child process of the storm, seen from outside: started, ordered, stopped,
// killed, and heard when it complains. Every child that lives is known here, so
// that none survives this process. Runs in the orchestrator.

import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Orders, Report } from "./orders.ts";

/** How a child ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether it had said before that its part was done. */
  readonly done: boolean;
}

/** What was wrong with an ending that no kill explains; null when nothing was. */
export function faultOf({ code, signal, done }: Ending): string | null {
  if (code !== 0) return `ended with ${signal ?? `code ${code}`}`;
  return done ? null : "ended with code 0 before its part was done";
}

/** How long a process may take to start or to take its turn; far beyond any busy machine. */
const PATIENCE_MS = 60_000;

const PROGRAM = new URL("./worker.js", import.meta.url);

const living = new Set<ChildProcess>();

/** SIGKILLs every child that still lives, stopped ones too. */
export function killAllWorkers(): void {
  for (const child of living) child.kill("SIGKILL");
}

/** A worker process; it runs from the moment it is made. */
export class WorkerProcess {
  /** The id of its lines. */
  readonly worker: string;
  /** Resolves when the process is gone. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  readonly #reports: ((state: Report["state"] | "gone") => void)[] = [];
  readonly #unread: Report["state"][] = [];
  #gone = false;
  #done = false;
  #complaints = "";

  /**
   * @param worker - an id that no other worker of this log has.
   * @param zone - its `TZ`, for handlers that go by the local time.
   * @param locking - false for a process that finds no kernel lock on this machine.
   */
  constructor(worker: string, zone: string, locking: boolean = true) {
    this.worker = worker;
    this.#child = fork(fileURLToPath(PROGRAM), [], {
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, TZ: zone, ...(locking ? {} : { DAYBOOK_LOCK: "none" }) },
    });
    living.add(this.#child);
    this.#child.on("message", ({ state }: Report) => this.#hear(state));
    // A channel may break under a kill; the end of the process says what matters.
    this.#child.on("error", () => {});
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      if (this.#complaints.length < 20_000) this.#complaints += text;
    });
    this.ended = new Promise((resolve) => {
      this.#child.once("close", (code, signal) => {
        living.delete(this.#child);
        this.#gone = true;
        for (const answer of this.#reports.splice(0)) answer("gone");
        resolve({ code, signal, done: this.#done });
      });
    });
  }

  /** Its number, also when it is gone; -1 if it never started. */
  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Whether the process is gone. */
  get gone(): boolean {
    return this.#gone;
  }

  /** What it wrote to stderr so far. */
  get complaints(): string {
    return this.#complaints;
  }

  /** The next report; false when the process ended without one, or hung and was ended. */
  async nextReport(): Promise<boolean> {
    if (this.#unread.shift() !== undefined) return true;
    if (this.#gone) return false;
    const hung = setTimeout(() => this.signal("SIGKILL"), PATIENCE_MS);
    const state = await new Promise((resolve: (state: Report["state"] | "gone") => void) => {
      this.#reports.push(resolve);
    });
    clearTimeout(hung);
    return state !== "gone";
  }

  order(orders: Orders): void {
    if (this.#child.connected) this.#child.send(orders, () => {});
  }

  signal(signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): boolean {
    return !this.#gone && this.#child.kill(signal);
  }

  #hear(state: Report["state"]): void {
    if (state === "done") {
      this.#done = true;
      return;
    }
    const answer = this.#reports.shift();
    if (answer === undefined) this.#unread.push(state);
    else answer(state);
  }
}
