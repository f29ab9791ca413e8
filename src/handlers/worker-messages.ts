// What a log's worker thread and its maker say to each other besides lines, and how
// errors get across: a clone of an error would lose its code. Plain data only.

import type { EngineOwner } from "./log-engine.ts";

/** What the thread would tell a handler. */
export type Told =
  | {
      readonly kind: "failed";
      readonly error: unknown;
      readonly what: string;
      readonly dropped: number;
    }
  | { readonly kind: "trouble"; readonly error: unknown; readonly what: string }
  | { readonly kind: "notice"; readonly text: string; readonly error?: unknown }
  | { readonly kind: "maintained"; readonly removed: number; readonly archived: number }
  | { readonly kind: "recovered" | "settled" };

/** What the thread tells: what it would tell a handler, and that a run that was asked for is over. */
export type FromThread = Told | { readonly kind: "ran"; readonly id: number };

/** What the thread is asked for. */
export interface ToThread {
  readonly kind: "maintain";
  readonly id: number;
}

/** Tells a handler what its thread would. */
export function passOn(message: Told, owner: EngineOwner): void {
  switch (message.kind) {
    case "failed":
      return owner.failed(unpackError(message.error), message.what, message.dropped, null);
    case "trouble":
      return owner.trouble(unpackError(message.error), message.what);
    case "notice":
      return owner.notice(message.text, unpackError(message.error));
    case "maintained":
      return owner.maintained(message);
    case "recovered":
      return owner.recovered();
    case "settled":
      return owner.settled();
  }
}

/** Properties of Node's errors that reports and applications look at. */
const PROPERTIES = [
  "name",
  "message",
  "stack",
  "code",
  "errno",
  "syscall",
  "path",
  "dest",
] as const;

interface PlainError {
  readonly isError: true;
  readonly properties: Readonly<Record<string, string | number>>;
}

/** An error as plain data; whatever else was thrown as its text. */
export function packError(error: unknown): PlainError | string {
  if (!(error instanceof Error)) return String(error);
  const properties: Record<string, string | number> = {};
  for (const name of PROPERTIES) {
    const value: unknown = Reflect.get(error, name);
    if (typeof value === "string" || typeof value === "number") properties[name] = value;
  }
  return { isError: true, properties };
}

/** The error again, as far as it was packed. */
export function unpackError(packed: unknown): unknown {
  const { isError, properties } = (packed ?? {}) as Partial<PlainError>;
  if (isError !== true || properties === undefined) return packed;
  const error = new Error(String(properties["message"] ?? ""));
  for (const [name, value] of Object.entries(properties)) {
    Object.defineProperty(error, name, { value, configurable: true, writable: true });
  }
  return error;
}
