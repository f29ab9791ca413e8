// The thread of a WorkerQueueListener: it has the application's own module make the
// handlers, and gives them the records that come. Started by queue-thread.ts
// as a module of its own, never imported. Everything in here is a realm of its own: the
// loggers, level names and handlers of the application are not there.

import { closeHandlers, livingHandlers, shutdown } from "../../core/shutdown.ts";
import type { Handler } from "../../core/handler.ts";
import { typeError } from "../../core/errors.ts";
import { shortRepr } from "../../core/value.ts";
import { writeStdioDirectly } from "../../platform/worker-queue.ts";
import { threadSide } from "../../platform/worker-thread.ts";
import type { ThreadSide } from "../../platform/worker-thread.ts";
import { LogQueue } from "./log-queue.ts";
import { unpackRecord } from "./packed-record.ts";
import { QueueListener } from "./queue-listener.ts";
import { QueueTally } from "./queue-tally.ts";
import { packError } from "../worker-messages.ts";
import type { FromQueueThread, QueueGift, ToQueueThread } from "./queue-thread.ts";

class ThreadSideOfQueue {
  readonly #side: ThreadSide;
  readonly #tally: QueueTally;
  readonly #listener: QueueListener;

  constructor(side: ThreadSide, tally: QueueTally, listener: QueueListener) {
    this.#side = side;
    this.#tally = tally;
    this.#listener = listener;
  }

  run(): void {
    this.#side.listen((message) => this.#hear(message as ToQueueThread));
  }

  #hear(message: ToQueueThread): void {
    if (message.kind === "records") {
      for (const plain of message.records) this.#handle(plain);
    } else {
      this.#close();
      if (message.last) this.#side.letGo();
    }
  }

  #handle(plain: unknown): void {
    try {
      const record = unpackRecord(plain);
      if (record !== null) this.#listener.handle(record);
    } catch (error) {
      this.#tell({ kind: "trouble", error: packError(error) });
    } finally {
      this.#tally.addHandled();
      if (this.#tally.takeWish()) this.#tell({ kind: "progress" });
    }
  }

  // Handlers of another copy of the library are in no list but the module's own.
  #close(): void {
    const ours = new Set<unknown>(livingHandlers());
    const others = this.#listener.handlers.filter((handler) => !ours.has(handler));
    closeHandlers(others, "in the queue's thread");
    shutdown();
    this.#tally.addClosed();
  }

  #tell(message: FromQueueThread): void {
    this.#side.send(message);
  }
}

/** What the application's module makes of what it is given. */
async function makeHandlers({ module, data }: QueueGift): Promise<Iterable<Handler>> {
  const { default: make } = (await import(module)) as { readonly default?: unknown };
  if (typeof make !== "function") {
    const accepted = "a function that returns handlers";
    const text = `the default export of ${module} can't be ${shortRepr(make)}`;
    throw typeError(`${text}; accepted: ${accepted}`, { value: make, accepted });
  }
  return (await make(data)) as Iterable<Handler>;
}

function tellFailure(side: ThreadSide, error: unknown): void {
  side.send({ kind: "failed", error: packError(error) } satisfies FromQueueThread);
}

const side = threadSide();
if (side !== null) {
  const gift = side.data as QueueGift;
  const tally = new QueueTally(gift.cells);
  // Whatever ends the thread: nobody must wait for it then.
  process.once("exit", () => tally.fail());
  process.on("uncaughtExceptionMonitor", (error) => tellFailure(side, error));
  writeStdioDirectly();
  try {
    const { respectHandlerLevel } = gift;
    const handlers = await makeHandlers(gift);
    const listener = new QueueListener(new LogQueue(), handlers, { respectHandlerLevel });
    new ThreadSideOfQueue(side, tally, listener).run();
  } catch (error) {
    tellFailure(side, error);
    tally.fail();
    side.letGo();
  }
}
