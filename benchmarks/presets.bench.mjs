// What do the formats cost that other tools read: pino's lines, ECS, OpenTelemetry, logfmt?
// And pino's calls through daybook/pino? Three fields, beside pino and its ECS formatter.

import { sideBySide, sideBySideCharts, sideBySideColumns } from "./contest/side-by-side.mjs";

export default {
  name: "presets",
  title: "Formats that other tools read",
  text: `A message with three fields, in the format of daybook's own, in pino's, in ECS's and
OpenTelemetry's, and as logfmt; and pino's calls through \`daybook/pino\`, which write pino's lines.`,
  run,
  columns: sideBySideColumns,
  charts: sideBySideCharts("ns a record"),
};

const COUNTS = { write: 20_000, buffered: 60_000 };

async function run(context) {
  const rows = [];
  for (const [durability, count] of Object.entries(COUNTS)) {
    if (!context.filter.class(durability)) continue;
    const setting = { scenario: "3 fields", durability, count };
    const daybook = { ...setting, logger: "daybook", dist: context.dist };
    const entries = [
      { ...daybook, name: "daybook" },
      { ...daybook, name: "daybook, preset pino", format: "pino" },
      { ...daybook, name: "daybook, preset ecs", format: "ecs" },
      { ...daybook, name: "daybook, preset otel", format: "otel" },
      { ...daybook, name: "daybook, logfmt", format: "logfmt" },
      { ...daybook, name: "daybook/pino", logger: "pino-door" },
      { ...setting, name: "pino", logger: "pino" },
      { ...setting, name: "pino, ECS", logger: "pino", format: "ecs" },
    ];
    rows.push(...(await sideBySide(durability, entries, context)));
  }
  return rows;
}
