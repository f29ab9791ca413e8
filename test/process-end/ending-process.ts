// A process that logs so many lines in every durability class, each into a log of its
// own, and over a network, and then ends as its job says. The job comes as JSON; threads
// and cluster workers of the process run this file, too. What it could not do itself, a
// kill of a blocked process, it asks of its parent by a line on stdout.

import cluster from "node:cluster";
import { mkdirSync, writeSync } from "node:fs";
import { join } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

import type * as Main from "../../src/index.ts";
import type * as Network from "../../src/handlers/network/index.ts";
import { builtUrl } from "../kit/built.ts";
import { CLASSES, LINES } from "./classes.ts";
import type { Job } from "./classes.ts";

const { NullHandler, TimedRotatingFileHandler, getLogger, installProcessHooks } = (await import(
  builtUrl("index.js")
)) as typeof Main;
const { SocketHandler } = (await import(builtUrl("handlers/network/index.js"))) as typeof Network;

const job: Job = isMainThread ? (JSON.parse(process.argv[2] ?? "{}") as Job) : (workerData as Job);

type Logging = () => void;
const stayAlive = (): unknown => setInterval(() => {}, 1000);
const block = (): never => {
  for (;;);
};
// At once, although this thread may not come to another turn.
const tell = (): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none
  parentPort?.postMessage("logged");
  if (isMainThread) process.send?.("logged");
};
const raise = (): unknown => process.kill(process.pid, job.signal);

/** Each end: logs, and ends this process or lets it be ended. */
const ENDS: Readonly<Record<string, (log: Logging) => unknown>> = {
  natural: (log) => log(),
  exit: (log) => {
    log();
    process.exit(3);
  },
  promise: (log) =>
    void Promise.resolve().then(() => {
      log();
      process.exit(3);
    }),
  exception: (log) => {
    log();
    // In a turn of its own: the end of a module that fails is another matter.
    setImmediate(() => {
      throw new Error("nobody catches this");
    });
  },
  rejection: (log) => {
    log();
    void Promise.reject(new Error("nobody handles this"));
  },
  signal: (log) => {
    stayAlive();
    log();
    raise();
    // Without a listener, the end is here.
  },
  orderly: (log) => {
    stayAlive();
    process.once(job.signal, () => setTimeout(() => process.exit(5), 20));
    log();
    raise();
  },
  stuck: (log) => {
    stayAlive();
    process.on(job.signal, () => process.kill(process.pid, "SIGKILL"));
    log();
    raise();
  },
  abort: (log) => {
    log();
    process.abort();
  },
  blocked: (log) => {
    log();
    writeSync(1, "blocked\n");
    block();
  },
  told: (log) => {
    log();
    tell();
    block();
  },
  idle: (log) => {
    stayAlive();
    log();
    tell();
  },
  disconnected: (log) => {
    log();
    cluster.worker?.disconnect();
  },
};

/** Those that another thread or process brings about. */
const HOSTS: Readonly<Record<string, (inner: string) => unknown>> = {
  thread: startThread,
  "thread-terminate": (inner) => {
    const thread = startThread(inner);
    thread.on("message", () => void thread.terminate());
  },
  "thread-exit": (inner) => startThread(inner).on("message", () => process.exit(3)),
  cluster: forkWorker,
  "cluster-kill": (inner) => {
    const worker = forkWorker(inner);
    worker.on("message", () => worker.kill());
  },
  "cluster-primary": (inner) => {
    forkWorker(inner).on("message", () => process.kill(process.pid, "SIGKILL"));
  },
};

function startThread(end: string): Worker {
  return new Worker(new URL(import.meta.url), { workerData: { ...job, host: null, end } });
}

function forkWorker(end: string): ReturnType<typeof cluster.fork> {
  cluster.setupPrimary({ args: [JSON.stringify({ ...job, host: null, end })] });
  const worker = cluster.fork();
  worker.on("exit", (code, signal) => process.exit(signal === "SIGTERM" ? 100 : code));
  return worker;
}

async function openLogs(): Promise<Logging> {
  const names = Object.entries(CLASSES);
  await Promise.all(
    names.map(async ([name, options]) => {
      const log = getLogger(name);
      log.propagate = false;
      if (options === null) {
        log.addHandler(new SocketHandler("127.0.0.1", job.port, { closeTimeoutMs: 20_000 }));
        return;
      }
      mkdirSync(join(job.folder, name), { recursive: true });
      const handler = new TimedRotatingFileHandler(join(job.folder, name, "app.log"), options);
      log.addHandler(handler);
      // Until the thread runs, if there is one.
      await handler.maintain();
    }),
  );
  return () => {
    for (let line = 0; line < LINES; line += 1) {
      for (const [name] of names) getLogger(name).warning("%s %d", job.id, line);
    }
  };
}

if (job.host !== null) {
  HOSTS[job.host]?.(job.end);
} else {
  const failures = getLogger("failures");
  failures.addHandler(new NullHandler());
  failures.propagate = false;
  if (job.hooks) installProcessHooks({ logger: failures, drainTimeoutMs: 20_000 });
  ENDS[job.end]?.(await openLogs());
}
