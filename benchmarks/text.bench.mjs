// What does a line of text cost: time, level, name and message, for people to read?
// By class: "write" has the line in the file when the call returns, "buffered" later.

import { sideBySide, sideBySideCharts, sideBySideColumns } from "./contest/side-by-side.mjs";

export default {
  name: "text",
  title: "Lines of text",
  text: "Lines for people to read: time, level, name and message.",
  run,
  columns: sideBySideColumns,
  charts: sideBySideCharts("ns a record"),
};

const WRITE = { scenario: "plain", format: "text", durability: "write", count: 10_000 };
const BUFFERED = { scenario: "plain", format: "text", durability: "buffered", count: 10_000 };

async function run(context) {
  const { dist } = context;
  return [
    ...(await sideBySide(
      "write",
      [
        { ...WRITE, name: "daybook", logger: "daybook", dist },
        { ...WRITE, name: "console.log", logger: "console", stdout: true },
        { ...WRITE, name: "loglevel", logger: "loglevel", stdout: true },
        { ...WRITE, name: "LogTape", logger: "logtape", stdout: true },
        { ...WRITE, name: "log4js", logger: "log4js" },
        { ...WRITE, name: "tslog", logger: "tslog", stdout: true },
      ],
      context,
    )),
    ...(await sideBySide(
      "buffered",
      [
        { ...BUFFERED, name: "daybook", logger: "daybook", dist, count: 100_000 },
        { ...BUFFERED, name: "LogTape", logger: "logtape" },
        { ...BUFFERED, name: "winston", logger: "winston" },
        { ...BUFFERED, name: "log4js", logger: "log4js", count: 5000 },
      ],
      context,
    )),
  ];
}
