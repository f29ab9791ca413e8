// What surrounds a log call: the fields, and maybe a level, that `withContext` gave to
// everything that runs within it, across awaits, timers and events. Loggers ask here
// for each call that is on, once there can be an answer; before that a call costs one
// comparison and there is no AsyncLocalStorage. Nothing here may throw into a log call.

import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";

import { bindFields, checkFields, joinedFields } from "./bound-fields.ts";
import { askProvider } from "./context-provider.ts";
import type { ContextProvider } from "./context-provider.ts";
import { typeError } from "./errors.ts";
import { checkLevelInAnyCase } from "./level.ts";
import type { Level } from "./level.ts";
import { checkOptionNames } from "./options.ts";
import { typeRefusal } from "./refusal.ts";
import { changePlans } from "./staleness.ts";
import { isTracing, traceFields } from "./trace-context.ts";
import { shortRepr } from "./value.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What else a context may say. */
export interface ContextOptions {
  /**
   * The level that counts for all loggers within, in place of their own: lower to see
   * more, higher to see less. Not given: that of the context around, if it has one.
   */
  readonly level?: Level | null | undefined;
}

interface Scope {
  /** Of all contexts around, the innermost last; null for none. Never given away. */
  readonly fields: Fields | null;
  readonly level: number | null;
  /** What getContext gives, once it was asked. */
  shown: Fields | null;
}

const OPTIONS: readonly string[] = ["level"];
const NOTHING: Fields = Object.freeze(Object.create(null) as Record<string, unknown>);

let storage: AsyncLocalStorage<Scope> | null = null;
/** "auto", until OpenTelemetry is seen, is nothing to ask. */
let provider: ContextProvider | "auto" | null = "auto";
let ask: (() => Fields | null) | null = null;

/** Whether there can be fields around a call: only then are they asked for. */
export let isContextual = false;

/** Whether a context has ever had a level: only then do loggers ask for it. */
export let hasContextLevels = false;

/**
 * Runs `fn` with fields that go with every log call made in it, and in all that it
 * starts: promises, timers, streams, events that are emitted from there. Within another
 * context its fields are added; a key of both keeps its place and gets the new value.
 * The fields come in front of those of `log.with()` and of the call, which win. Of an
 * object that can't be read there is a field that says so.
 * Returns what `fn` returns.
 *
 * @throws TypeError for fields that are no plain object, for what is no function and
 * for unknown options, ValueError or TypeError for a level that is none; and what `fn` throws.
 */
export function withContext<Result>(
  fields: object,
  fn: () => Result,
  options: ContextOptions = {},
): Result {
  if (typeof fn !== "function") {
    const accepted = "a function; it runs within the context";
    throw typeError(`withContext can't run ${shortRepr(fn)}; accepted: ${accepted}`, {
      value: fn,
      accepted,
    });
  }
  const scope = scopeOf(fields, options);
  return store().run(scope, fn);
}

/**
 * As withContext, for code that has nothing to wrap: from here on, for the rest of what
 * runs now and for all that it starts, until somebody else's context ends. In a script it
 * is there to the end; in a server use it only where each request has a run of its own.
 *
 * @throws as withContext.
 */
export function enterContext(fields: object, options: ContextOptions = {}): void {
  const scope = scopeOf(fields, options);
  store().enterWith(scope);
}

/** The fields of the contexts around, in a frozen null-prototype object; empty outside. */
export function getContext(): Readonly<Record<string, unknown>> {
  const scope = storage?.getStore();
  if (scope === undefined || scope.fields === null) return NOTHING;
  scope.shown ??= Object.freeze(bindFields(scope.fields, NOTHING));
  return scope.shown;
}

/**
 * `fn`, to be called from anywhere, as if from here: with the context of this moment,
 * and what else is kept in an AsyncLocalStorage (a trace, for one). For callbacks that
 * lose it, such as those of a pool that was made before. `this` and arguments are the caller's.
 *
 * @throws TypeError for what is no function.
 */
