// Every order in which the steps of a few processes can happen, with deaths between
// any two of them and things that happen from outside. The processes run the real
// procedures over a file system in memory; each state is visited once, breadth
// first, so the way that is told to a fault is a shortest one. For the tests of
// this library, and of a strategy that somebody wrote for it.

import { AckedLines } from "./acked-lines.ts";
import { Lives } from "./lives.ts";
import type { LateFields, Point } from "./lives.ts";
import { MemoryFs } from "./memory-fs.ts";
import { Moves } from "./moves.ts";
import type { Move } from "./moves.ts";
import { Recoveries } from "./recoveries.ts";
import type { Exploration, Moment, Scenario } from "./scenario.ts";
import { StateTable } from "./state-table.ts";
import { Worlds } from "./worlds.ts";
import type { World } from "./worlds.ts";

/** Visits every state of a scenario, or stops at the first fault. */
export function explore(scenario: Scenario, visit?: (moment: Moment) => void): Exploration {
  const began = performance.now();
  const late: LateFields = new Map();
  for (;;) {
    const search = new Search(scenario, late, visit);
    const found = search.run();
    // It learned on the way what it should have known from the start: see lives.ts.
    if (found === null) continue;
    return { ...found, seconds: (performance.now() - began) / 1000 };
  }
}

// A state is a row of numbers: world, acknowledged lines, flags, and a point of each
// life. The flags: how many died (2 bits), who is dead, who was refused a lock.
const POINTS = 3;
const MOST_PROCESSES = 8;
const CRASHES = 3;
const deadBit = (process: number): number => 1 << (2 + process);
const refusedBit = (process: number): number => 1 << (10 + process);
const ALL_REFUSED = 0xff << 10;

// How a state was reached, in a number: an event, or a process with its move or its death.
const EVENT = -2;
const DEATH = 0x80;
const wayOf = (process: number, kind: number, variant: number): number =>
  (process << 8) | kind | variant;

class Search {
  readonly #scenario: Scenario;
  readonly #lives: Lives;
  readonly #worlds = new Worlds();
  readonly #moves: Moves;
  readonly #recoveries: Recoveries | null;
  readonly #table: StateTable;
  readonly #acked = new AckedLines();
  readonly #checked = new Set<number>();
  /** The state that is looked at, and the one that may follow. */
  readonly #row: Int32Array;
  readonly #next: Int32Array;
  readonly #visit: ((moment: Moment) => void) | undefined;
  #ends = 0;
  #fault: { readonly what: string; readonly trace: readonly string[] } | null = null;

