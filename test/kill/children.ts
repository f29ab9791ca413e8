// The child processes of the kill tests: victims, a new process for each, and the
// fresh ones that open the log afterwards. A fresh process knows nothing of the
// logs it is given; it serves a few of them, one after the other, because starting
// Node is most of what a kill costs. Called by kill-run.ts and kill-table.ts.

import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

import type { Orders, Report } from "./orders.ts";

/** How a child's orders ended. */
export interface ChildEnding {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly reports: readonly Report[];
  readonly complaints: string;
}

/** No child of these tests needs a tenth of it. */
const PATIENCE_MS = 60_000;

const PROGRAM = fileURLToPath(new URL("victim.js", import.meta.url));

/** Runs a process of its own for these orders, to its end or its death. */
export function runChild(orders: Orders): Promise<ChildEnding> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(orders)], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: PATIENCE_MS,
    env: smallEnvironment(),
  });
  let [told, complaints] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (told += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve({ code, signal, complaints, reports: reportsIn(told) });
    });
  });
}

/** How many logs a fresh process serves before another one takes its place. */
const MOST_LOGS = 10;

/** A process that opens logs which others have left. */
export class FreshProcess {
  #child: ChildProcessByStdio<Writable, Readable, Readable> | null = null;
  #served = 0;
  #told = "";
  #complaints = "";
  #heard: () => void = () => {};

  /** Lets a process that has never seen this log carry out the orders. */
  async run(orders: Orders): Promise<ChildEnding> {
    if (this.#served >= MOST_LOGS) this.end();
    const child = (this.#child ??= this.#start());
    this.#served += 1;
    this.#told = "";
    this.#complaints = "";
    child.stdin.write(`${JSON.stringify(orders)}\n`);
    const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    const done = (): boolean => this.#told.includes('{"steps"') && this.#told.endsWith("\n");
    while (!done() && child.exitCode === null && child.signalCode === null) {
      await new Promise<void>((resolve) => (this.#heard = resolve));
    }
    clearTimeout(late);
    const ended = !done();
    if (ended) this.end();
    const [code, signal] = ended ? [child.exitCode, child.signalCode] : [0, null];
    return { code, signal, complaints: this.#complaints, reports: reportsIn(this.#told) };
  }

  /** Lets the process go; the next orders get a new one. */
  end(): void {
    this.#child?.stdin.end();
    this.#child = null;
    this.#served = 0;
  }

  #start(): ChildProcessByStdio<Writable, Readable, Readable> {
    const child = spawn(process.execPath, [PROGRAM], {
      stdio: ["pipe", "pipe", "pipe"],
      env: smallEnvironment(),
    });
    child.stdin.on("error", () => {}); // it has ended, which `close` says better
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (child === this.#child) this.#told += text;
      this.#heard();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (child === this.#child) this.#complaints += text;
    });
    child.once("close", () => this.#heard());
    return child;
  }
}

function reportsIn(told: string): Report[] {
  return told
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Report);
}

/**
 * What a child needs and no more: a large environment makes Node slow to start
 * (certificates to read, modules to preload), thousands of times here.
 */
function smallEnvironment(): NodeJS.ProcessEnv {
  const wanted = ["PATH", "TMPDIR", "LD_LIBRARY_PATH", "DAYBOOK_LOCK"];
  return Object.fromEntries(
    wanted.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
