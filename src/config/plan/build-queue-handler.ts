// What a document says of a QueueHandler: the queue, the listener at its other end, and
// the handlers that the listener serves. The listener is made with the handler and kept
// as its `listener`; starting it is the program's matter, as in CPython.

import type { Handler } from "../../core/handler.ts";
import { repr, shortRepr } from "../../core/value.ts";
import {
  abandonListener,
  isListenerSince,
  listenersSoFar,
} from "../../handlers/queue/listener-births.ts";
import { LogQueue } from "../../handlers/queue/log-queue.ts";
import { QueueListener } from "../../handlers/queue/queue-listener.ts";
import type { StartStop } from "../../handlers/queue/queue.ts";
import { buildCustom, call, resolved } from "./build-custom.ts";
import { ConfigEntry } from "./config-document.ts";
import type { ConfigDocument } from "./config-document.ts";
import { configError, inContext, located, pathTo } from "../config-error.ts";
import { extendsClass, handlerNamed } from "./named-handler.ts";
import { isTrue } from "./python-values.ts";
import { hasMethod, listAt } from "./value-shapes.ts";
import { seen } from "../registry/refused-promise.ts";
import { isClass } from "../registry/signature.ts";

/** What a queue handler's entry refers to, made and checked. */
export interface QueueParts {
  readonly queue: unknown;
  /** The class of the listener, or a function that makes one. */
  readonly listener: unknown;
  readonly handlers: readonly Handler[];
  readonly respectHandlerLevel: boolean;
}

const KEYS: readonly string[] = [
  "queue",
  "listener",
  "handlers",
  "respect_handler_level",
  "respectHandlerLevel",
];

/** @throws TypeError for a queue or listener that is none, ValueError for a handler, as CPython. */
export function queueArguments(document: ConfigDocument, entry: ConfigEntry): QueueParts {
  const queue = queueOf(document, entry);
  const listener = listenerOf(document, entry);
  const handlers = handlersOf(document, entry);
  const respect = respectOf(entry);
  return { queue, listener, handlers, respectHandlerLevel: isTrue(respect) };
}

/** Makes the listener, then the handler, and ties them together. */
export function makeQueueHandler(
  callable: unknown,
  parts: QueueParts,
  entry: ConfigEntry,
  ownKeys: readonly string[],
): unknown {
  const given = entry.argumentsWithout([...ownKeys, ...KEYS]);
  const queue = parts.queue ?? new LogQueue();
  const args = [queue, parts.handlers, { respectHandlerLevel: parts.respectHandlerLevel }];
  const { listener: maker } = parts;
  const mark = listenersSoFar();
  const listener = located(entry.pathOf("listener"), {}, (): unknown =>
    isClass(maker)
      ? Reflect.construct(maker as new () => object, args)
      : seen(Reflect.apply(maker as () => unknown, null, args), maker as () => unknown),
  );
  if (!hasMethod(listener, "start") || !hasMethod(listener, "stop")) {
    throw invalid("listener", listener, entry.pathOf("listener"));
  }
  // It may have started itself. A function may return one that was there before.
  if (isListenerSince(listener as StartStop, mark) ?? isClass(maker)) {
    entry.onFailure(() => abandonListener(listener as StartStop));
  }
  const handler = call(callable, { queue, ...given }, entry.path);
  (handler as { listener: StartStop }).listener = listener as StartStop;
  return handler;
}

function respectOf(entry: ConfigEntry): unknown {
  const [python, camel] = ["respect_handler_level", "respectHandlerLevel"] as const;
  if (!entry.has(python)) return entry.get(camel);
  if (!entry.has(camel)) return entry.get(python);
  throw configError("ValueError", `${python} and ${camel} should not be specified together`, {
    path: entry.pathOf(camel),
    value: entry.get(camel),
    accepted: `${python} or ${camel}, not both`,
  });
}

function queueOf(document: ConfigDocument, entry: ConfigEntry): unknown {
  const path = entry.pathOf("queue");
  const given = entry.get("queue") ?? null;
  if (given === null) return null;
  if (typeof given === "string") {
    const found = resolved(given, path);
    if (typeof found !== "function") throw invalid("queue", given, path);
    return call(found, {}, path);
  }
  if (hasMethod(given, "put")) return given;
  return buildCustom(customAt(document, "queue", given, path));
}

function listenerOf(document: ConfigDocument, entry: ConfigEntry): unknown {
  const path = entry.pathOf("listener");
  const given = entry.get("listener") ?? null;
  if (given === null) return QueueListener;
  const found =
    typeof given === "function"
      ? given
      : typeof given === "string"
        ? resolved(given, path)
        : buildCustom(customAt(document, "listener", given, path));
  const wrongClass = isClass(found) && !extendsClass(found, QueueListener) && !isStartStop(found);
  if (typeof found !== "function" || wrongClass) throw invalid("listener", given, path);
  return found;
}

/** Whether a class makes what can be started and stopped, such as a listener in another thread. */
function isStartStop(value: unknown): boolean {
  const prototype: unknown = (value as { prototype?: unknown }).prototype;
  return hasMethod(prototype, "start") && hasMethod(prototype, "stop");
}

function customAt(
  document: ConfigDocument,
  kind: string,
  given: unknown,
  path: string,
): ConfigEntry {
  if (typeof given !== "object" || given === null || !Object.hasOwn(given, "()")) {
    throw invalid(kind, given, path);
  }
  return new ConfigEntry(document, given, path, `a ${kind}'s entry`);
}

function handlersOf(document: ConfigDocument, entry: ConfigEntry): Handler[] {
  if (!entry.has("handlers")) return [];
  const path = entry.pathOf("handlers");
  return listAt(entry.get("handlers"), path).map((name, index) => {
    const place = { path: pathTo(path, index), value: name };
    const message = `Unable to set required handler ${repr(name)}`;
    const notYet = `Required handler ${repr(name)} is not configured yet`;
    return inContext(message, place, () => handlerNamed(document, name, place.path, notYet));
  });
}

function invalid(kind: string, value: unknown, path: string): Error {
  const accepted =
    kind === "queue"
      ? "a registered name, an entry with '()', or a queue"
      : "QueueListener, a class that extends it, a registered name, or an entry with '()'";
  const text = `Invalid ${kind} specifier ${shortRepr(value)}`;
  return configError("TypeError", text, { path, value, accepted });
}
