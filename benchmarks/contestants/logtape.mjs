// LogTape. Its file sinks call fsync(2) at every flush, which is another promise; so it
// writes to the console in class "write" (synchronous where stdout is a file), and with
// its stream sink, recommended for much logging, in class "buffered".

import { join } from "node:path";

import { getStreamFileSink } from "@logtape/file";
import {
  configure,
  defaultTextFormatter,
  getConsoleSink,
  getLogger,
  jsonLinesFormatter,
} from "@logtape/logtape";

import { MESSAGE, atSites } from "../scenarios.mjs";

/** Opens the log of a contest. */
export async function open({ folder, durability, format, scenario }) {
  const formatter = format === "text" ? defaultTextFormatter : jsonLinesFormatter;
  const later = durability !== "write";
  const path = join(folder, "bench.log");
  await configure({
    sinks: {
      out: later
        ? getStreamFileSink(path, { highWaterMark: 65_536, formatter })
        : getConsoleSink({ formatter: (record) => formatter(record).trimEnd() }),
    },
    loggers: [
      { category: "bench", sinks: ["out"], lowestLevel: "info" },
      { category: ["logtape", "meta"], sinks: [], lowestLevel: "fatal" },
    ],
  });
  const log = getLogger("bench");
  if (scenario === "disabled") {
    return {
      calls: atSites((site) => log.getChild(site)).map((own) => () => own.debug(MESSAGE)),
      writesNothing: true,
    };
  }
  if (scenario === "numbered") return { call: (call) => log.info(`record ${call}`) };
  return { call: () => log.info(MESSAGE), writesLater: later };
}
