// How much garbage does a record make? The heap's growth over some thousand calls
// between two collections, in a process whose young generation is too big to need
// one. What is on the direct path must make none for a plain message.

import { runContest } from "./contest/contest.mjs";
import { median } from "./contest/statistics.mjs";
import { SCENARIOS } from "./scenarios.mjs";

const CALLS = 4000;
const ROOMY = ["--expose-gc", "--min-semi-space-size=64", "--max-semi-space-size=64"];

export default {
  name: "allocation",
  title: "Bytes allocated on the heap, per call",
  text: `Growth of the heap between two collections of garbage, divided by the calls, with the objects
that the application itself makes for the call; and of memory outside the heap.`,
  run,
  columns,
};

async function run({ dist, plan, filter, note, fail }) {
  const daybook = { logger: "daybook", dist };
  const contestants = [
    { ...daybook, name: "daybook, write", durability: "write" },
    { ...daybook, name: "daybook, buffered", durability: "buffered" },
    { ...daybook, name: "daybook, journal", durability: "journal" },
    { ...daybook, name: "daybook, worker", durability: "worker" },
    { logger: "pino", name: "pino, sync", durability: "write" },
    { logger: "pino", name: "pino, minLength 4096", durability: "buffered" },
  ];
  const rows = [];
  for (const scenario of SCENARIOS.filter((each) => filter.scenario(each))) {
    note(scenario);
    const entries = contestants.map((entry) => ({
      ...entry,
      scenario,
      count: CALLS,
      // Compiled by V8 before it is weighed.
      warmUps: 40,
      execArgv: ROOMY,
      task: "weigh",
    }));
    const rounds = Math.min(plan.rounds, 9);
    const goWithout = (error) => fail(`${scenario}: ${error.message}`);
    const results = await runContest(entries, { rounds }, goWithout);
    for (const [contestant, { heapBytes, bufferBytes }] of results) {
      rows.push({
        scenario,
        contestant,
        heapBytes: Math.round(median(heapBytes)),
        bufferBytes: Math.round(median(bufferBytes)),
      });
    }
  }
  return rows;
}

function columns(rows) {
  return {
    heads: ["scenario", "logger", "heap", "outside of it"],
    rows: rows.map((row) => [row.scenario, row.contestant, row.heapBytes, row.bufferBytes]),
  };
}
