// The shape of a line of JSON: which of our own keys it has, in which order, before and
// behind the message, what an error looks like in it, and where fields go. Made once by
// a formatter from its options, by the table of a preset; the writers of json-line.ts
// and json-encoder.ts only follow it. A shape never changes.

import { bytesOf } from "../core/line-bytes.ts";
import type { FieldRewrite } from "./json-rewrite.ts";
import { KeptKeys, keyPiece } from "./json-string.ts";
import type { JsonTimeKind } from "./json-time.ts";

/** What our own keys tell of a record; a record is such an object. */
export interface LineFacts {
  readonly levelno: number;
  readonly levelname: string;
  readonly name: string;
  readonly process: number;
}

/** What a record tells of its caller, where a line shows that. */
export interface CallerFacts {
  readonly pathname: string;
  readonly filename: string;
  readonly lineno: number;
  readonly funcName: string | null;
}

/** A piece of a line: bytes, with a value between them or without. */
export interface Segment<Facts> {
  /** A comma, a key and a colon; or more, if that stays the same in all lines. */
  readonly piece: Buffer;
  /** `time` is written apart; `fixed` has no value, its bytes say all. */
  readonly value: "time" | "fixed" | ((facts: Facts) => unknown);
  /** What is behind the value, such as the end of an object around it. */
  readonly close: Buffer | null;
}

/** How a line tells of an error. */
export interface ErrorShape {
  /**
   * `object`: one object with type, message, stack and all else; `pino`: the same as
   * pino's serializer makes it; `dotted`: a key each for type, message and stack.
   */
  readonly form: "object" | "pino" | "dotted";
  /**
   * The key of the object, or what can't stand beside those of the parts; null for a line
   * that shows no errors, and where nothing is in their way.
   */
  readonly key: string | null;
  /** The keys where there is one for each part. */
  readonly parts: ErrorParts | null;
  /**
   * Fields in which an Error becomes the line's, if the call has none; the first that
   * holds one does.
   */
  readonly fields: readonly string[];
}

/** Keys for the parts of an error; null for what is not shown. */
export interface ErrorParts {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly code: string | null;
}

/** What a preset says, before the options of a formatter are put in. */
export interface ShapePlan {
  readonly time: JsonTimeKind;
  readonly before: readonly Segment<LineFacts>[];
  readonly message: string;
  readonly after: readonly Segment<LineFacts>[];
  /** Whether the message comes behind all else; an empty one is left out then. */
  readonly isMessageLast: boolean;
  readonly caller: readonly (readonly [key: string, value: (facts: CallerFacts) => unknown])[];
  readonly error: ErrorShape;
  readonly stackInfo: string | null;
  /** The key of the object that holds the fields; null where they stand in the line itself. */
  readonly nest: string | null;
  /** Fields that get another name, if it is free. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Texts that leave `nest` for the line itself, and their names there. */
  readonly lifted: ReadonlyMap<string, string>;
  /** Names that stand where the fields do. */
  readonly taken: readonly string[];
  /** Names that `base` can't have where it stands elsewhere; null where it stands with the fields. */
  readonly reserved: readonly string[] | null;
}

/** The pieces of an error's parts, in bytes; see `ErrorParts`. */
export interface ErrorPieces {
  readonly type: Buffer;
  readonly message: Buffer;
  readonly stack: Buffer;
  readonly code: Buffer | null;
}

/** The compiled shape. */
export class JsonShape {
  readonly time: JsonTimeKind;
  readonly before: readonly Segment<LineFacts>[];
  readonly message: Buffer;
  readonly after: readonly Segment<LineFacts>[];
  readonly isMessageLast: boolean;
  readonly caller: readonly Segment<CallerFacts>[];
  readonly error: ErrorShape;
  readonly errorPiece: Buffer | null;
  readonly errorPieces: ErrorPieces | null;
  readonly stackInfo: Buffer | null;
  readonly nest: Buffer | null;
  readonly renamed: ReadonlyMap<string, string>;
  /** Null for none, which is what most lines ask. */
  readonly lifted: ReadonlyMap<string, Buffer> | null;
  /** What serializers and redaction make of fields and errors; null for neither. */
  readonly rewrite: FieldRewrite | null;
  /** Names of fields that need a look: they may get another name, or another place. */
  readonly special: ReadonlySet<string>;
  /** Those and what else is no affair of one field alone: an error in one is the line's. */
  readonly farReaching: ReadonlySet<string>;
  /** The keys of fields, kept as bytes; those of `special` are special to them. */
  readonly keys: KeptKeys;
  /** The names of special fields in bytes, but for those that had to be made up. */
  readonly #pieces: ReadonlyMap<string, Buffer>;
  readonly #taken: ReadonlySet<string>;
  readonly #errorNames: ReadonlySet<string>;

