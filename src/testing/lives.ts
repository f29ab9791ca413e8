// What processes do, as far as it depends on the results they were given: each
// program's histories as a tree whose branches are results. A generator can't be
// copied, but it can be run again with the same results, and what it asks for next
// is the same again. So a process's state is a point in this tree, a number; equal
// histories are one point, each is run once. The explorer owns one tree for a run.

import type { FileStat, FsOp } from "../rotation/fs-op.ts";

/**
 * What a program may ask for besides the steps of the protocol: to note that a record's
 * call has returned, or, with null for the line, that something else is done. `memory`
 * says all that the rest of the program depends on, its own list of things to do
 * aside: histories of one program that come to the same place with equal memories go on alike.
 */
export type ModelStep =
  | FsOp
  | { readonly op: "ack"; readonly line: string | null; readonly memory?: string };

/** The life of one process, run anew for each history. It must depend on its results alone. */
export type Program = () => Generator<ModelStep, void, unknown>;

/** The second half of a step that others can come between. */
export type SecondHalf =
  | {
      readonly op: "second half";
      readonly of: "readdir";
      readonly path: string;
      /** What was listed before, in which order, and up to which name. */
      readonly listed: readonly string[];
      readonly upTo: string | null;
      readonly descending: boolean;
    }
  | {
      readonly op: "second half";
      readonly of: "compress";
      readonly step: Extract<FsOp, { op: "compress" }>;
    };

/** What a step gave: a value, or the error that is thrown into the program. */
export type Result = { readonly value: unknown } | { readonly error: unknown };

/** A point in a process's life: what it asks for next, given all results so far. */
export interface Point {
  readonly id: number;
  readonly program: number;
  /** How many results it took to get here. */
  readonly depth: number;
  /** How many notes it has made on the way. */
  readonly notes: number;
  /** Null: nothing is left to do. */
  readonly next: ModelStep | SecondHalf | null;
  /** Between two halves of a step: the point before the first. */
  readonly whole: Point | null;
  /** What the program threw, if it ended so. */
  readonly thrown: string | null;
  readonly before: Point | null;
  /** What the step before gave. */
  readonly result: Result | null;
  readonly after: Map<unknown, Point>;
  /** Which fields of a stat the program has looked at; null before any result was given. */
  fields: Set<keyof FileStat> | null;
  /** The program itself, standing here, until it goes on. */
  life: ReturnType<Program> | null;
}

/** Stat fields that programs look at later than at once, by step. */
export type LateFields = Map<string, Set<keyof FileStat>>;

/** All histories of some programs. */
export class Lives {
  readonly points: Point[] = [];
  readonly #programs: readonly Program[];
  readonly #ends = new Map<number, Point>();
  readonly #merged = new Map<string, Point>();
  readonly #late: LateFields;
  /** Set when a field of the kind was met that was not known to be looked at later: all must begin again. */
  mustRestart = false;
  #standing: Point | null = null;

  /** @param late what earlier trees have learned, to which this one adds. */
  constructor(programs: readonly Program[], late: LateFields) {
    this.#programs = programs;
    this.#late = late;
  }

  first(program: number): Point {
    return this.#begin(program, null, null);
  }

  /** The point after a step's result. */
  after(point: Point, result: Result): Point {
    const known = point.fields === null ? undefined : point.after.get(keyOf(point, result));
    if (known !== undefined) return known;
    point.fields ??= new Set(this.#late.get(nameOf(point.next)));
    const next = this.#begin(point.program, point, result);
    // Only now is it known what the program looks at.
    point.after.set(keyOf(point, result), next);
    return next;
  }

  /** One point for all histories that go on alike: as many notes made, and the same memory. */
  merge(point: Point, memory: string): Point {
    const key = `${point.program} ${point.notes} ${memory}`;
    const known = this.#merged.get(key);
    if (known === undefined) this.#merged.set(key, point);
    return known ?? point;
  }

  /** One point for all that have nothing left to do. */
  ended(point: Point): Point {
    const known = this.#ends.get(point.program);
    if (known === undefined) this.#ends.set(point.program, point);
    return known ?? point;
  }

  /** The point between the two halves of a step. */
  between(point: Point, next: SecondHalf): Point {
    const key = `between ${JSON.stringify(next)}`;
    let between = point.after.get(key);
    if (between === undefined) {
      const id = this.points.length;
      between = { ...point, id, next, whole: point, life: null };
      this.points.push(between);
      point.after.set(key, between);
    }
    return between;
  }

  #begin(program: number, before: Point | null, result: Result | null): Point {
    const id = this.points.length;
    const outcome = this.#run(program, before, result);
    const depth = before === null ? 0 : before.depth + 1;
    const notes = before === null ? 0 : before.notes + (before.next?.op === "ack" ? 1 : 0);
    const point: Point = {
      id,
      program,
      depth,
      notes,
      before,
      result,
      ...outcome,
      whole: null,
      after: new Map(),
      fields: null,
    };
    this.points.push(point);
    return point;
  }

