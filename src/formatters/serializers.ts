// Ready-made serializers for the values that web services log: an HTTP request, a
// response, an error. Their shapes are those of pino-std-serializers, which log tools
// for Node know. Applications give them to a formatter's `serializers`, and the
// formatter's pino preset writes its errors by one. They read whatever they are given,
// getters that throw included, and never throw or change it.

import { errorMessage, isError, readProperty } from "../core/value.ts";

/**
 * Turns a field's value into what is written in its place; undefined leaves the field
 * out. It is called with whatever a log call has under its name; its type may say what
 * that should be (TypeScript compares the parameters of methods both ways).
 */
export type Serializer = { serialize(value: unknown): unknown }["serialize"];

/** Serializers by the names of the fields that they are for. */
export type Serializers = Readonly<Record<string, Serializer>>;

/** How far a chain of causes, or a tree of errors, is followed; and how many members one shows. */
const DEEPEST = 20;
const MOST_MEMBERS = 1000;
/** How many errors one is made of at most: those that share members have many ways through them. */
const MOST_ERRORS = 1000;

/** How many more errors are told in full. */
interface Budget {
  left: number;
}

/**
 * Ready-made serializers, in the shapes of pino-std-serializers 7. What is not an object
 * of the kind they know comes back as it is.
 *
 * - `req`: `id`, `method`, `url`, `query`, `params`, `headers`, `remoteAddress`,
 *   `remotePort` of a request of node:http, Express, Fastify or hapi
 * - `res`: `statusCode` (null until the head is sent) and `headers` of a response
 * - `err`: `type`, `message` and `stack`, those of its causes behind its own,
 *   `aggregateErrors`, and what else the error has
 */
export const serializers: {
  readonly req: Serializer;
  readonly res: Serializer;
  readonly err: Serializer;
} = { req: serializeRequest, res: serializeResponse, err: serializeError };

function serializeRequest(value: unknown): unknown {
  if (!isObject(value)) return value;
  const info = readProperty(value, "info");
  const connection = isObject(info) ? info : readProperty(value, "socket");
  const shown: Record<string, unknown> = Object.create(null);
  shown["id"] = requestId(value, info);
  shown["method"] = readProperty(value, "method");
  shown["url"] = requestUrl(value);
  for (const key of ["query", "params"]) {
    const part = readProperty(value, key);
    if (part) shown[key] = part;
  }
  shown["headers"] = readProperty(value, "headers");
  if (isObject(connection)) {
    shown["remoteAddress"] = readProperty(connection, "remoteAddress");
    shown["remotePort"] = readProperty(connection, "remotePort");
  }
  return shown;
}

function requestId(request: object, info: unknown): unknown {
  const id = readProperty(request, "id");
  if (typeof id === "function") return called(request, id, "id");
  if (id) return id;
  return isObject(info) ? readProperty(info, "id") : undefined;
}

// Express keeps the URL from before its routers in originalUrl; hapi's is an object.
function requestUrl(request: object): unknown {
  const original = readProperty(request, "originalUrl");
  if (original) return original;
  const path = readProperty(request, "path");
  if (typeof path === "string") return path;
  const url = readProperty(request, "url");
  return (isObject(url) && readProperty(url, "path")) || url || undefined;
}

function serializeResponse(value: unknown): unknown {
  if (!isObject(value)) return value;
  const shown: Record<string, unknown> = Object.create(null);
  shown["statusCode"] = readProperty(value, "headersSent")
    ? readProperty(value, "statusCode")
    : null;
  const getHeaders = readProperty(value, "getHeaders");
  shown["headers"] =
    typeof getHeaders === "function"
      ? called(value, getHeaders, "getHeaders")
      : readProperty(value, "_headers");
  return shown;
}

function serializeError(value: unknown): unknown {
  return isErrorLike(value) ? shownError(value, [], { left: MOST_ERRORS }) : value;
}

function shownError(error: object, above: readonly object[], budget: Budget): object {
  budget.left -= 1;
  const within = [...above, error];
  const shown: Record<string, unknown> = Object.create(null);
  shown["type"] = errorType(error);
  shown["message"] = withCauses(error, "message", ": ");
  shown["stack"] = withCauses(error, "stack", "\ncaused by: ");
  const members = membersOf(error);
  if (members !== null) {
    shown["aggregateErrors"] = members.map((member) => shownMember(member, within, budget));
  }
  for (const key of enumerableKeys(error)) {
    if (shown[key] !== undefined) continue;
    const value = readProperty(error, key);
    // The causes are told by message and stack.
    if (!isErrorLike(value)) shown[key] = value;
    else if (key !== "cause" && !within.includes(value)) {
      shown[key] = shownMember(value, within, budget);
    }
  }
  return shown;
}

// Anybody may have put anything there, also an array that is none (a revoked proxy).
function membersOf(error: object): unknown[] | null {
  try {
    const members = readProperty(error, "errors");
    if (!Array.isArray(members)) return null;
    const count = Math.min(members.length, MOST_MEMBERS);
    return Array.from({ length: count }, (_, at): unknown => members[at]);
  } catch {
    return null;
  }
}

function shownMember(member: unknown, above: readonly object[], budget: Budget): unknown {
  if (!isErrorLike(member)) return member;
  if (above.includes(member)) return "[Circular]";
  const isTold = above.length < DEEPEST && budget.left > 0;
  return isTold ? shownError(member, above, budget) : errorMessage(member as Error);
}

function errorType(error: object): unknown {
  const maker = readProperty(error, "constructor");
  return typeof maker === "function" ? readProperty(maker, "name") : readProperty(error, "name");
}

// The error's own text and those of its causes. VError has a method for its cause, and
// says in its message what the cause says.
function withCauses(error: object, key: "message" | "stack", joint: string): string {
  const end = key === "message" ? ": ..." : "\ncauses have become circular...";
  const seen = new Set<object>();
  let told = "";
  let isTold = false;
  for (let next: unknown = error; isErrorLike(next);) {
    const text = readProperty(next, key);
    if (!isTold && typeof text === "string") told += text;
    if (seen.has(next) || seen.size >= DEEPEST) return told + end;
    seen.add(next);
    const cause = readProperty(next, "cause");
    next = typeof cause === "function" ? called(next, cause, "cause") : cause;
    isTold = typeof cause === "function" && key === "message";
    if (isErrorLike(next) && !isTold) told += joint;
  }
  return told;
}

// Those of its prototypes too, as pino shows them.
function enumerableKeys(error: object): string[] {
  const keys: string[] = [];
  try {
    for (const key in error) keys.push(key);
  } catch {
    // A proxy that doesn't tell.
  }
  return keys;
}

// oxlint-disable-next-line typescript/no-unsafe-function-type
function called(owner: object, method: Function, name: string): unknown {
  try {
    return method.call(owner);
  } catch {
    return `[${name} threw]`;
  }
}

function isErrorLike(value: unknown): value is object {
  if (isError(value)) return true;
  return isObject(value) && typeof readProperty(value, "message") === "string";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
