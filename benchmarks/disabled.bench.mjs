// What does a call cost whose level is off? Next to nothing, is what everybody hopes.
// The loop around it is in the figure, and shown by itself.

import { sideBySide, sideBySideCharts, sideBySideColumns } from "./contest/side-by-side.mjs";

const MANY = 10_000_000;

export default {
  name: "disabled",
  title: "A call whose level is off",
  text: `\`logger.debug(...)\` with level INFO, on four loggers in turn, as an application's modules have
their own. Nanoseconds per call, with the loop around it.`,
  run,
  columns: sideBySideColumns,
  charts: sideBySideCharts("ns a call"),
};

async function run(context) {
  const { dist } = context;
  const plain = (name, logger, count = MANY) => ({ name, logger, scenario: "disabled", count });
  const fields = (entry) => ({ ...entry, scenario: "disabled, 3 fields" });
  const ours = { ...plain("daybook", "daybook"), dist };
  const pino = plain("pino", "pino");
  return [
    ...(await sideBySide(
      "message only",
      [
        ours,
        pino,
        plain("loglevel", "loglevel"),
        plain("LogTape", "logtape", MANY / 10),
        plain("log4js", "log4js", MANY / 10),
        plain("tslog", "tslog", MANY / 50),
        plain("winston", "winston", MANY / 100),
        plain("(the loop alone)", "nothing"),
      ],
      context,
    )),
    ...(await sideBySide("with 3 fields", [fields(ours), fields(pino)], context)),
  ];
}
