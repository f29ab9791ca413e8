// What do compressing and deleting cost the processes that write? The same as for the
// ends of periods, with gzip and with a limit of files, which the handlers see to beside
// their work, on the same cores.

import { Crew } from "./contest/crew.mjs";
import { rotationRow } from "./contest/rotation-rows.mjs";

const SIZE = 8;
const CASES = {
  "ends of periods only": { options: {}, all: true },
  "and gzip": { options: { compress: "gzip" }, all: true },
  "and gzip, three files kept": { options: { compress: "gzip", backupCount: 3 }, all: false },
};

export default {
  name: "archives",
  title: `${SIZE} processes, a period's end every second, gzip and retention`,
  text: `As above, with eight processes in class S. Compressing takes processor time from the writers:
on a machine whose cores are all busy, that shows.`,
  run,
  columns,
};

async function run({ dist, plan, note, fail }) {
  const crew = await Crew.of(SIZE);
  const rounds = plan.asked ? plan.rounds : 5;
  const rows = [];
  try {
    for (const [name, { options, all }] of Object.entries(CASES)) {
      note(name);
      try {
        const setting = { durability: "write", dist, options };
        const flat = { size: SIZE, paced: false, runMs: 4500, all };
        const paced = { size: SIZE, paced: true, runMs: 4500, all };
        const throughput = await rotationRow(crew, setting, flat, rounds);
        const pauses = await rotationRow(crew, setting, paced, rounds);
        rows.push({
          ...throughput,
          setting: name,
          worstMs: pauses.worstMs,
          steadyWorstMs: pauses.steadyWorstMs,
        });
      } catch (error) {
        fail(`${name}: ${error.message}`);
      }
    }
  } finally {
    crew.end();
  }
  return rows;
}

function columns(rows) {
  return {
    heads: ["", "records/s", "without ends", "kept", "middle half", "worst pause", "without ends"],
    rows: rows.map((row) => [
      row.setting,
      row.perSecond,
      row.steadyPerSecond,
      `${(row.kept * 100).toFixed(0)} %`,
      row.middleHalf,
      `${row.worstMs} ms`,
      `${row.steadyWorstMs} ms`,
    ]),
  };
}
