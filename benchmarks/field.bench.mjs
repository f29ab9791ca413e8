// Where does daybook stand in the wider field? One plain message, each logger in the
// format it is known for, by class. A mapped journal is a class of its own that others
// don't have; it survives what "write" survives, so it stands there too.

import { sideBySide, sideBySideCharts, sideBySideColumns } from "./contest/side-by-side.mjs";

export default {
  name: "field",
  title: "The wider field",
  text: `One plain message, each logger in the format it is known for. daybook's journal stands beside
class S, because it survives what that survives.`,
  run,
  columns: sideBySideColumns,
  charts: sideBySideCharts("ns a record"),
};

const of = (durability) => ({ scenario: "plain", durability, count: 10_000 });

async function run(context) {
  const { dist } = context;
  const daybook = { name: "daybook", logger: "daybook", dist };
  const journal = { ...daybook, name: "daybook, journal", ...of("journal"), count: 100_000 };
  const contests = {
    write: [
      { ...of("write"), ...daybook, count: 25_000 },
      journal,
      { ...of("write"), name: "pino", logger: "pino", count: 25_000 },
      { ...of("write"), name: "bunyan", logger: "bunyan", stdout: true },
      { ...of("write"), name: "console.log", logger: "console", stdout: true },
      { ...of("write"), name: "tslog", logger: "tslog", stdout: true },
      { ...of("write"), name: "LogTape", logger: "logtape", stdout: true },
      { ...of("write"), name: "log4js", logger: "log4js" },
    ],
    buffered: [
      { ...of("buffered"), ...daybook, count: 100_000 },
      { ...of("buffered"), name: "pino", logger: "pino", count: 100_000 },
      { ...of("buffered"), name: "bunyan", logger: "bunyan" },
      { ...of("buffered"), name: "LogTape", logger: "logtape" },
      { ...of("buffered"), name: "winston", logger: "winston" },
      { ...of("buffered"), name: "log4js", logger: "log4js", count: 5000 },
    ],
    worker: [
      { ...of("worker"), ...daybook, count: 100_000 },
      { ...of("worker"), name: "pino", logger: "pino", count: 100_000 },
    ],
  };
  const rows = [];
  for (const [group, entries] of Object.entries(contests)) {
    if (context.filter.class(group)) rows.push(...(await sideBySide(group, entries, context)));
  }
  return rows;
}
