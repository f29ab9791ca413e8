// The table of the guide: what was lost, situation by situation, as it was measured.

import { CLASSES, LINES } from "./classes.ts";
import type { Outcome } from "./end-processes.ts";
import type { Situation } from "./situations.ts";

/** Markdown, as `oxfmt` would have it. */
export function lossTable(
  situations: readonly Situation[],
  outcomes: readonly (readonly Outcome[])[],
): string {
  const classes = Object.keys(CLASSES);
  const head = [
    "situation",
    ...classes.map((name) => `\`${name}\``.replace("`network`", "network")),
  ];
  const rows = situations.map((situation, row) => [
    situation.name,
    ...classes.map((name) => cell(situation, name, outcomes[row] ?? [])),
  ]);
  const lines = [head, head.map((_, column) => (column === 0 ? "---" : "---:")), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function cell(situation: Situation, name: string, outcomes: readonly Outcome[]): string {
  if (situation.unsure?.includes(name) === true) return `0 to ${LINES}`;
  return [...new Set(outcomes.map(({ lost }) => lost[name] ?? Number.NaN))].join(" or ");
}
