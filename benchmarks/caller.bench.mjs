// What does it cost to say which line of the application has logged? Everybody must
// make V8 walk the stack; file and line are in every line of this contest.

import { sideBySide, sideBySideCharts, sideBySideColumns } from "./contest/side-by-side.mjs";

export default {
  name: "caller",
  title: "Lines with the caller's file and line",
  text: "Class S. pino and winston have no such thing of their own.",
  run,
  columns: sideBySideColumns,
  charts: sideBySideCharts("ns a record"),
};

const SETTING = { scenario: "plain", format: "caller", durability: "write", count: 5000 };

async function run(context) {
  const entries = [
    { ...SETTING, name: "daybook", logger: "daybook", dist: context.dist },
    { ...SETTING, name: "log4js", logger: "log4js" },
    { ...SETTING, name: "tslog", logger: "tslog", stdout: true },
    { ...SETTING, name: "bunyan", logger: "bunyan", stdout: true },
  ];
  return sideBySide("write", entries, context);
}