  constructor(plan: ShapePlan, rewrite: FieldRewrite | null) {
    const { nest, stackInfo, lifted, caller, error } = plan;
    this.time = plan.time;
    this.before = plan.before;
    this.message = keyPiece(plan.message);
    this.after = plan.after;
    this.isMessageLast = plan.isMessageLast;
    this.caller = caller.map(([key, value]) => segment(key, value));
    this.error = error;
    this.errorPiece = error.key === null ? null : keyPiece(error.key);
    this.errorPieces = error.parts === null ? null : errorPieces(error.parts);
    this.stackInfo = stackInfo === null ? null : keyPiece(stackInfo);
    this.nest = nest === null ? null : keyPiece(nest);
    this.renamed = plan.renamed;
    const pieces = [...lifted].map(([key, name]) => [key, keyPiece(name)] as const);
    this.lifted = lifted.size === 0 ? null : new Map(pieces);
    this.rewrite = rewrite;
    const callerNames = caller.map(([key]) => key);
    this.#taken = new Set([
      ...plan.taken,
      ...callerNames,
      ...(stackInfo === null ? [] : [stackInfo]),
    ]);
    this.#errorNames = new Set(namesOf(error));
    this.special = new Set([
      ...this.#taken,
      ...this.#errorNames,
      ...plan.renamed.keys(),
      ...lifted.keys(),
    ]);
    this.farReaching = new Set([...this.special, ...error.fields]);
    const names = [...this.special, ...plan.renamed.values()];
    this.#pieces = new Map(names.map((name) => [name, keyPiece(name)]));
    this.keys = new KeptKeys((key) => this.special.has(key));
  }

  /** A comma, the name of a special field, and a colon. */
  pieceOf(name: string): Buffer {
    return this.#pieces.get(name) ?? keyPiece(name);
  }

  /** Whether a key is one of ours where the fields stand; those of an error only if there is one. */
  isOurs(key: string, hasError: boolean): boolean {
    return this.#taken.has(key) || (hasError && this.#errorNames.has(key));
  }

  /** Whether a key is that of the line's error, or of a part of it. */
  isErrorName(key: string): boolean {
    return this.#errorNames.has(key);
  }
}

function errorPieces({ type, message, stack, code }: ErrorParts): ErrorPieces {
  return {
    type: keyPiece(type),
    message: keyPiece(message),
    stack: keyPiece(stack),
    code: code === null ? null : keyPiece(code),
  };
}

/** The names that `base` can't have, since a line may have them already. */
export function reservedNames(plan: ShapePlan): readonly string[] {
  const { taken, error, stackInfo, caller, reserved } = plan;
  const own = [...taken, ...namesOf(error), ...caller.map(([key]) => key)];
  return reserved ?? (stackInfo === null ? own : [...own, stackInfo]);
}

function namesOf({ key, parts }: ErrorShape): string[] {
  const names: readonly (string | null)[] = parts === null ? [] : Object.values(parts);
  return [key, ...names].filter((name) => name !== null);
}

/** A key with its value. */
export function segment<Facts>(
  key: string,
  value: "time" | ((facts: Facts) => unknown),
): Segment<Facts> {
  return { piece: keyPiece(key), value, close: null };
}

/** Bytes that are the same in every line. */
export function fixedSegment(text: string): Segment<LineFacts> {
  return { piece: bytesOf(text), value: "fixed", close: null };
}
