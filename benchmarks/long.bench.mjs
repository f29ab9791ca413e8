// Does it stay so? Five million records, a thousand a turn, with the memory looked at
// every quarter of a million. A logger that outruns its file keeps the rest in memory.

import { runContest } from "./contest/contest.mjs";
import { median, quantile, rounded } from "./contest/statistics.mjs";

const SLICE = 250_000;
const SLICES = 20;
const MB = 1_048_576;

export default {
  name: "long",
  title: "Five million records, a thousand a turn",
  text: `In turns of a thousand records, each logger in its own process; memory is looked at after
every 250,000 records. "First" and "last" are the process's resident memory after the first
and the last of those slices.`,
  run,
  columns,
  charts,
};

async function run({ dist, plan, note, fail }) {
  const setting = { scenario: "plain", perTurn: 1000, count: SLICE, warmUps: 0 };
  const daybook = (durability) => ({
    ...setting,
    durability,
    name: `daybook, ${durability}`,
    logger: "daybook",
    dist,
  });
  const entries = [
    ...["write", "buffered", "journal", "worker"].map(daybook),
    { ...setting, durability: "write", name: "pino, sync", logger: "pino" },
    { ...setting, durability: "buffered", name: "pino, minLength 4096", logger: "pino" },
    { ...setting, durability: "worker", name: "pino, transport", logger: "pino" },
    { ...setting, durability: "buffered", name: "winston", logger: "winston" },
  ];
  // The rounds are the run itself; `--rounds` makes it shorter.
  const rounds = plan.asked ? plan.rounds : SLICES;
  note(`${rounds} times ${SLICE} records from each of ${entries.length}`);
  const goWithout = (error) => fail(error.message);
  const results = await runContest(entries, { rounds }, goWithout);
  return [...results].map(([contestant, { ns, memory }]) => {
    const rss = memory.map((each) => each.rss / MB);
    const heap = memory.map((each) => each.heapUsed / MB);
    return {
      contestant,
      records: ns.length * SLICE,
      firstNs: rounded(ns[0]),
      ns: rounded(median(ns)),
      slowestNs: rounded(Math.max(...ns)),
      rssMb: { first: rounded(rss[0]), most: rounded(Math.max(...rss)), last: rounded(rss.at(-1)) },
      heapMb: { middle: rounded(median(heap)), most: rounded(quantile(heap, 1)) },
      rssSamples: rss.map((each) => Math.round(each)),
    };
  });
}

function columns(rows) {
  return {
    heads: [
      "logger",
      "records",
      "ns",
      "slowest slice",
      "RSS at first",
      "most",
      "last",
      "heap, most",
    ],
    rows: rows.map((row) => [
      row.contestant,
      row.records,
      row.ns,
      row.slowestNs,
      `${row.rssMb.first} MB`,
      `${row.rssMb.most} MB`,
      `${row.rssMb.last} MB`,
      `${row.heapMb.most} MB`,
    ]),
  };
}

function charts(rows, { name }) {
  return [
    {
      name,
      title: "Resident memory in a long run",
      unit: "MB at most",
      groups: rows.map(({ contestant, rssMb }) => ({
        label: contestant,
        bars: [{ series: seriesOf(contestant), value: rssMb.most }],
      })),
    },
  ];
}

function seriesOf(contestant) {
  return contestant.startsWith("daybook") ? "daybook" : "others";
}
