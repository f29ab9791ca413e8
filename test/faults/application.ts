// An application under test, seen from outside: started under some wrapping
// command, told what to do, and its log calls' fates taken down line by line.
// Every one that lives is known here, so that none survives this process.

import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

import type { Answer, Command, Fate, HandlerSpec } from "./commands.ts";

/** One line that was given to a log call. */
export interface LoggedLine {
  readonly line: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly fate: Fate;
}

export interface LaunchOptions {
  /** A command and its arguments that run another command: `["nsenter", ...]`. */
  readonly wrapper?: readonly string[];
  readonly nodeArguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** No command takes a tenth of it. */
const PATIENCE_MS = 60_000;

const living = new Set<ChildProcessByStdio<Writable, Readable, Readable>>();
process.on("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});

/** An application; it runs from the moment it is made. */
export class Application {
  readonly lines: LoggedLine[] = [];
  /** What it wrote to stderr. */
  complaints = "";
  /** The counters as of its last answer. */
  stats: Readonly<Record<string, number>> = {};
  events: Readonly<Record<string, number>> = {};
  /** Real milliseconds of the longest log call so far. */
  longest = 0;
  readonly #name: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #answers: Answer[] = [];
  readonly #ended: Promise<string>;
  #waiting: ((answer: Answer) => void) | null = null;
  #unread = "";
  #clock = 0;
  #count = 0;

  constructor(name: string, { wrapper = [], nodeArguments = [], environment }: LaunchOptions = {}) {
    this.#name = name;
    const program = fileURLToPath(new URL("subject.js", import.meta.url));
    const [command = "", ...rest] = [...wrapper, process.execPath, ...nodeArguments, program];
    const child = spawn(command, rest, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { PATH: process.env["PATH"], TZ: "UTC", ...environment },
    });
    this.#child = child;
    living.add(child);
    child.stdin.on("error", () => {}); // it died: `ended` says how
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.complaints += text));
    child.stdout.setEncoding("utf8").on("data", (text: string) => this.#hear(text));
    this.#ended = new Promise((resolve) => {
      child.once("error", (error) => resolve(String(error)));
      child.once("close", (code, signal) => {
        living.delete(child);
        resolve(signal ?? `code ${code}`);
      });
    });
  }

  /** The process's own id; with a wrapper that execs, also the application's. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Makes the handler. @throws what its constructor said */
  async make(path: string, spec: HandlerSpec, now: number): Promise<void> {
    this.#clock = now;
    await this.tell({ do: "make", path, spec, now });
  }

  async setClock(now: number): Promise<void> {
    this.#clock = now;
    await this.tell({ do: "clock", now });
  }

  /** Gives `count` lines to as many log calls, one after the other; each is like no other. */
  async log(what: string, count: number, length: number = 120): Promise<readonly Fate[]> {
    const created = this.#clock;
    const lines = Array.from({ length: count }, () => {
      this.#count += 1;
      const text = `${this.#name} ${this.#count} ${what} `;
      return `${text}${"-".repeat(Math.max(0, length - text.length))} end of ${this.#name} ${this.#count}`;
    });
    // A process that dies in the midst of it has written them, or not.
    const at = this.lines.length;
    this.lines.push(...lines.map((line) => ({ line, created, fate: "kept" as const })));
    const { fates = [], longest = 0 } = await this.tell({ do: "log", lines });
    for (const [index, line] of lines.entries()) {
      this.lines[at + index] = { line, created, fate: fates[index] ?? "threw" };
    }
    this.longest = Math.max(this.longest, longest);
    return fates;
  }

  /** @throws what went wrong with the command; or that the process died of it */
  async tell(command: Command): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    const answer = await this.#nextAnswer(command.do);
    this.stats = answer.stats;
    this.events = answer.events;
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }

  /** What it has logged so far may be gone: somebody removed it from outside. */
  forgive(): void {
    this.lines.splice(
      0,
      Infinity,
      ...this.lines.map((line) => ({ ...line, fate: "kept" as const })),
    );
  }

  signal(signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void {
    this.#child.kill(signal);
  }

  /** Closes the handler and lets the process end by itself; says how it ended. */
  async end(): Promise<string> {
    await this.tell({ do: "close" });
    this.#child.stdin.end();
    return await this.#ended;
  }

  /** Ends it at once, whatever it does. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  #hear(text: string): void {
    const lines = `${this.#unread}${text}`.split("\n");
    this.#unread = lines.pop() ?? "";
    this.#answers.push(...lines.map((line) => JSON.parse(line) as Answer));
    const answer = this.#waiting === null ? undefined : this.#answers.shift();
    if (answer !== undefined) {
      this.#waiting?.(answer);
      this.#waiting = null;
    }
  }

  async #nextAnswer(what: string): Promise<Answer> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer to '${what}'`)), PATIENCE_MS);
    });
    const died = this.#ended.then((how) => {
      throw new Error(`${this.#name} ended with ${how} on '${what}': ${this.complaints}`);
    });
    died.catch(() => {}); // it may well end later, when nobody asks any more
    const next = new Promise<Answer>((resolve) => {
      const ready = this.#answers.shift();
      if (ready === undefined) this.#waiting = resolve;
      else resolve(ready);
    });
    try {
      return await Promise.race([next, late, died]);
    } finally {
      clearTimeout(timer);
    }
  }
}
