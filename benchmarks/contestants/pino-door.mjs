// pino's calls through daybook/pino, into daybook's handlers: pino's lines, and what the
// change from pino costs or saves where not a call was changed.

import { MESSAGE, threeFields } from "../scenarios.mjs";
import { loadDaybook, loadModule, openHandler } from "./daybook.mjs";

/** Opens the log of a contest. */
export async function open(setting) {
  const daybook = await loadDaybook(setting.dist);
  const { pino } = await loadModule(setting.dist, "adapters/pino.js");
  const handler = openHandler(daybook, setting);
  handler.setFormatter(new daybook.JsonFormatter({ preset: "pino" }));
  const log = pino({ name: "bench", level: "info" }, handler);
  const calls = {
    plain: () => log.info(MESSAGE),
    "3 fields": (call) => log.info(threeFields(call), MESSAGE),
  };
  return {
    call: calls[setting.scenario],
    flush: () => handler.flush(),
    close: () => handler.close(),
    writesLater: setting.durability === "worker",
  };
}
