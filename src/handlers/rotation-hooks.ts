// Python's two hooks of a rotating handler, `namer` and `rotator`, which may be set at
// any time, and the naming that follows from them. The protocol asks for the naming
// whenever it needs it. Nothing is set that was not tried.

import { refusal } from "../core/refusal.ts";
import type { Rotator } from "../platform/node-fs.ts";
import type { Method } from "../rotation/fs-op.ts";
import { makeNaming } from "../rotation/naming.ts";
import type { Naming } from "../rotation/naming.ts";
import type { Period, SuffixKind } from "../rotation/period.ts";
import { checkNamer, nameMaker } from "./namer-hook.ts";
import type { Namer } from "./namer-hook.ts";
import { hookOf } from "./rotating-options.ts";

/** What the hooks depend on. */
export interface HookSurroundings {
  readonly directory: string;
  /** The log's own name in it. */
  readonly base: string;
  readonly kind: SuffixKind | null;
  readonly periodAt: (instant: number) => Period;
  readonly compression: "" | Method;
}

/** Two instants that no two schedules put into the same period. */
const SAMPLES = [951_782_400, 1_709_294_400] as const;

export class RotationHooks {
  readonly #around: HookSurroundings;
  #namer: Namer | null = null;
  #rotator: Rotator | null = null;
  #naming: Naming;

  constructor(around: HookSurroundings) {
    this.#around = around;
    this.#naming = this.#makeNaming();
  }

  get naming(): Naming {
    return this.#naming;
  }

  get namer(): Namer | null {
    return this.#namer;
  }

  /** @throws {ValueError} for what is no function, or gives no usable paths. */
  set namer(namer: Namer | null) {
    if (hookOf("namer", namer, "(path) => path") !== null) {
      const { directory, base, kind, periodAt } = this.#around;
      const suffixes = kind === null ? ["1", "2"] : SAMPLES.map((at) => periodAt(at).suffix);
      const samples = suffixes.map((suffix) => `${base}.${suffix}`);
      // A period may have more than one file: one was full, or compressed when a late record came.
      checkNamer(
        namer as Namer,
        directory,
        base,
        kind === null ? samples : [...samples, `${samples[0]}.1`],
      );
    }
    this.#namer = namer;
    this.#naming = this.#makeNaming();
  }

  get rotator(): Rotator | null {
    return this.#rotator;
  }

  /** @throws {ValueError} for what is no function, and where files are compressed already. */
  set rotator(rotator: Rotator | null) {
    const { compression } = this.#around;
    if (hookOf("rotator", rotator, "(source, dest) => void") !== null && compression !== "") {
      const compress = compression === "gz" ? "gzip" : "zstd";
      throw refusal(`rotator beside compress '${compress}'`, rotator, "one of the two");
    }
    this.#rotator = rotator;
    this.#naming = this.#makeNaming();
  }

  /**
   * Whether the rotator makes the finished files. Those of periods need a namer, too:
   * without one a finished file would be called what the plain one was, and be given to
   * the rotator again and again.
   */
  get rotates(): boolean {
    return this.#rotator !== null && (this.#around.kind === null || this.#namer !== null);
  }

  /** What an application should be told about its hooks; null: nothing. */
  get remark(): string | null {
    if (this.#rotator === null || this.rotates) return null;
    return "the rotator has no effect without a namer, which tells the files it made from the others";
  }

  #makeNaming(): Naming {
    const { directory, base, kind } = this.#around;
    const namer = this.#namer === null ? null : nameMaker(this.#namer, directory);
    return makeNaming({ base, kind, namer, rotator: this.rotates });
  }
}
