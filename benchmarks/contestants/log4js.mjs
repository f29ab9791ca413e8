// log4js, with its synchronous file appender (class "write") or its usual one.

import { join } from "node:path";

import log4js from "log4js";

import { MESSAGE, atSites } from "../scenarios.mjs";

/** Opens the log of a contest. */
export async function open({ folder, durability, format, scenario }) {
  const toFile = durability === "write" ? "fileSync" : "file";
  const caller = format === "caller";
  const pattern = caller ? "%d %p %f{1}:%l %m" : "%d %p %c %m";
  log4js.configure({
    appenders: {
      out: {
        type: toFile,
        filename: join(folder, "bench.log"),
        layout: { type: "pattern", pattern },
      },
    },
    categories: { default: { appenders: ["out"], level: "info", enableCallStack: caller } },
  });
  const log = log4js.getLogger("bench");
  if (scenario === "disabled") {
    return {
      calls: atSites((site) => log4js.getLogger(site)).map((own) => () => own.debug(MESSAGE)),
      writesNothing: true,
    };
  }
  if (scenario === "numbered") return { call: (call) => log.info(`record ${call}`) };
  return { call: () => log.info(MESSAGE), writesLater: toFile === "file" };
}
