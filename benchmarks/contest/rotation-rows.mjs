// How much of its throughput a crew keeps when periods end under its hands: pairs of
// runs, with and without ends of periods, in alternating order, otherwise the same
// handler, options and clock. Used by the questions about several processes.

import { median, pairedRatio, rounded } from "./statistics.mjs";

/** One row: pairs of runs of one setting. */
export async function rotationRow(crew, setting, order, rounds) {
  const rotating = [];
  const steady = [];
  const run = async (list, ends) =>
    list.push(await crew.run(setting, { ...order, rotating: ends }));
  // The first pair is for V8, and does not count.
  for (let round = -1; round < rounds; round += 1) {
    const pair = [
      [rotating, true],
      [steady, false],
    ];
    for (const each of round % 2 === 0 ? pair : pair.toReversed()) await run(...each);
    if (round === -1) [rotating.length, steady.length] = [0, 0];
  }
  const perSecond = (runs) => runs.map((each) => each.perSecond);
  const { ratio, low, high } = pairedRatio(perSecond(rotating), perSecond(steady));
  return {
    durability: setting.durability,
    processes: order.size,
    perSecond: Math.round(median(perSecond(rotating))),
    steadyPerSecond: Math.round(median(perSecond(steady))),
    kept: rounded(ratio),
    middleHalf: `${low.toFixed(2)}-${high.toFixed(2)}`,
    worstMs: rounded(median(rotating.map((each) => each.worstMs))),
    steadyWorstMs: rounded(median(steady.map((each) => each.worstMs))),
    rounds,
  };
}
