// tslog, which writes with console.log: to a file as stdout that is synchronous. It
// looks for the caller of every record unless told not to.

import { Logger } from "tslog";

import { MESSAGE, atSites } from "../scenarios.mjs";

/** Opens the log of a contest. */
export async function open({ format, scenario }) {
  const log = new Logger({
    name: "bench",
    minLevel: 3,
    type: format === "json" || format === undefined ? "json" : "pretty",
    stylePrettyLogs: false,
    hideLogPositionForProduction: format !== "caller",
  });
  if (scenario === "disabled") {
    return {
      calls: atSites((name) => log.getSubLogger({ name })).map((own) => () => own.debug(MESSAGE)),
      writesNothing: true,
    };
  }
  return { call: () => log.info(MESSAGE) };
}
