// The real CPython, for tests that ask whether it understands us. Where there is none,
// the tests say so and go on, unless the environment demands it: then they fail.

import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { topFolder } from "../kit/doc-examples.ts";
import { until } from "../kit/until.ts";

/** The program to start; the environment variable DAYBOOK_PYTHON names another one. */
export const pythonCommand: string = process.env["DAYBOOK_PYTHON"] ?? "python3";

/**
 * Why there is no test with Python, for `skip`; false if there is one, or if the
 * environment variable DAYBOOK_REQUIRE_PYTHON is 1.
 */
export function pythonMissing(): string | false {
  if (process.env["DAYBOOK_REQUIRE_PYTHON"] === "1") return false;
  const { status, stdout } = spawnSync(pythonCommand, ["--version"], { encoding: "utf8" });
  if (status === 0 && /^Python 3\.(?:[89]|\d\d)/.test(stdout)) return false;
  return `there is no ${pythonCommand} of version 3.8 or later; DAYBOOK_REQUIRE_PYTHON=1 makes this a failure`;
}

/** What a Python program prints of one Python value: its type and, within, itself. */
export type Shown =
  | { readonly dict: readonly (readonly [key: string, value: Shown])[] }
  | { readonly list: readonly Shown[] }
  | { readonly str: string }
  | Readonly<Record<string, string>>;

/** One line of the receiver. */
export interface Told {
  readonly attributes?: { readonly dict: readonly (readonly [key: string, value: Shown])[] };
  readonly line?: string;
  readonly frame?: string;
}

/** The program receiver.py, running. */
export class PythonReceiver {
  readonly told: Told[] = [];
  readonly #child: ChildProcess;
  #errors = "";
  tcp = 0;
  udp = 0;

  constructor() {
    const script = join(
      topFolder(fileURLToPath(import.meta.url)),
      "test",
      "interop",
      "receiver.py",
    );
    // Where the locale of this process is not installed, wrappers of Python complain.
    const env = { ...process.env, LC_ALL: "C.UTF-8" };
    this.#child = spawn(pythonCommand, [script], { stdio: ["pipe", "pipe", "pipe"], env });
    this.#child.stderr?.on("data", (text: Buffer) => (this.#errors += text.toString()));
    this.#child.on("error", (error) => (this.#errors += String(error)));
  }

  /** Waits for its ports. */
  async start(): Promise<void> {
    const { stdout } = this.#child;
    if (stdout === null) throw new Error(this.#errors);
    createInterface({ input: stdout }).on("line", (line) => {
      const told = JSON.parse(line) as Told & { readonly tcp?: number; readonly udp?: number };
      if (told.tcp === undefined || told.udp === undefined) this.told.push(told);
      else [this.tcp, this.udp] = [told.tcp, told.udp];
    });
    await until(
      () => this.tcp !== 0 || this.#errors !== "",
      () => this.#errors,
    );
    if (this.tcp === 0) throw new Error(this.#errors);
  }

  /** Asks for CPython's own frame of a record of these attributes. */
  ask(attributes: Readonly<Record<string, unknown>>): void {
    this.#child.stdin?.write(`${JSON.stringify(attributes)}\n`);
  }

  /** Waits for so many lines in all. */
  async tells(count: number): Promise<readonly Told[]> {
    await until(
      () => this.told.length >= count || this.#errors !== "",
      () => `${this.told.length} of ${count}; ${this.#errors}`,
    );
    if (this.#errors !== "") throw new Error(this.#errors);
    return this.told;
  }

  async stop(): Promise<void> {
    if (this.#child.pid === undefined) return; // it never began
    const ended = once(this.#child, "exit");
    this.#child.stdin?.end();
    if (this.#child.exitCode === null) await ended;
  }
}
