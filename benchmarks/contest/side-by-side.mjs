// The simplest kind of question: several loggers, the same calls, one time for each.
// Builds the rows of such a question, with ratios to daybook's time within the same
// rounds, and what shows them.

import { runContest } from "./contest.mjs";
import { median, pairedRatio, rounded } from "./statistics.mjs";

/**
 * Runs one contest, the first entry being the one that all are compared with.
 *
 * @param entries as `runContest` takes them
 * @returns rows `{ group, contestant, ns, ratio, cpuNs, rounds }` of those that did not fail
 */
export async function sideBySide(group, entries, { plan, note, fail }) {
  note(group);
  const goWithout = (error) => fail(`${group}: ${error.message}`);
  const results = await runContest(entries, plan, goWithout);
  const ours = results.get(entries[0].name);
  if (ours === undefined) return [];
  return [...results].map(([contestant, theirs]) => ({
    group,
    contestant,
    ns: rounded(median(theirs.ns)),
    ratio: rounded(pairedRatio(theirs.ns, ours.ns).ratio),
    cpuNs: rounded(median(theirs.cpuNs)),
    rounds: theirs.ns.length,
  }));
}

/** Heads and cells of such rows. */
export function sideBySideColumns(rows) {
  return {
    heads: ["", "logger", "ns", "times daybook's"],
    rows: rows.map(({ group, contestant, ns, ratio }) => [
      group,
      contestant,
      ns,
      `${ratio.toFixed(2)}x`,
    ]),
  };
}

/** Makes the function that tells of such rows as charts, one for each group. */
export function sideBySideCharts(unit) {
  return (rows, { name, title }) =>
    [...new Set(rows.map(({ group }) => group))].map((group) => ({
      name: `${name}-${group.replaceAll(/\W+/g, "-")}`,
      title: `${title}: ${group}`,
      unit,
      groups: rows
        .filter((row) => row.group === group)
        .map(({ contestant, ns }) => ({
          label: contestant,
          bars: [{ series: contestant.startsWith("daybook") ? "daybook" : "others", value: ns }],
        })),
    }));
}
