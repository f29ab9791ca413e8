// A folder for the logs of a FileHandler's tests: made before each test, with stderr
// captured, and removed after it when all handlers are closed. What it exports are the
// things of the test that is running.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "node:test";

import type { Handler } from "../../src/core/handler.ts";
import { INFO } from "../../src/core/level.ts";
import { Logger } from "../../src/core/logger.ts";
import { makeLogRecord } from "../../src/core/record.ts";
import type { Durability } from "../../src/handlers/rotating-options.ts";
import { nativeCalls } from "../../src/platform/native.ts";
import { CapturedStderr } from "./captured-stderr.ts";

/** Whether this machine can map a journal. */
export const hasJournal: boolean = (nativeCalls()?.memory ?? null) !== null;

/** Those that this machine has. */
export const DURABILITIES: readonly Durability[] = hasJournal
  ? ["buffered", "journal", "write", "fsync"]
  : ["buffered", "write", "fsync"];

/** The running test's folder, and the log in it. */
export let folder: string;
export let path: string;
export const stderr: CapturedStderr = new CapturedStderr();
const made: Handler[] = [];

/** Called once by a test file. */
export function usePlainLogs(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "daybook-plain-"));
    path = join(folder, "a.log");
    stderr.start();
  });
  afterEach(() => {
    for (const handler of made.splice(0)) handler.close();
    stderr.stop();
    rmSync(folder, { recursive: true, force: true });
  });
}

/** Has a handler closed after the test. */
export function closedAfter<T extends Handler>(handler: T): T {
  made.push(handler);
  return handler;
}

export function log(handler: Handler, ...messages: string[]): void {
  for (const msg of messages) handler.handle(makeLogRecord({ msg, levelno: INFO }));
}

export function loggerTo(handler: Handler): Logger {
  const logger = new Logger("plain", INFO);
  logger.addHandler(handler);
  return logger;
}

export function content(name: string = "a.log"): string {
  return readFileSync(join(folder, name), "utf8");
}
