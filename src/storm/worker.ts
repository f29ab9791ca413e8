// The program of every process that the storm starts: a writer, or a walker of
// the idle-writer walk. It does what its orders say and ends; it also ends when
// the orchestrator is gone.

import { setClock } from "../core/clock.ts";
import type { Handler } from "../core/handler.ts";
import { contestant } from "./contestants.ts";
import type { Orders, Report, Turn, WalkOrders } from "./orders.ts";
import { StormLog, prepareHandler } from "./storm-log.ts";
import { weatherStorm } from "./storm-writer.ts";

let walker: { readonly log: StormLog; readonly handler: Handler } | null = null;

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
    case "leave":
      walker?.handler.close();
      leave();
      break;
  }
});
process.on("disconnect", () => process.exit());
report("ready");

function beginWalk(orders: WalkOrders): { log: StormLog; handler: Handler } {
  setClock({ now: () => orders.at });
  const handler = prepareHandler(
    contestant(orders.contestant).make({
      path: orders.path,
      zone: orders.zone,
      backupCount: orders.backupCount,
      // The walk opens its logs on its first day, and so did whoever made the file.
      fileTime: () => orders.at,
    }),
  );
  return { log: new StormLog(orders.worker, orders.acksFolder, handler), handler };
}

function takeTurn({ at, lines }: Turn): void {
  setClock({ now: () => at });
  for (let line = 0; line < lines; line += 1) walker?.log.write(40);
}

function leave(): void {
  if (!process.connected) return;
  // The word must be out before the channel closes behind it.
  report("done", () => process.disconnect());
}

function report(state: Report["state"], sent: () => void = () => {}): void {
  process.send?.({ state } satisfies Report, undefined, undefined, sent);
}
