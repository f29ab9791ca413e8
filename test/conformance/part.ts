// What a part of the conformance cases is to the runner: a name and a function
// that does with daybook what CPython did for one case. Parts live in parts/,
// one file each, and are listed in registry.ts. A part must not look at a case's
// expected answer, only at its input.

/** What a case asks for; each part knows the shape of its own inputs. */
export type CaseInput = Readonly<Record<string, unknown>>;

/** An error as a case records it. */
export interface ExpectedError {
  readonly type: string;
  readonly message: string;
  readonly cause?: ExpectedError;
  /** Index in `input.steps` of the step that raised. */
  readonly step?: number;
}

/** One line of a case file. */
export interface Case {
  readonly id: string;
  readonly part: string;
  readonly input: CaseInput;
  readonly output?: unknown;
  readonly error?: ExpectedError;
  readonly tags?: readonly string[];
}

/** One part of the cases. */
export interface Part {
  readonly name: string;
  /**
   * Does what the case says and returns its output as plain data, or throws
   * what daybook threw; `NotYet` where daybook lacks the feature.
   */
  readonly run: (input: CaseInput) => unknown;
  /** The local zone that a case of this part needs; absent: any zone will do. */
  readonly localZone?: (input: CaseInput) => string;
}

/** Thrown by a part for a case whose feature does not exist yet: counted, never dropped. */
export class NotYet extends Error {
  override name = "NotYet";
}

/** An error together with the index of the step that raised it. */
export class AtStep extends Error {
  override name = "AtStep";
  readonly step: number;

  constructor(step: number, cause: unknown) {
    super(`step ${step}`, { cause });
    this.step = step;
  }
}
