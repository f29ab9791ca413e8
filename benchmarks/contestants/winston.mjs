// winston with its File transport, a stream: a call returns before the file has its line.

import { join } from "node:path";

import winston from "winston";

import { MESSAGE, atSites } from "../scenarios.mjs";

const { combine, json, printf, timestamp } = winston.format;

/** Opens the log of a contest. */
export async function open({ folder, format, scenario }) {
  const text = printf((info) => `${info.timestamp} ${info.level} bench ${info.message}`);
  const log = winston.createLogger({
    level: "info",
    format: combine(timestamp(), format === "text" ? text : json()),
    transports: [new winston.transports.File({ filename: join(folder, "bench.log") })],
  });
  if (scenario === "disabled") {
    return {
      calls: atSites((module) => log.child({ module })).map((own) => () => own.debug(MESSAGE)),
      writesNothing: true,
    };
  }
  if (scenario === "numbered") return { call: (call) => log.info(`record ${call}`) };
  return { call: () => log.info(MESSAGE), writesLater: true };
}
