// The options of the JSON formatter: what they are called, what they may be, and the
// shape and limits that come of them. The formatter's constructor calls this once; all
// that is wrong with an option is said here, before the first line.

import { ValueError } from "../core/errors.ts";
import { bytesFrom } from "../core/line-bytes.ts";
import { checkOptionNames } from "../core/options.ts";
import { compileRedaction } from "../core/redaction.ts";
import type { RedactOption } from "../core/redaction.ts";
import { oneOf, refusal, typeRefusal } from "../core/refusal.ts";
import { isPlainObject, readProperty, repr } from "../core/value.ts";
import { checkLimits, JSON_LIMITS, JsonWalk } from "./json-limits.ts";
import type { JsonLimits } from "./json-limits.ts";
import { DAYBOOK_KEYS, PINO_KEYS, presetPlan } from "./json-presets.ts";
import type { JsonKeyNames, JsonLevelFormat, JsonPreset, PresetOptions } from "./json-presets.ts";
import { FieldRewrite } from "./json-rewrite.ts";
import { JsonShape, reservedNames } from "./json-shape.ts";
import { putValue } from "./json-value.ts";
import { serializers as standardSerializers } from "./serializers.ts";
import type { Serializers } from "./serializers.ts";

/** Other names for our own keys; null leaves one out, but not the message's. */
export type JsonKeys = { readonly [What in keyof JsonKeyNames]?: JsonKeyNames[What] | undefined };

/** The shape of a line, and how much of large values it shows. */
export interface JsonFormatterOptions {
  /**
   * Whose lines they are: `daybook` (if not given), `pino`, the Elastic Common Schema's
   * (`ecs`), or OpenTelemetry's log data model (`otel`).
   */
  readonly preset?: JsonPreset | undefined;
  /** Other names for our own keys, or null for those to leave out; with `daybook` and `pino`. */
  readonly keys?: JsonKeys | undefined;
  /** ISO 8601 in UTC, or milliseconds since 1970; with `daybook` (`iso`) and `pino` (`epochMs`). */
  readonly timeFormat?: "iso" | "epochMs" | undefined;
  /** `INFO`, `info`, or the number; with `daybook` (`name`) and `pino` (`number`, pino's own). */
  readonly levelFormat?: JsonLevelFormat | undefined;
  /** Fields of every line, such as a service's name; in `otel` they are those of Resource. */
  readonly base?: Readonly<Record<string, unknown>> | undefined;
  /** Whether lines say where the call was made; that costs microseconds a call. False. */
  readonly caller?: boolean | undefined;
  /** What to write in the place of a field, by its name; `error` or `err` is the line's error too. */
  readonly serializers?: Serializers | undefined;
  /** What is masked, by paths or by names at any depth; after the serializers. */
  readonly redact?: RedactOption | undefined;
  /** How deep values nest; what is deeper is `"[Object]"` or `"[Array]"`. 8 if not given. */
  readonly maxDepth?: number | undefined;
  /** How many items of an array or object are shown, then how many there are more. 1000. */
  readonly maxItems?: number | undefined;
  /** The length of strings in values, in UTF-16 units; the message is always whole. 65,536. */
  readonly maxLength?: number | undefined;
}

const OPTIONS: readonly string[] = [
  "preset",
  "keys",
  "timeFormat",
  "levelFormat",
  "base",
  "caller",
  "serializers",
  "redact",
  ...Object.keys(JSON_LIMITS),
];

const PRESETS: readonly JsonPreset[] = ["daybook", "pino", "ecs", "otel"];
const CALLER_KEYS: readonly string[] = ["file", "line", "function"];
const TIME_FORMATS = ["iso", "epochMs"] as const;
const LEVEL_FORMATS: readonly JsonLevelFormat[] = ["name", "lowercase", "number"];

/**
 * Reads the options.
 *
 * @param owner the formatter, to which the failures of serializers are put down
 * @throws TypeError or ValueError that names the value and what is accepted.
 */
export function readJsonOptions(
  options: JsonFormatterOptions,
  owner: object,
): { shape: JsonShape; limits: JsonLimits } {
  checkOptionNames(options, OPTIONS);
  const {
    maxDepth = JSON_LIMITS.maxDepth,
    maxItems = JSON_LIMITS.maxItems,
    maxLength = JSON_LIMITS.maxLength,
  } = options;
  const limits = checkLimits({ maxDepth, maxItems, maxLength });
  const preset = oneOf("preset", options.preset ?? "daybook", PRESETS);
  const plan = presetPlan(preset, presetOptions(preset, options, limits));
  return { shape: new JsonShape(plan, rewriteOf(options, preset, plan.error.key, owner)), limits };
}

