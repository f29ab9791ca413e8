// One part of the deep tests as a program of its own: it prints its table and ends
// with code 0 if all held, 1 if not. `node part.js <name> [--slice]`; started by
// scripts/test-deep.mjs, which runs parts side by side.

import { compareBothWays } from "../both-ways/both-ways.ts";
import { allFaultCases } from "../faults/all-cases.ts";
import { formatFaultTable, runFaultTable } from "../faults/fault-table.ts";
import { whyNoStrace } from "../faults/injectors.ts";
import { handlerStories, runCallTable } from "../kill/call-table.ts";
import { formatKillTable, runKillTable } from "../kill/kill-table.ts";
import type { KillRow } from "../kill/kill-table.ts";
import { allProcedures } from "../kill/stories.ts";
import { STRATEGIES, faultsOfRun } from "../protocol/random-orders.ts";
import { exploreDeep } from "./explorer.ts";
import { callCases, countCalls, formatCallTable, whyNoCounting } from "../syscalls/count-calls.ts";

/** Runs a part, whole or a slice of it; prints, and says whether all held. */
type Part = (slice: boolean) => Promise<boolean>;

const PARTS: Readonly<Record<string, Part>> = { calls, faults, kill, explorer, orders, ways };

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function calls(): Promise<boolean> {
  const reason = whyNoCounting();
  if (reason !== null) {
    print(`not here: ${reason}; npm test counts the protocol's steps instead`);
    return Promise.resolve(true);
  }
  const rows = callCases().map(countCalls);
  print(formatCallTable(rows));
  return Promise.resolve(rows.every(({ faults }) => faults.length === 0));
}

async function faults(): Promise<boolean> {
  const rows = await runFaultTable(allFaultCases(), { lanes: 4 });
  print(formatFaultTable(rows));
  const not = rows.filter(({ unavailable }) => unavailable !== null).length;
  print(`${rows.length - not} faults brought about, ${not} not to be had on this machine`);
  return rows.every((row) => row.faults.length === 0);
}

/** Of a slice, every procedure dies at some steps; which, changes with the day. */
const KILL_SLICE = 6;

async function kill(slice: boolean): Promise<boolean> {
  const each = slice ? KILL_SLICE : 1;
  const first = slice ? new Date().getUTCDate() % each : 0;
  if (slice) print(`every ${each}th step, from step ${first} on`);
  const rows = await runKillTable(allProcedures(), { lanes: 2, each, first });
  print(formatKillTable(rows));
  const sum = (pick: (row: (typeof rows)[number]) => number): number =>
    rows.reduce((total, row) => total + pick(row), 0);
  print(
    `${sum(({ kills }) => kills)} processes killed in ${rows.length} procedures; ` +
      `${sum(({ left }) => left)} left something behind, ` +
      `${sum(({ repaired }) => repaired)} times it was put right`,
  );
  const calls = await callsToo(slice);
  return [...rows, ...calls].every((row) => row.faults.length === 0);
}

/** The same from below: at each system call of an application with a handler. */
async function callsToo(slice: boolean): Promise<readonly KillRow[]> {
  const reason = whyNoStrace();
  if (reason !== null) {
    print(`\nat each system call of an application: not here: ${reason}`);
    return [];
  }
  const rows = await runCallTable(handlerStories(), { lanes: 2, each: slice ? 5 : 1 });
  print(`\nat each system call of an application that changes something\n${formatKillTable(rows)}`);
  return rows;
}

function explorer(slice: boolean): Promise<boolean> {
  return Promise.resolve(exploreDeep({ slice, print }) === 0);
}

/** Orders of steps drawn at random, on a real folder. */
function orders(slice: boolean): Promise<boolean> {
  const seeds = slice ? 160 : 1600;
  let wrong = 0;
  for (const [name, strategy] of STRATEGIES) {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const faults = faultsOfRun(strategy, seed);
      if (faults.length === 0) continue;
      wrong += 1;
      print(`${name}, seed ${seed}: ${faults.join("; ")}`);
    }
  }
  print(`${seeds} orders with each of ${STRATEGIES.length} strategies, ${wrong} of them wrong`);
  return Promise.resolve(wrong === 0);
}

/** Random logging straight and by a record. */
async function ways(slice: boolean): Promise<boolean> {
  const runs = slice ? 10_000 : 100_000;
  const straight = await compareBothWays(runs);
  print(`${runs} random loggings went both ways with the same bytes; ${straight} lines straight`);
  return straight > runs / 2;
}

async function main(name: string, slice: boolean): Promise<void> {
  const part = PARTS[name];
  if (part === undefined) {
    const accepted = Object.keys(PARTS).join(", ");
    throw new Error(`no part ${JSON.stringify(name)}; accepted: ${accepted}`);
  }
  process.exitCode = (await part(slice)) ? 0 : 1;
}

void main(process.argv[2] ?? "", process.argv.includes("--slice"));