export function bindContext<Args extends unknown[], Result>(
  fn: (...args: Args) => Result,
): (...args: Args) => Result {
  if (typeof fn !== "function") {
    const accepted = "a function";
    throw typeError(`bindContext can't bind ${shortRepr(fn)}; accepted: ${accepted}`, {
      value: fn,
      accepted,
    });
  }
  return AsyncResource.bind(fn) as (...args: Args) => Result;
}

/**
 * Has `provider` asked for fields at every log call that is on; they come in front of those
 * of all contexts, which win. `"auto"`, the state at the start: `trace_id`, `span_id` and
 * `trace_flags` of the active span, if OpenTelemetry is there when loggers make their plans
 * (at their first call, and after each change of the logging), or from the first context
 * after it came. Null: nothing.
 *
 * What a provider throws, and a result that is neither a plain object nor null, is reported;
 * calls go on without it. A provider that logs isn't asked for those calls.
 *
 * @throws TypeError for anything else.
 */
export function setContextProvider(given: ContextProvider | "auto" | null): void {
  if (typeof given !== "function" && given !== "auto" && given !== null) {
    const accepted = 'a function that gives fields, "auto", or null';
    throw typeRefusal("a context provider", given, accepted);
  }
  provider = given;
  ask = typeof given === "function" ? askerOf(given) : null;
  isContextual = ask !== null || storage !== null;
  changePlans();
}

// Our own gives nothing amiss, and the same object while the span is the same.
function askerOf(given: ContextProvider): () => Fields | null {
  return given === traceFields ? traceFields : () => askProvider(given);
}

/** Looks whether there are traces now: when loggers make their plans, and with each context. */
export function noticeTracing(): void {
  if (ask !== null || provider !== "auto" || !isTracing()) return;
  ask = traceFields;
  isContextual = true;
}

/**
 * For log calls: the fields that surround this one, or null; to be read now, not to be
 * changed. While nothing changes they are the same object.
 */
export function contextFields(): Fields | null {
  const inner = storage?.getStore()?.fields ?? null;
  const given = ask === null ? null : ask();
  if (given === null) return inner;
  return inner === null ? given : joined(given, inner);
}

/** For loggers: the level that counts here in place of theirs; null for none. */
export function contextLevel(): number | null {
  return storage?.getStore()?.level ?? null;
}

// Calls in a row mostly have the same trace and the same context.
let lastGiven: Fields | null = null;
let lastInner: Fields | null = null;
let lastJoined: Fields = NOTHING;

function joined(given: Fields, inner: Fields): Fields {
  if (given !== lastGiven || inner !== lastInner) {
    lastJoined = joinedFields(given, inner);
    lastGiven = given;
    lastInner = inner;
  }
  return lastJoined;
}

function scopeOf(fields: object, options: ContextOptions): Scope {
  checkFields(fields);
  checkOptionNames(options, OPTIONS);
  noticeTracing();
  const outer = storage?.getStore();
  const level = options.level ?? null;
  return {
    fields: addedFields(outer?.fields ?? null, fields),
    level: level === null ? (outer?.level ?? null) : useLevel(level),
    shown: null,
  };
}

function useLevel(level: Level): number {
  const levelno = checkLevelInAnyCase(level);
  if (!hasContextLevels) {
    hasContextLevels = true;
    changePlans();
  }
  return levelno;
}

// Null as long as there is nothing: a context may be there for its level alone.
function addedFields(outer: Fields | null, fields: object): Fields | null {
  try {
    if (Object.keys(fields).length === 0) return outer;
    return joinedFields(outer, fields as Fields);
  } catch {
    // A proxy whose traps throw: what runs within is worth more than its fields.
    return joinedFields(outer, { fields: "[unreadable object]" });
  }
}

function store(): AsyncLocalStorage<Scope> {
  storage ??= new AsyncLocalStorage<Scope>();
  isContextual = true;
  return storage;
}
