// The options of FingersCrossedHandler, and what it makes of them: defaults put in, values
// checked, names resolved. Its constructor calls this before there is a handler.

import { checkLevelInAnyCase, ERROR } from "../core/level.ts";
import type { Level } from "../core/level.ts";
import { checkOptionNames } from "../core/options.ts";
import type { LogRecord } from "../core/record.ts";
import { typeRefusal } from "../core/refusal.ts";
import { COUNT, DURATION, DURATION_OR_EVER, numberOption } from "../filters/number-option.ts";
import { keyReader } from "../filters/record-key.ts";
import type { KeyReader, RecordKey } from "../filters/record-key.ts";

/** When FingersCrossedHandler hands on what it holds, and how much it holds. */
export interface FingersCrossedHandlerOptions {
  /** A record of this level or above activates the handler; ERROR if not given. */
  readonly activationLevel?: Level | undefined;
  /** Decides in place of `activationLevel`; which it does again where this throws, or gives a promise. */
  readonly activate?: ((record: LogRecord) => boolean) | undefined;
  /** How many records are held for each key, the last ones; 1000 if not given. */
  readonly capacity?: number | undefined;
  /** Records of this level and above are handed on in any case, at the latest at the end. */
  readonly passThroughLevel?: Level | null | undefined;
  /** What belongs together: a field's name, or a function. Not given: everything. */
  readonly key?: RecordKey | undefined;
  /**
   * Whether all that follows an activation is handed on at once, until reset() or
   * forget(). Not given: true with a `key`, false without one.
   */
  readonly stopBuffering?: boolean | undefined;
  /** So long after the last activation records are held back again; null, as if not given: never. */
  readonly resetAfterMs?: number | null | undefined;
  /** How many keys are held, the most recent ones, and as many that are open; 1000 if not given. */
  readonly maxKeys?: number | undefined;
  /** So long after its last record a key is forgotten; 300,000 (five minutes) if not given. */
  readonly idleMs?: number | undefined;
  /** False: where held records were logged is not looked for, which is most of their cost. */
  readonly findCaller?: boolean | undefined;
}

const OPTIONS: readonly string[] = [
  "activationLevel",
  "activate",
  "capacity",
  "passThroughLevel",
  "key",
  "stopBuffering",
  "resetAfterMs",
  "maxKeys",
  "idleMs",
  "findCaller",
];

/** The options with their defaults. */
export interface FingersCrossedSettings {
  readonly activationLevel: number;
  readonly activate: ((record: LogRecord) => boolean) | null;
  readonly capacity: number;
  readonly passThroughLevel: number;
  readonly key: KeyReader | null;
  readonly keyName: string | null;
  readonly stopBuffering: boolean;
  readonly resetAfterMs: number;
  readonly maxKeys: number;
  readonly idleMs: number;
  readonly findCaller: boolean;
}

/**
 * The settings that the options mean.
 *
 * @throws TypeError or ValueError that names the option that isn't accepted.
 */
export function readFingersCrossedOptions(
  options: FingersCrossedHandlerOptions,
): FingersCrossedSettings {
  checkOptionNames(options, OPTIONS);
  const { activate = null, key, passThroughLevel = null, resetAfterMs = null } = options;
  if (activate !== null && typeof activate !== "function") throw notAFunction(activate);
  return {
    activationLevel: checkLevelInAnyCase(options.activationLevel ?? ERROR),
    activate,
    capacity: numberOption("capacity", options.capacity ?? 1000, COUNT),
    passThroughLevel: passThroughLevel === null ? Infinity : checkLevelInAnyCase(passThroughLevel),
    key: key === undefined ? null : keyReader(key),
    keyName: typeof key === "string" ? key : null,
    stopBuffering: Boolean(options.stopBuffering ?? key !== undefined),
    resetAfterMs:
      resetAfterMs === null ? Infinity : numberOption("resetAfterMs", resetAfterMs, DURATION),
    maxKeys: numberOption("maxKeys", options.maxKeys ?? 1000, COUNT),
    idleMs: numberOption("idleMs", options.idleMs ?? 300_000, DURATION_OR_EVER),
    findCaller: Boolean(options.findCaller ?? true),
  };
}

function notAFunction(activate: unknown): TypeError {
  const accepted = "a function of the record";
  return typeRefusal("activate", activate, accepted);
}
