// Socket handlers and the server at their other end, for tests: both made before each
// test and gone after it, with stderr captured. What it exports are the things of the
// test that is running.

import { afterEach, beforeEach } from "node:test";

import { makeLogRecord } from "../../src/core/record.ts";
import { SocketHandler } from "../../src/handlers/network/socket.ts";
import type { SocketHandlerOptions } from "../../src/handlers/network/socket.ts";
import { CapturedStderr } from "./captured-stderr.ts";
import { FrameServer } from "./frame-server.ts";

export const stderr: CapturedStderr = new CapturedStderr();
/** Not started yet. */
export let server: FrameServer = new FrameServer();
let handlers: SocketHandler[] = [];

/** Called once by a test file. */
export function useSocketHandlers(): void {
  beforeEach(() => {
    stderr.start();
    server = new FrameServer();
  });
  afterEach(async () => {
    for (const handler of handlers) handler.close();
    await Promise.all(handlers.map((handler) => handler.drain(30_000)));
    await server.stop();
    handlers = [];
    stderr.stop();
  });
}

/** Has the test's server be another one. */
export function serve(other: FrameServer): void {
  server = other;
}

/** Has a handler be closed after the test. */
export function track<T extends SocketHandler>(handler: T): T {
  handlers.push(handler);
  return handler;
}

/** A handler to the test's server that tries again soon. */
export function handlerOf(options: SocketHandlerOptions = {}): SocketHandler {
  const quick = { retryStartMs: 5, retryMaxMs: 20, closeTimeoutMs: 100 };
  return track(new SocketHandler("127.0.0.1", server.port, { ...quick, ...options }));
}

export function emit(
  handler: SocketHandler,
  msg: string,
  extra: Record<string, unknown> = {},
): void {
  handler.handle(makeLogRecord({ name: "app", msg, levelname: "INFO", levelno: 20, ...extra }));
}

/** The messages that the server has got. */
export function messages(): unknown[] {
  return server.records.map(({ msg }) => msg);
}
