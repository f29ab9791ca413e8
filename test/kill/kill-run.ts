// One death and what comes of it: a folder is set up, a victim process does its
// acts and is killed at a given step, the folder is looked at, a process that
// lived through it writes on, a fresh process opens the log, writes and runs
// maintenance, and the judge speaks. Every process is a real one: the bystander
// is the test's own, the others are children. Called by kill-table.ts.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { runChild } from "./children.ts";
import type { ChildEnding, FreshProcess } from "./children.ts";
import { BASE, LogProcess, realFs } from "./log-process.ts";
import { MortalDriver } from "./mortal-driver.ts";
import type { Act, Death, Orders } from "./orders.ts";
import { actsAfterwards, actsOfTidying, record } from "./procedures.ts";
import type { Procedure } from "./procedures.ts";
import { SABOTAGES } from "./sabotage.ts";
import { dayOf, faultsOfLines, leftoversOf, lockedFiles } from "./verdict.ts";
import type { KnownLine } from "./verdict.ts";

/** What came of one run. */
export interface KillOutcome {
  /** Whether the SIGKILL ended the victim; false: it got to its end by itself. */
  readonly killed: boolean;
  /** The steps of the armed acts; only of a victim that got to its end. */
  readonly steps: readonly string[];
  /** What the death left that must not stay. */
  readonly leftovers: readonly string[];
  /** What is wrong at the end; empty when the promise was kept. */
  readonly faults: readonly string[];
}

/**
 * Runs one procedure with one death, or to its end.
 *
 * @param fresh opens the log afterwards.
 * @param sabotage a bug of sabotage.ts, planted under every process of the log.
 */
export async function runKill(
  procedure: Procedure,
  death: Death | null,
  fresh: FreshProcess,
  sabotage: string | null = null,
): Promise<KillOutcome> {
  const directory = mkdtempSync(join(tmpdir(), "daybook-kill-"));
  try {
    return await new KillRun(procedure, death, sabotage, directory).run(fresh);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

class KillRun {
  readonly #procedure: Procedure;
  readonly #death: Death | null;
  readonly #sabotage: string | null;
  readonly #directory: string;
  readonly #bystander: LogProcess;
  readonly #known: KnownLine[] = [];
  readonly #faults: string[] = [];

  constructor(
    procedure: Procedure,
    death: Death | null,
    sabotage: string | null,
    directory: string,
  ) {
    this.#procedure = procedure;
    this.#death = death;
    this.#sabotage = sabotage;
    this.#directory = directory;
    const clock = { now: procedure.begin };
    const bug = sabotage === null ? null : (SABOTAGES[sabotage] ?? null);
    const log = procedure.setupLog ?? procedure.log;
    const driver = new MortalDriver(realFs(log, clock), null, bug);
    this.#bystander = new LogProcess(directory, log, clock, driver);
  }

  async run(freshProcess: FreshProcess): Promise<KillOutcome> {
    const { log, begin, now, setup, warm, armed, bystanderStays, losses } = this.#procedure;
    await this.#performHere(setup);
    if (!bystanderStays) await this.#performHere([{ act: "closeAll" }]);
    const [directory, sabotage] = [this.#directory, this.#sabotage];
    const orders = { directory, log, clock: begin, warm, armed, sabotage };
    const victimOrders = { ...orders, death: this.#death };
    const victim = this.#takeDown(victimOrders, "the victim", await runChild(victimOrders));
    const leftovers = leftoversOf(directory, BASE, log, dayOf(now));
    this.#faults.push(...lockedFiles(directory, BASE).filter(() => !bystanderStays));

    // Neighbouring deaths take turns in who comes first: who lived through it, or the fresh one.
    const first = (this.#death?.step ?? 0) % 2 === 0;
    if (bystanderStays && first) await this.#bystand();
    const armedAfterwards = actsAfterwards(this.#procedure);
    const fresh = { ...orders, clock: now, warm: [], armed: armedAfterwards, death: null };
    this.#takeDown(fresh, "the fresh process", await freshProcess.run(fresh));
    if (bystanderStays && !first) await this.#bystand();

    this.#faults.push(
      ...faultsOfLines(directory, BASE, this.#known, losses),
      ...leftoversOf(directory, BASE, log, dayOf(now)),
      ...lockedFiles(directory, BASE),
      ...(this.#procedure.atRest?.(directory) ?? []),
    );
    return { ...victim, leftovers, faults: this.#faults };
  }

  /** Who had the log open all the time writes on, then ends its life in order. */
  async #bystand(): Promise<void> {
    const { begin, now } = this.#procedure;
    const timed = this.#procedure.log.strategy !== "numbered";
    await this.#performHere([
      { act: "clock", now },
      record("held by the bystander", timed ? begin + 2 : now),
      { ...record("the bystander goes on", now + 2), verify: true },
      ...actsOfTidying(this.#procedure.log, now),
    ]);
  }

  async #performHere(acts: readonly Act[]): Promise<void> {
    for (const act of acts) {
      try {
        await this.#bystander.perform(act);
      } catch (error) {
        this.#faults.push(`the bystander's '${act.act}' threw ${String(error)}`);
      }
      this.#learn(act, "acked");
    }
  }

  #learn(act: Act, fate: KnownLine["fate"]): void {
    if (act.act === "plant") {
      for (const line of act.text.split("\n").filter((text) => text !== "")) {
        this.#known.push({ line, created: this.#timeOf(act.modified), fate: "acked" });
      }
    }
    if (act.act === "orphan") {
      const created = this.#timeOf(act.created);
      for (const line of act.lines) this.#known.push({ line, created, fate: "acked" });
    }
    if (act.act !== "write" && act.act !== "keep") return;
    this.#known.push({ line: act.line, created: this.#timeOf(act.created), fate });
  }

  #timeOf(created: number): number | null {
    return this.#procedure.log.strategy === "numbered" ? null : created;
  }

  /** Takes down which of a child's calls returned, and how it ended. */
  #takeDown(
    orders: Orders,
    name: string,
    ending: ChildEnding,
  ): { killed: boolean; steps: readonly string[] } {
    const acts = [...orders.warm, ...orders.armed];
    let steps: readonly string[] = [];
    let next = 0;
    for (const report of ending.reports) {
      if ("steps" in report) {
        steps = report.steps;
        continue;
      }
      const act = acts[report.done];
      next = report.done + 1;
      if (act === undefined) continue;
      if (report.error !== undefined) {
        this.#faults.push(`${name}'s '${act.act}' threw ${report.error}`);
      }
      this.#learn(act, report.error === undefined ? "acked" : "cut");
    }
    // The call that was under way is the one that the kill cut off.
    const cut = acts[next];
    if (cut !== undefined) this.#learn(cut, "cut");
    const killed = ending.signal === "SIGKILL";
    const expected = killed ? orders.death !== null : ending.code === 0;
    if (!expected || ending.complaints !== "") {
      this.#faults.push(
        `${name} ended with ${ending.signal ?? ending.code}: ${ending.complaints.trim()}`,
      );
    }
    return { killed, steps };
  }
}
