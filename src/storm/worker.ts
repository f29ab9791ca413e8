// The program of every process that the storm starts: a writer, or a walker of
// the idle-writer walk. It does what its orders say and ends; it also ends when
// the orchestrator is gone.

import { setClock } from "../core/clock.ts";
import { BaseRotatingHandler } from "../handlers/base-rotating.ts";
import { kernelLock } from "../platform/locks.ts";
import { zoneRules } from "../core/zone.ts";
import { makeHandler } from "./contestants.ts";
import type { Orders, Report, TidyOrders, Turn, WalkOrders } from "./orders.ts";
import { rotateFromOutside } from "./rotate-job.ts";
import { StormLog, beginTurn, prepareHandler } from "./storm-log.ts";
import type { HeldRecord, PreparedHandler } from "./storm-log.ts";
import { weatherStorm } from "./storm-writer.ts";
import { dateInZone } from "./zone-days.ts";

/** The clock of a walk stands between its turns, but what waits for it need not wait long. */
const HASTE = 1000;

interface Walker {
  readonly log: StormLog;
  readonly lateLog: StormLog;
  readonly handler: PreparedHandler;
  readonly held: HeldRecord[];
}

let walker: Walker | null = null;
let tidying = false;

process.on("message", (orders: Orders) => {
  switch (orders.task) {
    case "storm":
      void weatherStorm(orders).then(leave);
      break;
    case "walk":
      walker = beginWalk(orders);
      report("turned");
      break;
    case "turn":
      takeTurn(orders);
      report("turned");
      break;
    case "tidy":
      // The handler tidies up by itself, as it does in any application; the
      // orchestrator looks, and says when it may leave.
      tidying = true;
      walker = beginWalk(orders);
      walker.log.write(40);
      report("turned");
      break;
    case "rotate":
      void rotateFromOutside(orders).then(leave);
      break;
    case "leave":
      void endWalk().then(leave);
      break;
  }
});
process.on("disconnect", () => process.exit());
warmUp();
report("ready");

/** What is loaded once in a process is loaded before the clock runs: a storm's days are short. */
function warmUp(): void {
  kernelLock();
  zoneRules(process.env["TZ"] ?? "UTC");
  dateInZone(0, process.env["TZ"] ?? "UTC");
}

function beginWalk({ worker, acksFolder, ...orders }: WalkOrders | TidyOrders): Walker {
  setClock({ now: () => orders.at, rate: HASTE });
  const handler = prepareHandler(
    makeHandler(orders.entry, {
      path: orders.path,
      zone: orders.zone,
      // The walk opens its logs on its first day, and so did whoever made the file.
      fileTime: () => orders.at,
    }),
  );
  const log = new StormLog(worker, acksFolder, handler);
  return { log, lateLog: new StormLog(`${worker}-late`, acksFolder, handler), handler, held: [] };
}

function takeTurn({ at, lines, late, dies }: Turn): void {
  setClock({ now: () => at, rate: HASTE });
  beginTurn();
  for (let line = 0; line < lines; line += 1) walker?.log.write(40);
  if (dies === true) process.kill(process.pid, "SIGKILL");
  if (walker === null || late === undefined) return;
  const { held, lateLog } = walker;
  if (late === "make") held.push(lateLog.make(40));
  else for (const record of held.splice(0)) lateLog.hand(record);
}

/** Who has come to tidy up does not leave in the middle of it. */
async function endWalk(): Promise<void> {
  const handler = walker?.handler.handler;
  if (tidying && handler instanceof BaseRotatingHandler) await handler.maintain();
  handler?.close();
}

function leave(): void {
  if (!process.connected) return;
  // The word must be out before the channel closes behind it.
  report("done", () => process.disconnect());
}

function report(state: Report["state"], sent: () => void = () => {}): void {
  process.send?.({ state } satisfies Report, undefined, undefined, sent);
}