  #run(
    program: number,
    before: Point | null,
    result: Result | null,
  ): Pick<Point, "next" | "thrown" | "life"> {
    try {
      const life = before === null ? this.#fresh(program) : this.#standingAt(before);
      this.#standing = before;
      const turn =
        result === null || before === null ? life.next() : this.#give(life, before, result);
      if (turn.done === true) return { next: null, thrown: null, life: null };
      return { next: turn.value, thrown: null, life };
    } catch (error) {
      return { next: null, thrown: `threw ${String(error)}`, life: null };
    }
  }

  /** The program at a point: as it stands there, or run again with all results. */
  #standingAt(point: Point): ReturnType<Program> {
    const { life } = point;
    if (life !== null) {
      point.life = null;
      return life;
    }
    const path: Point[] = [];
    for (let at = point; at.before !== null; at = at.before) path.unshift(at);
    const again = this.#fresh(point.program);
    again.next();
    for (const { before, result } of path) {
      this.#standing = before;
      this.#give(again, before as Point, result as Result);
    }
    return again;
  }

  #fresh(program: number): ReturnType<Program> {
    return (this.#programs[program] as Program)();
  }

  #give(life: ReturnType<Program>, from: Point, result: Result): IteratorResult<ModelStep, void> {
    if ("error" in result) return life.throw(result.error);
    const { value } = result;
    return life.next(isStat(value) ? this.#watched(from, value) : value);
  }

  /** A stat that tells which of its fields the program looks at. */
  #watched(from: Point, stat: FileStat): FileStat {
    const note = (field: keyof FileStat): void => this.#note(from, field);
    return {
      get id() {
        note("id");
        return stat.id;
      },
      get kind() {
        note("kind");
        return stat.kind;
      },
      get size() {
        note("size");
        return stat.size;
      },
      get nlink() {
        note("nlink");
        return stat.nlink;
      },
      get mtime() {
        note("mtime");
        return stat.mtime;
      },
    };
  }

  /**
   * Two results that differ only in what the program doesn't look at are one. That
   * holds if it looks before it asks for its next step. Should it look later, when
   * results have been taken for one already, the step's name is noted and the
   * whole exploration begins again, with that field regarded from the start.
   */
  #note(from: Point, field: keyof FileStat): void {
    const fields = from.fields as Set<keyof FileStat>;
    if (fields.has(field)) return;
    if (this.#standing === from) {
      fields.add(field);
      return;
    }
    const name = nameOf(from.next);
    const late = this.#late.get(name) ?? new Set();
    this.#late.set(name, late.add(field));
    this.mustRestart = true;
  }
}

/** Stats are told apart by what was looked at, all else by all of it. */
function keyOf({ fields }: Point, result: Result): unknown {
  if ("error" in result)
    return `error ${String((result.error as { code?: unknown }).code ?? result.error)}`;
  const { value } = result;
  if (typeof value !== "object" || value === null) return value;
  if (isStat(value))
    return `stat ${[...(fields ?? [])]
      .toSorted()
      .map((field) => `${field}=${value[field]}`)
      .join()}`;
  return JSON.stringify(value instanceof Uint8Array ? [...value] : value);
}

/** Stats without a path are all of one kind: a step's own descriptor says nothing. */
function nameOf(step: ModelStep | SecondHalf | null): string {
  return step === null ? "" : "path" in step ? `${step.op} ${step.path}` : step.op;
}

function isStat(value: unknown): value is FileStat {
  return typeof value === "object" && value !== null && "nlink" in value;
}
