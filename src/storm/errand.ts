// A worker process that is started for one errand and leaves: the system's job that
// rotates a log, the fresh process that tidies up after a storm. Run by the
// orchestrator.

import type { Contestant } from "./contestants.ts";
import type { Orders, RotateOrders } from "./orders.ts";
import { WorkerProcess, faultOf } from "./worker-process.ts";

/** The log that an errand is about. */
export interface ErrandPlace {
  readonly contestant: Contestant;
  /** The log's path. */
  readonly path: string;
  readonly acksFolder: string;
  readonly zone: string;
}

/** What was odd about errands: endings that nobody planned, and words on stderr. */
export interface ErrandLog {
  readonly crashes: string[];
  readonly complaints: string[];
}

/**
 * Runs one errand; resolves when its process is gone.
 *
 * @param worker - the id of its lines, and what the log calls it.
 * @param meanwhile - what to do between the orders and its end.
 */
export async function runErrand(
  worker: string,
  { contestant: { entry }, zone }: ErrandPlace,
  orders: Orders,
  log: ErrandLog,
  meanwhile: (process: WorkerProcess) => Promise<void> = async () => {},
): Promise<void> {
  const locking = entry.kind === "specimen" || entry.variation.lock !== "none";
  const process = new WorkerProcess(worker, zone, locking);
  await process.nextReport();
  process.order(orders);
  await meanwhile(process);
  const fault = faultOf(await process.ended);
  if (fault !== null) log.crashes.push(`${worker}: ${fault}`);
  for (const line of process.complaints.split("\n")) {
    if (line !== "") log.complaints.push(`${worker}: ${line}`);
  }
}

/** The orders of a rotation from outside, at a moment (epoch milliseconds) at which the clock stands. */
export function rotateOrders(place: ErrandPlace, at: number): RotateOrders {
  const { contestant, path, acksFolder, zone } = place;
  const clock = { startedAt: "0", startedAtWall: 0, fakeStart: at, rate: 1000, standsAfterMs: 0 };
  const { entry } = contestant;
  return { task: "rotate", entry, path, acksFolder, zone, worker: "rotate", clock };
}
