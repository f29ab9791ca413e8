// Every order in which the steps of a few processes can happen, with deaths
// between any two of them. The processes run the production procedures over a
// file system in memory. A generator can't be copied, but what it does depends on
// the results it was given alone: so a process's state is its history, each
// history is run once, and equal worlds with equal histories are visited once.

import { createHash } from "node:crypto";

import type { FsOp } from "../../src/rotation/fs-op.ts";
import { MemoryFs } from "./memory-fs.ts";

/** What a process may do besides file-system steps: say that a record's call has returned. */
export type ModelStep = FsOp | { readonly op: "ack"; readonly line: string };

export type Program = () => Generator<ModelStep, void, unknown>;

export interface Scenario {
  /** Where it all begins. */
  readonly start: () => MemoryFs;
  readonly programs: readonly Program[];
  /** A bug planted underneath: carries out steps otherwise than asked. */
  readonly sabotage?: (step: FsOp, perform: (step: FsOp) => unknown) => unknown;
  /** How many processes may be killed, in all. */
  readonly crashes: number;
  /** The other things that can happen, each once, in this order: the clock moves, a file is removed. */
  readonly events?: readonly ((fs: MemoryFs) => void)[];
  /** What is wrong with a world, at any moment. */
  readonly faultAlways?: (world: World) => string | null;
  /** What is wrong with a world in which nobody has anything left to do. */
  readonly faultAtEnd: (world: World) => string | null;
}

export interface World {
  readonly fs: MemoryFs;
  /** The lines whose calls have returned. */
  readonly acked: readonly string[];
  /** The lines whose writers were killed in mid-call. */
  readonly killed: readonly string[];
}

export interface Exploration {
  readonly states: number;
  readonly ends: number;
  /** The first fault, with the steps that led to it; null if there is none. */
  readonly fault: { readonly what: string; readonly trace: readonly string[] } | null;
}

/** A process that takes this many steps goes round in circles. */
const LONGEST_HISTORY = 250;

/** A point in a process's life: what it asks for next, given all results so far. */
interface Point {
  readonly id: number;
  readonly depth: number;
  readonly next: ModelStep | null;
  readonly error: string | null;
  readonly after: Map<string, Point>;
  readonly results: readonly Result[];
}

type Result = { readonly value: unknown } | { readonly error: unknown };

interface State {
  readonly fs: MemoryFs;
  readonly points: readonly Point[];
  readonly alive: readonly boolean[];
  /** For a process that sleeps: how many locks had been freed when it lay down. */
  readonly asleep: readonly (number | null)[];
  readonly acked: readonly string[];
  readonly killed: readonly string[];
  readonly crashes: number;
  readonly events: number;
}

/** Visits every state of a scenario, or stops at the first fault. */
export function explore(scenario: Scenario): Exploration {
  return new Explorer(scenario).run();
}

class Explorer {
  readonly #scenario: Scenario;
  readonly #visited = new Set<string>();
  #points = 0;
  #ends = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  run(): Exploration {
    const { programs, start } = this.#scenario;
    const none = programs.map(() => null);
    const first: State = {
      fs: start(),
      points: programs.map((program) => this.#replay(program, [])),
      alive: programs.map(() => true),
      asleep: none,
      acked: [],
      killed: [],
      crashes: 0,
      events: 0,
    };
    // Depth first, with the way here beside each state.
    const stack: { state: State; trace: Trace | null }[] = [{ state: first, trace: null }];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const { state, trace } = top;
      if (this.#seen(state)) continue;
      const what = this.#faultOf(state);
      if (what !== null) {
        return {
          states: this.#visited.size,
          ends: this.#ends,
          fault: { what, trace: told(trace) },
        };
      }
      for (const [text, next] of this.#following(state)) {
        stack.push({ state: next, trace: { text, before: trace } });
      }
    }
    return { states: this.#visited.size, ends: this.#ends, fault: null };
  }

  #seen(state: State): boolean {
    const { fs, points, alive, asleep, crashes, events } = state;
    const local = points.map(({ id }, index) => [id, alive[index], asleep[index] === fs.freed]);
    const key = createHash("md5")
      .update(JSON.stringify([local, crashes, events]))
      .update(fs.key())
      .digest("base64");
    if (this.#visited.has(key)) return true;
    this.#visited.add(key);
    return false;
  }

  #faultOf(state: State): string | null {
    const { points, alive } = state;
    const always = this.#scenario.faultAlways?.(state);
    if (always !== null && always !== undefined) return always;
    const broken = points.find((point) => point.error !== null);
    if (broken !== undefined) return broken.error;
    if (points.some((point) => point.depth > LONGEST_HISTORY))
      return "a process goes round in circles";
    const rest = points.every((point, index) => point.next === null || alive[index] === false);
    if (!rest) return null;
    this.#ends += 1;
    return this.#scenario.faultAtEnd(state);
  }

