// `daybook storm`: runs the storm and prints what came of it, as a table for people or
// as one JSON object. The storm itself is in ../../storm.

import { runStorm } from "../../storm/storm.ts";
import type { StormOptions } from "../../storm/storm.ts";
import { StormProgress } from "../../storm/storm-progress.ts";
import { formatConclusion, formatOffences, formatTable } from "../../storm/storm-table.ts";
import { readStormOptions } from "../storm-options.ts";

/** Runs `daybook storm`; resolves to the exit code. Throws ArgumentError for wrong arguments. */
export async function stormCommand(args: readonly string[]): Promise<number> {
  const { options, json } = readStormOptions(args);
  const progress = new StormProgress(json ? process.stderr : process.stdout);
  const say = (text: string) => {
    if (!json) process.stdout.write(`${text}\n`);
  };
  say(describe(options));
  const stop = () => process.exit(130);
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    const result = await runStorm({
      ...options,
      onProgress: (name, state) => progress.update(name, state),
      onRow: (row) => progress.end(row),
    });
    if (json) {
      process.stdout.write(`${JSON.stringify(result)}\n`);
    } else {
      say(`\n${formatTable(result.rows)}`);
      const offences = formatOffences(result.rows);
      if (offences !== "") say(`\n${offences}`);
      say(`\n${formatConclusion(result)}`);
    }
    return result.ok ? 0 : 1;
  } finally {
    process.removeListener("SIGINT", stop).removeListener("SIGTERM", stop);
  }
}

function describe(options: StormOptions): string {
  const { processes, periods, periodMs, kill, seed, seeds } = options;
  const seedText = seeds === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + seeds - 1}`;
  return (
    `midnight storm: ${processes} processes, ${periods} midnights, a day lasts ${periodMs} ms, ` +
    `${kill ? "with" : "no"} kills, ${seedText}\n` +
    `(replay the schedule with --seed ${seed}; the kernel's interleaving is its own)`
  );
}
