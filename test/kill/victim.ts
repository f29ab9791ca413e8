// The program of the children in the kill tests: it does the acts it is ordered
// to, tells after each that the call has returned, and dies by its own SIGKILL
// where the orders say so. A victim has its orders as its one argument; the fresh
// processes that come afterwards get them line by line. Started by children.ts.

import { writeSync } from "node:fs";
import { createInterface } from "node:readline";

import { LogProcess, realFs } from "./log-process.ts";
import { MortalDriver } from "./mortal-driver.ts";
import type { Orders, Report } from "./orders.ts";
import { SABOTAGES } from "./sabotage.ts";

/** At once and whole: what was reported must not die with the process. */
function report(what: Report): void {
  writeSync(1, `${JSON.stringify(what)}\n`);
}

async function obey(orders: Orders): Promise<void> {
  const clock = { now: orders.clock };
  const sabotage = orders.sabotage === null ? null : SABOTAGES[orders.sabotage];
  if (sabotage === undefined) throw new Error(`no sabotage '${orders.sabotage}'`);
  const driver = new MortalDriver(realFs(orders.log, clock), orders.death, sabotage);
  const log = new LogProcess(orders.directory, orders.log, clock, driver);
  const acts = [...orders.warm, ...orders.armed];
  for (const [index, act] of acts.entries()) {
    if (index === orders.warm.length) driver.arm();
    try {
      await log.perform(act);
      report({ done: index });
    } catch (error) {
      report({ done: index, error: String(error) });
    }
  }
  report({ steps: driver.steps });
}

/** One log after the other, each of them new to this process. */
async function serve(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    await obey(JSON.parse(line) as Orders);
  }
}

// A rejection ends the process with code 1 and its text on stderr, as Node does it.
const own = process.argv[2];
void (own === undefined ? serve() : obey(JSON.parse(own) as Orders));
