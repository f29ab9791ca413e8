// How much does a record cost, by durability class? daybook beside pino, the fastest
// of the others, in the setting of the class, and beside the bare writes. Classes are
// never compared with each other: they promise different things.

import { medianNs, runContest } from "./contest/contest.mjs";
import { median, pairedRatio, rounded } from "./contest/statistics.mjs";
import { SCENARIOS } from "./scenarios.mjs";

/** Classes, with their letters, the peer's setting, and how many records make a slice. */
const CLASSES = {
  write: { letter: "S", peer: "pino sync", records: 25_000, peerRecords: 25_000 },
  buffered: {
    letter: "B",
    peer: "pino sync, minLength 4096",
    records: 100_000,
    peerRecords: 60_000,
  },
  journal: { letter: "M", peer: "pino sync", records: 100_000, peerRecords: 30_000 },
  worker: { letter: "W", peer: "pino transport", records: 100_000, peerRecords: 100_000 },
};

/** What daybook wants to be ahead of its peer, by class and scenario. */
const GOALS = {
  write: [1.5, 1.5, 1.5, 1.5, 1.5],
  buffered: [3.5, 4, 3, 2.5, 4],
  journal: [8, 6, 4, 3, 8],
  worker: [3, 2.5, 2.5, 1.8, 3],
};

export default {
  name: "classes",
  title: "The class table",
  inQuick: true,
  text: `Nanoseconds per record, and how many times faster daybook is than its peer (the median of
the ratios within the rounds, and between which values their middle half lies). "CPU" is
the same ratio by the processor time of the whole process instead of wall time. "Wanted" is what
daybook sets itself.`,
  run,
  columns,
  charts,
};

async function run({ filter, plan, note, fail, versus, dist }) {
  const rows = [];
  for (const [durability, settings] of Object.entries(CLASSES)) {
    if (!filter.class(durability)) continue;
    for (const [i, scenario] of SCENARIOS.entries()) {
      if (!filter.scenario(scenario)) continue;
      note(`${durability}, ${scenario}`);
      try {
        const results = await runContest(
          contestantsOf({ durability, scenario }, settings, { versus, dist }),
          plan,
        );
        rows.push(rowOf(durability, scenario, settings.peer, results, GOALS[durability][i]));
      } catch (error) {
        fail(`${durability}, ${scenario}: ${error.message}`);
      }
    }
  }
  return rows;
}

// A slow peer's slices have fewer records, so that all slices take about as long.
function contestantsOf(setting, { peer, records, peerRecords }, { versus, dist }) {
  const ours = { ...setting, count: records };
  return [
    { ...ours, name: "daybook", logger: "daybook", dist },
    versus === undefined
      ? { ...setting, count: peerRecords, name: peer, logger: "pino" }
      : { ...ours, name: "before", logger: "daybook", dist: versus },
    { ...ours, name: "raw", logger: "raw", likeOf: "daybook" },
  ];
}

function rowOf(durability, scenario, peer, results, goal) {
  const ours = results.get("daybook");
  const raw = results.get("raw");
  const theirs = results.get(peer) ?? results.get("before");
  const { ratio, low, high } = pairedRatio(theirs.ns, ours.ns);
  return {
    class: durability,
    scenario,
    oursNs: Math.round(medianNs(ours)),
    peer: results.has(peer) ? peer : "daybook before",
    peerNs: Math.round(medianNs(theirs)),
    ratio: rounded(ratio),
    rawNs: Math.round(medianNs(raw)),
    middleHalf: `${low.toFixed(2)}-${high.toFixed(2)}`,
    overRaw: rounded(pairedRatio(ours.ns, raw.ns).ratio),
    goal,
    rounds: ours.ns.length,
    cpuNs: Math.round(median(ours.cpuNs)),
    peerCpuNs: Math.round(median(theirs.cpuNs)),
    cpuRatio: rounded(pairedRatio(theirs.cpuNs, ours.cpuNs).ratio),
    lineBytes: Buffer.byteLength(ours.line[0]) + 1,
  };
}

function columns(rows) {
  return {
    heads: [
      "class",
      "scenario",
      "daybook",
      "peer",
      "ns",
      "raw",
      "ratio",
      "middle half",
      "CPU",
      "wanted",
      "",
    ],
    rows: rows.map((row) => [
      `${row.class} (${CLASSES[row.class].letter})`,
      row.scenario,
      row.oursNs,
      row.peer,
      row.peerNs,
      row.rawNs,
      `${row.ratio.toFixed(2)}x`,
      row.middleHalf,
      `${row.cpuRatio.toFixed(2)}x`,
      `${row.goal}x`,
      row.ratio >= row.goal ? "" : "below",
    ]),
  };
}

function charts(rows, { name }) {
  return Object.entries(CLASSES).flatMap(([durability, { letter, peer }]) => {
    const members = rows.filter((row) => row.class === durability);
    if (members.length === 0) return [];
    return {
      name: `${name}-${durability}`,
      title: `Class ${letter}, ${durability}`,
      unit: "ns a record",
      groups: members.map(({ scenario, oursNs, peerNs, rawNs }) => ({
        label: scenario,
        bars: [
          { series: "daybook", value: oursNs },
          { series: peer, value: peerNs },
          { series: "raw", value: rawNs },
        ],
      })),
    };
  });
}
