// Programs of a few lines, run by a Node of their own: for what a process does to itself.

import { spawn } from "node:child_process";
import { once } from "node:events";

/** How a program ended, and what it said. */
export interface Ended {
  /** The exit code, or the name of the signal. */
  readonly end: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a text as an ES module. What it prints is given to `heard`, with the means to
 * answer by a signal; a program that never ends is killed after a minute.
 */
export async function runProgram(
  text: string,
  flags: readonly string[] = [],
  heard: (stdout: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [...flags, "--input-type=module", "-e", text], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (bytes: Buffer) => {
    stdout += bytes.toString();
    heard(stdout, (signal) => child.kill(signal));
  });
  child.stderr.on("data", (bytes: Buffer) => (stderr += bytes.toString()));
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { end: signal ?? code ?? -1, stdout, stderr };
}
