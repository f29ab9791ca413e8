// Orders of steps drawn at random between processes that share a log of one of the
// strategies, on a real folder, with kills. strategies.test.ts tries some with each
// strategy, the deep tests many; what an order leaves is judged by simulation.ts.

import { rmSync } from "node:fs";
import { join } from "node:path";

import type { Strategy } from "../../src/rotation/log-site.ts";
import { claim } from "../../src/rotation/strategies/claim.ts";
import { dated } from "../../src/rotation/strategies/dated.ts";
import { external } from "../../src/rotation/strategies/external.ts";
import { rename } from "../../src/rotation/strategies/rename.ts";
import { BASE, SimulatedProcess, World, faultsOf, randomBy } from "./simulation.ts";
import type { Act, Sabotage } from "./simulation.ts";

export const DAY = 86_400;
/** 2024-03-01 12:00 UTC. */
export const NOON = 1_709_294_400;

export const STRATEGIES: readonly (readonly [string, Strategy])[] = [
  ["dated", dated],
  ["rename", rename],
  ["claim", claim],
  ["external", external],
];

/**
 * Three processes over some days, stepped and killed in an order drawn from the
 * seed, while a cleaner removes the lock file now and then.
 */
export function faultsOfRun(strategy: Strategy, seed: number, sabotage?: Sabotage): string[] {
  const random = randomBy(seed);
  // A size of three lines or so; archives; no lock, where a strategy needs none: there
  // names are contested most, so a planted bug has no other world.
  const lockless = sabotage !== undefined || seed % 5 === 0;
  const world = new World(NOON, {
    maxBytes: [0, 0, 45][seed % 3] as number,
    compression: (["", "gz"] as const)[seed % 2] ?? "",
    ...(strategy !== rename && lockless ? { locking: false } : {}),
  });
  const killed: string[] = [];
  let serial = 0;
  const acts = (count: number): Act[] =>
    Array.from({ length: count }, () => {
      // Mostly now; some from the day before, some from the day after.
      const shift = [0, 0, 0, 0, -DAY, DAY][random(6)] as number;
      serial += 1;
      return {
        created: world.clock + shift,
        line: `line ${serial} of ${seed}`,
        verify: random(3) === 0,
      };
    });
  const born = (): SimulatedProcess =>
    new SimulatedProcess(world, strategy, acts(2 + random(6)), sabotage);
  let processes = [born(), born(), born()];
  for (let steps = 0; steps < 600 && processes.length > 0; steps += 1) {
    const turn = processes[random(processes.length)] as SimulatedProcess;
    turn.advance();
    if (random(60) === 0) {
      if (turn.left[0] !== undefined) killed.push(turn.left[0].line);
      turn.kill(random(20));
      processes[processes.indexOf(turn)] = born();
    }
    if (random(100) === 0)
      rmSync(join(world.directory, ".daybook", `${BASE}.lock`), { force: true });
    if (random(80) === 0) {
      world.clock += DAY / 2;
      for (const process of processes) process.left.push(...acts(2));
    }
    processes = processes.filter((process) => process.peek() !== null);
  }
  try {
    for (const process of [...processes, born()]) process.finish();
    const faults = faultsOf(world, killed);
    if (!world.site.locking) return faults;
    return [...faults, ...world.leftovers(strategy), ...faultsOf(world, killed)];
  } finally {
    world.remove();
  }
}