  *#following(state: State): Generator<[string, State]> {
    const { points, alive, crashes, events, fs } = state;
    const free = points.flatMap((point, index) =>
      alive[index] === true && point.next !== null && !this.#waits(state, index) ? [index] : [],
    );
    // If all wait for a lock that nobody will free, their patience comes to its end.
    const waiting = points.flatMap((point, index) =>
      alive[index] === true && point.next !== null ? [index] : [],
    );
    for (const index of free.length > 0 ? free : waiting) yield* this.#steps(state, index);
    if (crashes < this.#scenario.crashes) {
      for (const index of waiting) yield* this.#deaths(state, index);
    }
    const event = this.#scenario.events?.[events];
    if (event !== undefined) {
      const copy = new MemoryFs(fs);
      event(copy);
      yield [`event ${events + 1}`, { ...state, fs: copy, events: events + 1 }];
    }
  }

  #waits({ asleep, fs }: State, index: number): boolean {
    return asleep[index] !== null && asleep[index] === fs.freed;
  }

  *#steps(state: State, index: number): Generator<[string, State]> {
    const point = state.points[index] as Point;
    const step = point.next as ModelStep;
    const fs = new MemoryFs(state.fs);
    let result: Result;
    let acked = state.acked;
    if (step.op === "ack") {
      acked = [...acked, step.line];
      result = { value: undefined };
    } else {
      try {
        const perform = (asked: FsOp): unknown => fs.perform(index + 1, asked);
        const { sabotage } = this.#scenario;
        result = { value: sabotage === undefined ? perform(step) : sabotage(step, perform) };
      } catch (error) {
        result = { error };
      }
    }
    const next = this.#after(index, point, result);
    const asleep = replaced(state.asleep, index, step.op === "sleep" ? fs.freed : null);
    const points = replaced(state.points, index, next);
    yield [
      `${index + 1}: ${shown(step)} = ${shownResult(result)}`,
      { ...state, fs, points, asleep, acked },
    ];
  }

  /** Death between two steps, and in the middle of a write. */
  *#deaths(state: State, index: number): Generator<[string, State]> {
    const step = (state.points[index] as Point).next as ModelStep;
    const stumps = step.op === "append" ? [0, 1, step.bytes.length - 1] : [0];
    for (const length of new Set(stumps)) {
      const fs = new MemoryFs(state.fs);
      if (step.op === "append" && length > 0)
        fs.append(step.fd, textOf(step.bytes).slice(0, length));
      fs.endProcess(index + 1);
      const alive = replaced(state.alive, index, false);
      const killed = [...state.killed, `${index + 1}`];
      yield [
        `${index + 1}: killed${length > 0 ? ` after ${length} bytes of a write` : ""}`,
        { ...state, fs, alive, killed, crashes: state.crashes + 1 },
      ];
    }
  }

  #after(index: number, point: Point, result: Result): Point {
    const key = shownResult(result);
    let next = point.after.get(key);
    if (next === undefined) {
      next = this.#replay(this.#scenario.programs[index] as Program, [...point.results, result]);
      point.after.set(key, next);
    }
    return next;
  }

  #replay(program: Program, results: readonly Result[]): Point {
    const life = program();
    let error: string | null = null;
    let next: ModelStep | null = null;
    try {
      let turn = life.next();
      for (const result of results) {
        turn = "error" in result ? life.throw(result.error) : life.next(result.value);
      }
      next = turn.done === true ? null : turn.value;
    } catch (failure) {
      error = `threw ${String(failure)}`;
    }
    this.#points += 1;
    return { id: this.#points, depth: results.length, next, error, after: new Map(), results };
  }
}

interface Trace {
  readonly text: string;
  readonly before: Trace | null;
}

function told(trace: Trace | null): string[] {
  const steps: string[] = [];
  for (let at = trace; at !== null; at = at.before) steps.unshift(at.text);
  return steps;
}

function replaced<T>(list: readonly T[], index: number, value: T): T[] {
  return list.map((item, at) => (at === index ? value : item));
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function shown(step: ModelStep): string {
  const { op, ...rest } = step;
  const parts = Object.values(rest).map((value) =>
    value instanceof Uint8Array ? JSON.stringify(textOf(value)) : String(value),
  );
  return `${op}(${parts.join(", ")})`;
}

function shownResult(result: Result): string {
  if ("error" in result) return String((result.error as { code?: unknown }).code ?? result.error);
  const { value } = result;
  return value instanceof Uint8Array
    ? JSON.stringify(textOf(value))
    : (JSON.stringify(value) ?? "");
}
