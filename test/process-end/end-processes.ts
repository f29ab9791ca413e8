// Starts the processes of the situations, a few at a time, lets them end, opens their
// logs once more as the application's next start does, and counts what is there.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { TimedRotatingFileHandler } from "../../src/handlers/timed-rotating-file.ts";
import { FrameServer } from "../kit/frame-server.ts";
import { until } from "../kit/until.ts";
import { CLASSES, LINES } from "./classes.ts";
import type { Job } from "./classes.ts";
import type { Run, Situation } from "./situations.ts";

/** What became of one process. */
export interface Outcome {
  readonly end: number | string;
  /** By class: how many lines are missing. */
  readonly lost: Readonly<Record<string, number>>;
  /** Lines that are there twice, or that nobody has logged. */
  readonly strange: readonly string[];
  readonly stderr: string;
}

const PROGRAM = fileURLToPath(new URL("ending-process.js", import.meta.url));
const AT_ONCE = 3;

/**
 * Ends all; the outcomes are by situation and run.
 *
 * @param runtime the command that runs a program, such as `["bun"]`
 */
export async function endProcesses(
  situations: readonly Situation[],
  folder: string,
  runtime: readonly string[] = [process.execPath],
): Promise<Outcome[][]> {
  const outcomes: Outcome[][] = situations.map(() => []);
  const todo = situations.flatMap(({ runs }, row) =>
    runs.map((run, at) => async () => {
      const server = new FrameServer();
      await server.start();
      const job = jobOf(run, `${row}-${at}`, folder, server.port);
      (outcomes[row] ??= [])[at] = await endOne(run, job, server, runtime);
      await server.stop();
    }),
  );
  const work = async (): Promise<void> => {
    for (let next = todo.shift(); next !== undefined; next = todo.shift()) await next();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes;
}

function jobOf(run: Run, id: string, top: string, port: number): Job {
  const { end, host = null, signal = "SIGTERM", hooks = false } = run;
  const folder = join(top, id);
  mkdirSync(folder);
  return { id, folder, port, end, host, signal, hooks };
}

async function endOne(
  { sent = [] }: Run,
  job: Job,
  server: FrameServer,
  [command = "", ...options]: readonly string[],
): Promise<Outcome> {
  const child = spawn(command, [...options, PROGRAM, JSON.stringify(job)], {
    cwd: job.folder,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  let stderr = "";
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  child.stdout.on("data", () => {
    for (const signal of sent) child.kill(signal);
  });
  // Not 'exit': a cluster worker holds these pipes, and may outlive its primary.
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  // What the kernel had of it is taken in the next turns, up to the connection's end.
  await turn();
  await turn();
  await until(() => server.open === 0);
  const lost: Record<string, number> = {};
  const strange: string[] = [];
  for (const [name, options] of Object.entries(CLASSES)) {
    const path = join(job.folder, name, "app.log");
    if (options !== null) new TimedRotatingFileHandler(path).close();
    const lines = options === null ? sentLines(server) : linesIn(join(job.folder, name));
    const due = new Set(Array.from({ length: LINES }, (_, line) => `${job.id} ${line}`));
    for (const line of lines) if (!due.delete(line)) strange.push(`${name}: ${line}`);
    lost[name] = due.size;
  }
  return { end: signal ?? code ?? -1, lost, strange, stderr };
}

function linesIn(folder: string): string[] {
  const files = readdirSync(folder).filter((name) => name.startsWith("app.log."));
  const texts = files.map((name) => readFileSync(join(folder, name), "utf8"));
  return texts.flatMap((text) => text.split("\n")).filter((line) => line !== "");
}

function sentLines(server: FrameServer): string[] {
  return server.records.map(({ msg }) => String(msg));
}
