import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";

import { Handler } from "../core/handler.ts";
import { CollapseRepeatsHandler } from "../handlers/collapse-repeats.ts";
import { FileHandler } from "../handlers/file.ts";
import { FingersCrossedHandler } from "../handlers/fingers-crossed.ts";
import { LogQueue } from "../handlers/queue/log-queue.ts";
import { QueueHandler } from "../handlers/queue/queue.ts";
import { QueueListener } from "../handlers/queue/queue-listener.ts";
import { RotatingFileHandler } from "../handlers/rotating-file.ts";
import { StreamHandler } from "../handlers/stream.ts";
import { TimedRotatingFileHandler } from "../handlers/timed-rotating-file.ts";
import { WatchedFileHandler } from "../handlers/watched-file.ts";
import { CaptureHandler } from "./capture-handler.ts";
import { handlerCases } from "./handler-cases.ts";
import type { HandlerSetup } from "./handler-cases.ts";

class ArrayStream {
  readonly texts: string[] = [];
  isBroken = false;

  write(text: string): void {
    if (this.isBroken) throw new Error("planted");
    this.texts.push(text);
  }
}

const streamSetup: HandlerSetup<StreamHandler> = {
  make: () => new StreamHandler(new ArrayStream()),
  delivered: ({ stream }) => (stream as ArrayStream).texts,
  breakDelivery: ({ stream }) => ((stream as ArrayStream).isBroken = true),
};

/** A handler of one file, in a folder of its own. */
function fileSetup<Made extends Handler>(make: (path: string) => Made): HandlerSetup<Made> {
  const folders = new WeakMap<Handler, string>();
  return {
    make() {
      const folder = mkdtempSync(join(tmpdir(), "daybook-cases-"));
      const handler = make(join(folder, "app.log"));
      folders.set(handler, folder);
      return handler;
    },
    delivered(handler) {
      // Line breaks within a text are none of the handler's.
      const text = fileText(join(folders.get(handler) ?? "", "app.log"));
      return text === "" ? [] : text.trimEnd().split("\n");
    },
    cleanUp: (handler) => rmSync(folders.get(handler) ?? "", { recursive: true }),
  };
}

function fileText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** A handler before another one, whose formatter makes the texts. */
function targetSetup<Made extends Handler>(make: (target: Handler) => Made): HandlerSetup<Made> {
  const targets = new WeakMap<Handler, CaptureHandler>();
  return {
    make() {
      const target = new CaptureHandler();
      const handler = make(target);
      handler.setFormatter = (formatter) => target.setFormatter(formatter);
      target.handleError = (record, error) => handler.handleError(record, error);
      targets.set(handler, target);
      return handler;
    },
    delivered: (handler) => targets.get(handler)?.lines ?? [],
    breakDelivery(handler) {
      const target = targets.get(handler);
      assert.ok(target);
      target.handle = () => {
        throw new Error("planted");
      };
    },
  };
}

function queueSetup(): HandlerSetup<QueueHandler> {
  const ends = new WeakMap<Handler, { target: CaptureHandler; listener: QueueListener }>();
  return {
    make() {
      const queue = new LogQueue();
      const handler = new QueueHandler(queue);
      const target = new CaptureHandler();
      const listener = new QueueListener(queue, [target]);
      listener.start();
      ends.set(handler, { target, listener });
      return handler;
    },
    delivered: (handler) => ends.get(handler)?.target.lines ?? [],
    breakDelivery(handler) {
      handler.enqueue = () => {
        throw new Error("planted");
      };
    },
    cleanUp: (handler) => ends.get(handler)?.listener.stop(),
  };
}

const TIMED = { when: "MIDNIGHT", utc: true, strategy: "rename" } as const;

function keepsAll<Made extends Handler>(what: string, setup: HandlerSetup<Made>): void {
  describe(`${what} keeps every promise`, () => {
    for (const { name, run } of handlerCases(setup)) it(name, run);
  });
}

keepsAll("StreamHandler", streamSetup);
keepsAll("CaptureHandler", { make: () => new CaptureHandler(), delivered: ({ lines }) => lines });
keepsAll(
  "FileHandler",
  fileSetup((path) => new FileHandler(path)),
);
keepsAll(
  "WatchedFileHandler",
  fileSetup((path) => new WatchedFileHandler(path)),
);
for (const durability of ["write", "buffered"] as const) {
  keepsAll(
    `RotatingFileHandler with durability ${durability}`,
    fileSetup((path) => new RotatingFileHandler(path, { durability })),
  );
}
for (const durability of ["write", "fsync", "journal", "buffered"] as const) {
  keepsAll(
    `TimedRotatingFileHandler with durability ${durability}`,
    fileSetup((path) => new TimedRotatingFileHandler(path, { ...TIMED, durability })),
  );
}
keepsAll("QueueHandler with a QueueListener", queueSetup());
keepsAll(
  "FingersCrossedHandler, activated by everything,",
  targetSetup((target) => new FingersCrossedHandler(target, { activationLevel: "DEBUG" })),
);
keepsAll(
  "CollapseRepeatsHandler",
  targetSetup((target) => new CollapseRepeatsHandler(target)),
);
