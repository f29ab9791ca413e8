// The explorer's part of `npm run test:deep`: every scenario of every strategy, every
// planted bug and every specimen, as one table. Run by part.ts.

import {
  HEADING,
  bugTasks,
  run,
  scenarioTasks,
  specimenTasks,
  tellRow,
} from "../model/explorer-table.ts";

export interface DeepOptions {
  /** Whether the large scenarios are left out. */
  readonly slice?: boolean;
  /** Takes each line of the table as soon as it is known. */
  readonly print: (line: string) => void;
}

/** Runs them all; the answer is how many came out wrong. */
export function exploreDeep({ slice = false, print }: DeepOptions): number {
  const began = performance.now();
  let [wrong, states] = [0, 0];
  print(HEADING);
  const scenarios = scenarioTasks(slice ? "middling" : "all");
  for (const task of [...specimenTasks(), ...bugTasks(), ...scenarios]) {
    const row = run(task);
    states += row.result.states;
    if (!row.right) wrong += 1;
    print(tellRow(row));
  }
  const seconds = (performance.now() - began) / 1000;
  print(`${states} states in ${seconds.toFixed(0)} seconds, ${wrong} wrong`);
  return wrong;
}
