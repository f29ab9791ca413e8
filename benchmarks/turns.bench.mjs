// What does a record cost when a turn of the event loop logs 1, 10 or 100 of them, as
// a server does? Joining records pays only where a turn has several. The turns cost
// something by themselves, which is in every figure and shown alone.

import { sideBySide, sideBySideCharts, sideBySideColumns } from "./contest/side-by-side.mjs";

export default {
  name: "turns",
  title: "1, 10 and 100 records a turn of the event loop",
  text: `A server logs a few records in a turn of the event loop. Nanoseconds per record, with the
share of the turns, which stand alone in the last row.`,
  run,
  columns: sideBySideColumns,
  charts: sideBySideCharts("ns a record"),
};

const COUNTS = { 1: 10_000, 10: 30_000, 100: 60_000 };

async function run(context) {
  const { dist } = context;
  const rows = [];
  for (const [perTurn, count] of Object.entries(COUNTS)) {
    const setting = { scenario: "plain", perTurn: Number(perTurn), count };
    const pair = (durability) => [
      { ...setting, durability, name: `daybook, ${durability}`, logger: "daybook", dist },
      { ...setting, durability, name: `pino, ${PINO[durability]}`, logger: "pino" },
    ];
    const entries = [
      ...pair("buffered"),
      ...pair("write"),
      pair("journal")[0],
      ...pair("worker"),
      { ...setting, name: "(the turns alone)", logger: "nothing" },
    ];
    const group = perTurn === "1" ? "1 a turn" : `${perTurn} a turn`;
    rows.push(...(await sideBySide(group, entries, context)));
  }
  return rows;
}

const PINO = { buffered: "minLength 4096", write: "sync", worker: "transport", journal: "sync" };
