// bunyan. Its default is stdout, which is synchronous where it is a file (class
// "write"); to a path it writes through a stream, which returns before the file has it.

import { join } from "node:path";

import bunyan from "bunyan";

import { MESSAGE } from "../scenarios.mjs";

/** Opens the log of a contest. */
export async function open({ folder, durability, format, scenario }) {
  const toStdout = durability === "write";
  const stream = toStdout ? { stream: process.stdout } : { path: join(folder, "bench.log") };
  const log = bunyan.createLogger({ name: "bench", streams: [stream], src: format === "caller" });
  if (scenario === "numbered") return { call: (call) => log.info(`record ${call}`) };
  return { call: () => log.info(MESSAGE), writesLater: !toStdout };
}