function presetOptions(
  preset: JsonPreset,
  options: JsonFormatterOptions,
  limits: JsonLimits,
): PresetOptions {
  const isPino = preset === "pino";
  const {
    caller = false,
    timeFormat = isPino ? "epochMs" : "iso",
    levelFormat = isPino ? "number" : "name",
  } = options;
  if (preset === "ecs" || preset === "otel") refuseNames(preset, options);
  const made = {
    keys: keysOf(options.keys, isPino ? PINO_KEYS : DAYBOOK_KEYS, caller),
    timeFormat: oneOf("timeFormat", timeFormat, TIME_FORMATS),
    levelFormat: oneOf("levelFormat", levelFormat, LEVEL_FORMATS),
    caller: oneOf("caller", caller, [true, false]),
  };
  const ours = reservedNames(presetPlan(preset, { ...made, base: new Map() }));
  return { ...made, base: baseOf(options.base, ours, limits) };
}

// What these say is fixed by others: a line with other names would be neither theirs nor ours.
function refuseNames(preset: JsonPreset, options: JsonFormatterOptions): void {
  for (const name of ["keys", "timeFormat", "levelFormat"] as const) {
    if (options[name] === undefined) continue;
    const accepted = `"daybook" and "pino"`;
    const text = `${name} can't be given with the preset ${repr(preset)}`;
    throw new ValueError(`${text}; accepted: with ${accepted}`, { value: options[name], accepted });
  }
}

function keysOf(
  given: JsonKeys | undefined,
  standard: JsonKeyNames,
  caller: boolean,
): JsonKeyNames {
  checkOptionNames(given, Object.keys(standard));
  const keys = { ...standard } as Record<string, string | null>;
  for (const [what, key] of Object.entries(given ?? {})) {
    if (key === undefined) continue;
    if ((typeof key === "string" && key !== "") || (key === null && what !== "message")) {
      keys[what] = key;
      continue;
    }
    const accepted = what === "message" ? "a name" : "a name, or null";
    throw refusal(`the key of ${what}`, key, accepted);
  }
  const shown = Object.keys(keys).filter((what) => caller || !CALLER_KEYS.includes(what));
  const names = shown.map((what) => keys[what]).filter((key) => key !== null);
  const twice = names.find((key, at) => names.indexOf(key) !== at);
  if (twice !== undefined) throw refusal("two keys", twice, "a name for each");
  return keys as unknown as JsonKeyNames;
}

// Written once: what changes later doesn't show.
function baseOf(
  base: Readonly<Record<string, unknown>> | undefined,
  ours: readonly string[],
  limits: JsonLimits,
): ReadonlyMap<string, string> {
  const made = new Map<string, string>();
  if (base === undefined) return made;
  if (!isPlainObject(base)) throw notPlain("base", base, '{ service: "shop" }');
  for (const key of Object.keys(base)) {
    if (ours.includes(key)) {
      const accepted = `names other than ${ours.join(", ")}`;
      throw new ValueError(`base can't have ${repr(key)}; accepted: ${accepted}`, {
        value: key,
        accepted,
      });
    }
    const value = readProperty(base, key);
    const json = bytesFrom(256, (bytes) => putValue(bytes, 0, value, new JsonWalk(limits)));
    if (json !== null && json.length > 0) made.set(key, json.toString("utf8"));
  }
  return made;
}

function notPlain(name: string, value: unknown, example: string): TypeError {
  const accepted = `a plain object such as ${example}`;
  return typeRefusal(name, value, accepted);
}

function rewriteOf(
  { serializers = {}, redact }: JsonFormatterOptions,
  preset: JsonPreset,
  errorKey: string | null,
  owner: object,
): FieldRewrite | null {
  if (!isPlainObject(serializers)) {
    throw notPlain("serializers", serializers, "{ req: (request) => request.url }");
  }
  for (const [name, serializer] of Object.entries(serializers)) {
    if (typeof serializer === "function") continue;
    throw typeRefusal(`the serializer of ${repr(name)}`, serializer, "a function");
  }
  const redaction = redact === undefined ? null : compileRedaction(redact);
  if (redaction === null && Object.keys(serializers).length === 0) return null;
  const errorNames = [...new Set([...(errorKey === null ? [] : [errorKey]), "error", "err"])];
  const isGiven = errorNames.some((name) => Object.hasOwn(serializers, name));
  // pino writes its errors by one, if nobody gives it another.
  const standard =
    preset === "pino" && errorKey !== null && !isGiven
      ? { [errorKey]: standardSerializers.err }
      : {};
  return new FieldRewrite(owner, { ...standard, ...serializers }, redaction, errorNames);
}
