// All the worlds that are explored in every order of steps. `npm test` runs the small
// ones, `npm run test:deep` all of them; the bugs of planted.ts are shown in some.

import type { Plot } from "./plot.ts";
import { ARCHIVES } from "./plots/archives.ts";
import { JOURNALS } from "./plots/journals.ts";
import { OUTSIDE } from "./plots/outside.ts";
import { SHIFTING } from "./plots/shifting.ts";
import { WRITING } from "./plots/writing.ts";

export const PLOTS: readonly Plot[] = [
  ...WRITING,
  ...ARCHIVES,
  ...OUTSIDE,
  ...SHIFTING,
  ...JOURNALS,
];

/** The plot with this name. */
export function plotOf(name: string): Plot {
  const plot = PLOTS.find((plot) => plot.name === name);
  if (plot === undefined) throw new Error(`there is no scenario '${name}'`);
  return plot;
}