  constructor(scenario: Scenario, late: LateFields, visit?: (moment: Moment) => void) {
    const { programs, checks, sabotage } = scenario;
    if (programs.length > MOST_PROCESSES) throw new RangeError("at most eight processes");
    if ((scenario.crashes ?? 0) > CRASHES) throw new RangeError("at most three crashes");
    this.#scenario = scenario;
    this.#visit = visit;
    this.#lives = new Lives(programs, late);
    this.#moves = new Moves(this.#lives, this.#worlds, {
      sabotage,
      split: scenario.split ?? true,
      reduce: scenario.reduce ?? true,
      events: scenario.events?.length ?? 0,
      removal: checks.removal,
      noted: checks.noted,
    });
    this.#recoveries =
      checks.recovery === undefined ? null : new Recoveries(checks.recovery, sabotage);
    this.#row = new Int32Array(POINTS + programs.length);
    this.#next = new Int32Array(POINTS + programs.length);
    this.#table = new StateTable(this.#row.length);
  }

  run(): Omit<Exploration, "seconds"> | null {
    const { programs, start, mostStates = 1e7 } = this.#scenario;
    const points = programs.map((_, index) => this.#lives.first(index).id);
    this.#next.set([this.#worlds.of(start(), 0).id, 0, 0, ...points]);
    this.#add(-1, 0, null);
    let at = 0;
    while (at < this.#table.count && this.#table.count <= mostStates && this.#fault === null) {
      this.#table.read(at, this.#row);
      this.#expand(at);
      if (this.#lives.mustRestart) return null;
      at += 1;
    }
    return {
      states: this.#table.count,
      ends: this.#ends,
      disks: this.#worlds.disks,
      complete: at === this.#table.count && this.#fault === null,
      fault: this.#fault,
    };
  }

  #expand(at: number): void {
    const { crashes = 0, restless = false, programs } = this.#scenario;
    const world = this.#worldOf(this.#row);
    const flags = this.#row[2] as number;
    const [able, unfinished]: [number[], number[]] = [[], []];
    for (let process = 0; process < programs.length; process += 1) {
      if ((flags & deadBit(process)) !== 0) continue;
      const { next } = this.#pointOf(this.#row, process);
      if (next === null) continue;
      unfinished.push(process);
      const sleeps = next.op === "sleep" && !restless && (flags & refusedBit(process)) !== 0;
      if (!sleeps) able.push(process);
    }
    if (unfinished.length === 0) this.#end(at, world);
    // If all wait for a lock that nobody will free, their patience comes to its end.
    for (const process of able.length > 0 ? able : unfinished) this.#moveOn(at, world, process);
    if ((flags & CRASHES) < crashes) {
      for (const process of unfinished) this.#kill(at, world, process);
    }
    this.#happen(at, world);
  }

  #worldOf(row: Int32Array): World {
    return this.#worlds.all[row[0] as number] as World;
  }

  #pointOf(row: Int32Array, process: number): Point {
    return this.#lives.points[row[POINTS + process] as number] as Point;
  }

  #moveOn(at: number, world: World, process: number): void {
    const moves = this.#moves.from(this.#pointOf(this.#row, process), world);
    for (const [variant, move] of moves.entries()) {
      const next = this.#next;
      next.set(this.#row);
      next[0] = move.world.id;
      next[1] = this.#acked.with(next[1] as number, move.acked);
      const own = refusedBit(process);
      let flags = next[2] as number;
      if (move.freed) flags &= ~ALL_REFUSED | own;
      if (move.refused !== null) flags = move.refused ? flags | own : flags & ~own;
      next[2] = flags;
      next[POINTS + process] = move.point.id;
      this.#add(at, wayOf(process, 0, variant), move);
    }
  }

  #kill(at: number, world: World, process: number): void {
    const point = this.#pointOf(this.#row, process);
    for (const cut of [0, ...this.#moves.cuts(point)]) {
      const { world: left, freed } = this.#moves.death(point, world, cut);
      const next = this.#next;
      next.set(this.#row);
      next[0] = left.id;
      const flags = ((next[2] as number) + 1) | deadBit(process);
      next[2] = flags & ~(freed ? ALL_REFUSED : refusedBit(process));
      // The dead are all alike.
      next[POINTS + process] = -1;
      this.#add(at, wayOf(process, DEATH, cut), null);
    }
  }

  #happen(at: number, world: World): void {
    const event = this.#scenario.events?.[world.events];
    if (event === undefined) return;
    if (world.afterEvent === undefined) {
      const fs = new MemoryFs(world.fs);
      const possible = event.happen(fs) !== false;
      const { freedLock: freed } = fs;
      world.afterEvent = possible ? { world: this.#worlds.of(fs, world.events + 1), freed } : null;
    }
    if (world.afterEvent === null) return;
    this.#next.set(this.#row);
    this.#next[0] = world.afterEvent.world.id;
    if (world.afterEvent.freed) this.#next[2] = (this.#next[2] as number) & ~ALL_REFUSED;
    this.#add(at, EVENT, null);
  }

  /** Adds the next state, if it is new, and looks for what is wrong with it. */
  #add(parent: number, way: number, move: Move | null): void {
    if (this.#fault !== null) return;
    if (move !== null && move.fault !== null) return this.#blame(move.fault, parent, way);
    if (!this.#table.add(this.#next, parent, way)) return;
    const { longestLife = 400 } = this.#scenario;
    if (move !== null && move.point.thrown !== null) {
      return this.#blame(`a process ${move.point.thrown}`, parent, way);
    }
    if (move !== null && move.point.depth > longestLife) {
      return this.#blame("a process goes round in circles", parent, way);
    }
    this.#check(parent, way);
  }

  /** Looks at the disk of the next state, unless it was seen with the same lines noted. */
  #check(parent: number, way: number): void {
    const world = this.#worldOf(this.#next);
    const acked = this.#next[1] as number;
    const key = (world.disk * 64 + world.events) * AckedLines.MOST_SETS + acked;
    if (this.#checked.has(key)) return;
    this.#checked.add(key);
    const lines = this.#acked.lines(acked);
    const { always, afterRecovery } = this.#scenario.checks;
    const what = always?.({ fs: world.fs, acked: lines }) ?? null;
    if (what !== null) return this.#blame(what, parent, way);
    const recovery = this.#recoveries?.of(world);
    if (recovery === undefined) return;
    const moment = { fs: recovery.fs, acked: [...lines, ...recovery.acked] };
    const left = recovery.thrown ?? afterRecovery?.(moment) ?? null;
    if (left !== null) {
      const ending = ["all processes end, a fresh one comes", ...recovery.told()];
      this.#blame(`after recovery: ${left}`, parent, way, ending);
    }
  }

  #end(at: number, world: World): void {
    this.#ends += 1;
    const moment = { fs: world.fs, acked: this.#acked.lines(this.#row[1] as number) };
    this.#visit?.(moment);
    const what = this.#scenario.checks.atEnd?.(moment) ?? null;
    if (what !== null) this.#blame(`at the end: ${what}`, at, null);
  }

  /** Notes the fault with the way to it: to a state, and one way on from there. */
  #blame(what: string, state: number, way: number | null, ending: readonly string[] = []): void {
    const ways = way === null ? [] : [{ state, way }];
    for (let at = state; at > 0;) {
      const origin = this.#table.origin(at);
      ways.unshift({ state: origin.parent, way: origin.way });
      at = origin.parent;
    }
    const trace = ways.flatMap(({ state, way }) => (state < 0 ? [] : this.#tell(state, way)));
    this.#fault = { what, trace: [...trace, ...ending] };
  }

  /** One way out of a state in words. */
  #tell(state: number, way: number): string[] {
    const row = new Int32Array(this.#row.length);
    this.#table.read(state, row);
    const world = this.#worldOf(row);
    if (way === EVENT) return [`outside: ${this.#scenario.events?.[world.events]?.name}`];
    const process = way >> 8;
    const variant = way & (DEATH - 1);
    if ((way & DEATH) !== 0) {
      return [`${process + 1}: killed${variant > 0 ? ` ${variant} bytes into a write` : ""}`];
    }
    const move = this.#moves.told(this.#pointOf(row, process), world)[variant];
    return (move?.told ?? []).map((step) => `${process + 1}: ${step}`);
  }
}
