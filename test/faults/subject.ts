// An application under test: a real process with one handler of the package, made
// through its public door, that does what it is told on stdin and answers on
// stdout what its log calls did. The faults come from outside it. Started by
// application.ts.

import { subscribe } from "node:diagnostics_channel";
import { closeSync, openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

import {
  Formatter,
  RotatingFileHandler,
  TimedRotatingFileHandler,
  getLogger,
  setClock,
} from "../../src/index.ts";
import type { BaseRotatingHandler } from "../../src/index.ts";
import { kernelLock } from "../../src/platform/locks.ts";
import type { Answer, Command, Fate } from "./commands.ts";

const logger = getLogger("subject");
const eaten: number[] = [];
const held: number[] = [];
const events: Record<string, number> = {};
let handler: BaseRotatingHandler | null = null;
let clock = 0;

subscribe("daybook:rotation", (message) => {
  const { event, count } = message as { event: string; count: number };
  events[event] = (events[event] ?? 0) + count;
});

async function obey(command: Command): Promise<Partial<Answer>> {
  switch (command.do) {
    case "make":
      clock = command.now;
      setClock({ now: () => clock * 1000 });
      make(command);
      return {};
    case "clock":
      clock = command.now;
      return {};
    case "log":
      return logAll(command.lines);
    case "eat":
      eat();
      return {};
    case "spit":
      for (const fd of eaten.splice(0)) closeSync(fd);
      return {};
    case "hold":
      hold(command.path);
      return {};
    case "let go":
      for (const fd of held.splice(0)) closeSync(fd);
      return {};
    case "become":
      process.setgroups?.([]);
      process.setgid?.(command.uid);
      process.setuid?.(command.uid);
      return {};
    case "wait":
      await pause(command.ms);
      return {};
    case "close":
      handler?.close();
      return {};
  }
}

function make({ path, spec }: Command & { do: "make" }): void {
  handler =
    spec.kind === "timed"
      ? new TimedRotatingFileHandler(path, spec.options)
      : new RotatingFileHandler(path, spec.options);
  handler.setFormatter(new Formatter("%(message)s"));
  logger.addHandler(handler);
  logger.propagate = false;
  logger.setLevel("DEBUG");
}

function logAll(lines: readonly string[]): Partial<Answer> {
  const fates: Fate[] = [];
  let longest = 0;
  for (const line of lines) {
    const before = counters();
    const at = performance.now();
    let threw = false;
    try {
      logger.info(line);
    } catch {
      threw = true;
    }
    longest = Math.max(longest, performance.now() - at);
    fates.push(threw ? "threw" : fateOf(before, counters()));
  }
  return { fates, longest };
}

/** Goes by the counters alone, as an application's metrics would. */
function fateOf(before: Record<string, number>, after: Record<string, number>): Fate {
  const grew = (name: string): boolean => (after[name] ?? 0) > (before[name] ?? 0);
  // With lines in memory, a line that was dropped may be an older one.
  if (grew("spilled") || grew("buffered") || (after["spilled"] ?? 0) > 0) return "kept";
  if (grew("dropped")) return "dropped";
  return grew("written") ? "written" : "kept";
}

function counters(): Record<string, number> {
  return { ...handler?.stats() };
}

function eat(): void {
  try {
    for (;;) eaten.push(openSync("/dev/null", "r"));
  } catch {
    // EMFILE: that was the point.
  }
}

function hold(path: string): void {
  const fd = openSync(path, "a");
  held.push(fd);
  if (kernelLock()?.tryLock(fd, "exclusive") !== true) throw new Error(`${path} is locked already`);
}

async function serve(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    let answer: Partial<Answer>;
    try {
      answer = await obey(JSON.parse(line) as Command);
    } catch (error) {
      answer = { error: String(error) };
    }
    writeSync(1, `${JSON.stringify({ ...answer, stats: counters(), events })}\n`);
  }
}

// A rejection ends the process with code 1 and its text on stderr, as Node does it.
void serve();
