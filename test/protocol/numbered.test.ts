// Strategy `numbered` on a real folder: Python's shift, every place where a
// process can die in it, orders of steps drawn at random between processes, and
// writers whose file is dropped under them.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";

import type { LogSite } from "../../src/rotation/log-site.ts";
import { makeNaming } from "../../src/rotation/naming.ts";
import { ALWAYS, numbered } from "../../src/rotation/strategies/numbered.ts";
import { SimulatedProcess, World, randomBy } from "./simulation.ts";
import type { Act, Sabotage } from "./simulation.ts";

const BASE = "app.log";

/** Orders of steps that are tried. */
const SEEDS = 80;

/** A world whose log has no periods. */
class NumberedWorld extends World {
  override readonly site: LogSite;

  constructor(maxBytes: number, count: number) {
    super(0, { directory: mkdtempSync(join(tmpdir(), "daybook-numbered-")) });
    this.site = {
      ...new World(0, { directory: this.directory }).site,
      naming: makeNaming({ base: BASE, kind: null }),
      periodAt: () => ALWAYS,
      maxBytes,
      keep: { count, ageSeconds: 0, totalBytes: 0 },
      notice: (text) => void this.notices.push(text),
    };
  }

  /** The content of each file of the log. */
  content(): Record<string, string> {
    const names = readdirSync(this.directory).filter((name) => name !== ".daybook");
    return Object.fromEntries(
      names.toSorted().map((name) => [name, readFileSync(join(this.directory, name), "utf8")]),
    );
  }

  /** Acked lines that are not there exactly once. */
  astray(): string[] {
    const lines = Object.values(this.content()).join("\n").split("\n");
    return this.acked.flatMap(({ line }) => {
      const times = lines.filter((other) => other === line).length;
      return times === 1 ? [] : [`${line}: ${times} times`];
    });
  }
}

const lines = (...texts: string[]): Act[] => texts.map((line) => ({ created: 0, line }));

describe("strategy numbered", () => {
  it("shifts every backup by one, drops the last, and leaves foreign names alone", () => {
    const world = new NumberedWorld(10, 3);
    writeFileSync(join(world.directory, `${BASE}.3`), "three\n");
    writeFileSync(join(world.directory, `${BASE}.1`), "one\n");
    writeFileSync(join(world.directory, `${BASE}.12`), "twelve\n");
    const process = new SimulatedProcess(world, numbered, lines("a 456789", "b 456789"));
    process.finish();
    // There was no second backup, so the third had to make room for nobody.
    assert.deepEqual(world.content(), {
      [BASE]: "b 456789\n",
      [`${BASE}.1`]: "a 456789\n",
      [`${BASE}.12`]: "twelve\n",
      [`${BASE}.2`]: "one\n",
      [`${BASE}.3`]: "three\n",
    });
    process.left.push(...lines("c 456789"));
    process.finish();
    assert.deepEqual(Object.values(world.content()), [
      "c 456789\n",
      "b 456789\n",
      "twelve\n",
      "a 456789\n",
      "one\n",
    ]);
    world.remove();
  });

  it("writes again what it wrote to a file that was dropped under it", () => {
    const world = new NumberedWorld(20, 1);
    const idle = new SimulatedProcess(world, numbered, lines("idle"));
    idle.finish();
    new SimulatedProcess(
      world,
      numbered,
      lines("first 6789012345", "second 789012345", "third 6789012345"),
    ).finish();
    idle.left.push(...lines("woken"));
    idle.finish();
    assert.match(world.content()[BASE] ?? "", /woken\n/);
    world.remove();
  });

  it("keeps every acked line when a process dies after any number of steps", () => {
    for (let steps = 0, ended = false; !ended; steps += 1) {
      const world = new NumberedWorld(20, 9);
      const early = new SimulatedProcess(world, numbered, lines("early 1", "early 2", "early 3"));
      early.finish();
      const victim = new SimulatedProcess(world, numbered, lines("victim 789012345"));
      while (victim.stepsTaken < steps && victim.peek() !== null) victim.advance();
      ended = victim.peek() === null;
      victim.kill(5);
      early.left.push(...lines("early 4", "early 5"));
      early.finish();
      new SimulatedProcess(world, numbered, lines("fresh 1", "fresh 2")).finish();
      assert.deepEqual(world.astray(), [], `killed after ${steps} steps`);
      world.remove();
    }
  });

  it("keeps every acked line in orders drawn at random, with kills", () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      assert.deepEqual(astrayAfter(seed), [], `seed ${seed}`);
    }
  });

  it("is seen to lose lines where a move replaces a name and no lock excludes anybody", () => {
    const careless: Sabotage = (step, fs) => {
      if (step.op === "tryLock") return true;
      if (step.op === "move") rmSync(step.to, { force: true });
      return fs.perform(step);
    };
    const seeds = Array.from({ length: SEEDS }, (_, seed) => seed + 1);
    assert.ok(seeds.some((seed) => astrayAfter(seed, careless).length > 0));
  });
});

/** Three processes, stepped and killed in an order drawn from the seed, while a cleaner removes the lock file. */
function astrayAfter(seed: number, sabotage?: Sabotage): string[] {
  const random = randomBy(seed);
  const world = new NumberedWorld(40, 60);
  let serial = 0;
  const born = (): SimulatedProcess => {
    const acts = Array.from({ length: 3 + random(6) }, () => {
      serial += 1;
      return { created: 0, line: `line ${serial} of ${seed}`, verify: random(3) === 0 };
    });
    return new SimulatedProcess(world, numbered, acts, sabotage);
  };
  let processes = [born(), born(), born()];
  try {
    for (let steps = 0; steps < 600 && processes.length > 0; steps += 1) {
      const turn = processes[random(processes.length)] as SimulatedProcess;
      turn.advance();
      if (random(60) === 0) {
        turn.kill(random(20));
        processes[processes.indexOf(turn)] = born();
      }
      if (random(100) === 0) {
        rmSync(join(world.directory, ".daybook", `${BASE}.lock`), { force: true });
      }
      processes = processes.filter((process) => process.peek() !== null);
    }
    for (const process of [...processes, born()]) process.finish();
    return world.astray();
  } finally {
    world.remove();
  }
}
