// What Nest's loggers are called with, in its own order: one message or several, plain
// objects behind them, maybe a stack, and the context last. NestLogger comes here for
// each call. The rules are those of Nest's ConsoleLogger, so that code that was written
// for that one logs the same here; nothing that was passed is dropped.

import { isError, isPlainObject, readProperty, toText } from "../../core/value.ts";

/** A call of one of Nest's methods, sorted. */
export interface NestCall {
  /** Each becomes a record of its own, as it becomes a line of its own with Nest. */
  readonly messages: readonly unknown[];
  /** The plain objects behind the first message; they go with each of them. */
  readonly params: readonly object[];
  /** The stack as it was passed, or null. */
  readonly stack: string | null;
  /** Null where the call names none. */
  readonly context: string | null;
}

/** One record's message and what goes behind it: fields, and maybe an Error. */
export interface NestMessage {
  readonly text: string;
  readonly extras: readonly unknown[];
}

/** For `log`, `warn`, `debug` and `verbose`: a string at the end is the context. */
export function readNestCall(args: readonly unknown[]): NestCall {
  const last = args.at(-1);
  const hasContext = args.length > 1 && typeof last === "string";
  const [first, ...rest] = hasContext ? args.slice(0, -1) : args;
  const params = rest.filter((arg) => isPlainObject(arg));
  const others = rest.filter((arg) => arg !== undefined && !isPlainObject(arg));
  return { messages: [first, ...others], params, stack: null, context: hasContext ? last : null };
}

/**
 * For `error` and `fatal`: a stack may stand behind the message, with or without a
 * context behind that, or at the end. Of two arguments, the second is the context
 * unless it looks like a stack.
 */
export function readNestError(args: readonly unknown[]): NestCall {
  const last = args.at(-1);
  if (args.length > 1 && isStack(last)) return { ...readNestCall(args.slice(0, -1)), stack: last };
  const call = readNestCall(args);
  const { messages } = call;
  const stack = messages.at(-1);
  if (args.length < 3 || messages.length < 2 || typeof stack !== "string") return call;
  return { ...call, messages: messages.slice(0, -1), stack };
}

/**
 * The records of a call. An Error behind a message goes with it; one in place of a message
 * brings its own. A function is called for its message, a class is named (Nest's rules).
 *
 * @throws what such a function throws, and what proxies do.
 */
export function nestMessages(call: NestCall): NestMessage[] {
  const made: { text: string; fields: object[]; error: Error | null }[] = [];
  for (const message of call.messages) {
    const before = made.at(-1);
    if (isError(message) && before !== undefined && before.error === null) before.error = message;
    else made.push(read(message));
  }
  const stack = call.stack;
  return made.map(({ text, fields, error }, index) => {
    const thrown = error ?? (stack === null || index > 0 ? null : errorOfStack(stack));
    const extras = [...fields, ...call.params];
    return { text, extras: thrown === null ? extras : [...extras, thrown] };
  });
}

function read(message: unknown): { text: string; fields: object[]; error: Error | null } {
  if (typeof message === "function") {
    const isClass = /^class\b/.test(Function.prototype.toString.call(message));
    return read(isClass ? message.name : (message as () => unknown)());
  }
  if (isError(message)) return { text: textOf(message), fields: [], error: message };
  if (!isPlainObject(message)) return { text: toText(message), fields: [], error: null };
  const { name, text } = messageIn(message);
  const fields: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(message)) {
    if (key !== name) fields[key] = readProperty(message, key);
  }
  return { text, fields: [fields], error: null };
}

function textOf(error: Error): string {
  const message = readProperty(error, "message");
  return typeof message === "string" && message !== "" ? message : toText(error);
}

/** Which property of an object is its message; it needs none: the rest are fields. */
function messageIn(object: object): { name: string | null; text: string } {
  for (const name of ["message", "msg"]) {
    const text = readProperty(object, name);
    if (typeof text === "string") return { name, text };
  }
  return { name: null, text: "" };
}

function isStack(value: unknown): value is string {
  return typeof value === "string" && /\n[ \t]+at .+:\d+:\d+/.test(value);
}

// Formatters print errors. Of this one only the stack is known, which begins with the rest.
function errorOfStack(stack: string): Error {
  const [, name = "Error", message] =
    /^(?:Uncaught )?([\p{L}$_][\p{L}\p{N}$_.]*)(?:: (.*))?$/mu.exec(stack) ?? [];
  const error = new Error(message ?? stack.split("\n", 1)[0] ?? "");
  const hidden = { configurable: true, writable: true, enumerable: false };
  Object.defineProperty(error, "stack", { ...hidden, value: stack });
  if (name !== "Error") Object.defineProperty(error, "name", { ...hidden, value: name });
  return error;
}
