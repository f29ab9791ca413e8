// What does the end of a period cost when 1 to 16 processes share a log? A day passes
// every second. Beside it the same processes with the same handler on one endless day.
// Flat out, for the throughput; then at a pace of some thousand records a second, for
// the pauses: processes that want more than all cores make each other wait anyway.

import { Crew } from "./contest/crew.mjs";
import { rotationRow } from "./contest/rotation-rows.mjs";

const SIZES = [1, 2, 4, 8, 16];
const FLAT_OUT_MS = 2500;
const PACED_MS = 3500;

export default {
  name: "processes",
  title: "Processes on one log, a period's end every second",
  text: `All processes write the same log, safe against each other, on a clock on which a day passes every
second; beside it the same processes, handlers and clock on one endless day. "Kept" is the
throughput with ends of periods as a part of that without, flat out. "Worst pause" is the longest
time for which a turn with two log calls, and what they leave for its end, held up any of the
processes within 30 ms before and 150 ms after an end; the median of the runs. It is
measured at a pace of up to 2000 records a second and process, since processes that want
more than all cores have to wait for each other, ends or not.`,
  run,
  columns,
  charts,
};

async function run({ dist, plan, filter, note, fail }) {
  const crew = await Crew.of(Math.max(...SIZES));
  const rows = [];
  try {
    for (const [durability, size] of casesOf(filter)) {
      note(`${durability}, ${size} processes`);
      try {
        const setting = { durability, dist, options: {} };
        const flat = { size, paced: false, runMs: FLAT_OUT_MS };
        const paced = { size, paced: true, runMs: PACED_MS };
        const rounds = plan.asked ? plan.rounds : size === 8 ? 9 : 5;
        const throughput = await rotationRow(crew, setting, flat, rounds);
        const pauses = await rotationRow(crew, setting, paced, rounds);
        rows.push({
          ...throughput,
          pacedPerSecond: pauses.perSecond,
          worstMs: pauses.worstMs,
          steadyWorstMs: pauses.steadyWorstMs,
        });
      } catch (error) {
        fail(`${durability}, ${size} processes: ${error.message}`);
      }
    }
  } finally {
    crew.end();
  }
  return rows;
}

/** All sizes in the default class, the others with eight processes. */
function casesOf(filter) {
  return [...SIZES.map((size) => ["write", size]), ["journal", 8], ["buffered", 8]].filter(
    ([durability]) => filter.class(durability),
  );
}

function columns(rows) {
  return {
    heads: [
      "class",
      "processes",
      "records/s",
      "without ends",
      "kept",
      "middle half",
      "worst pause",
      "without ends",
    ],
    rows: rows.map((row) => [
      row.durability,
      row.processes,
      row.perSecond,
      row.steadyPerSecond,
      `${(row.kept * 100).toFixed(0)} %`,
      row.middleHalf,
      `${row.worstMs} ms`,
      `${row.steadyWorstMs} ms`,
    ]),
  };
}

function charts(rows, { name }) {
  return [
    {
      name,
      title: "Throughput of processes on one log",
      unit: "records a second, all together",
      groups: rows.map(({ durability, processes, perSecond, steadyPerSecond }) => ({
        label: `${processes} x ${durability}`,
        bars: [
          { series: "a period's end every second", value: perSecond },
          { series: "no end", value: steadyPerSecond },
        ],
      })),
    },
  ];
}
