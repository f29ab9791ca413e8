// Which process and thread a record comes from, in Python's terms. Records read
// it; it is found on first use, not at import, and never changes afterwards.

/** The process and thread of this JavaScript realm. */
export interface Identity {
  readonly process: number;
  /** "MainProcess"; in a node:cluster worker "Worker-" and the worker's id. */
  readonly processName: string;
  /** Node's thread id: 0 on the main thread. */
  readonly thread: number;
  /** "MainThread"; in a worker thread "Thread-" and its id. */
  readonly threadName: string;
}

let found: Identity | null = null;

/** Who we are; the same object every time. */
export function identity(): Identity {
  found ??= find();
  return found;
}

// process.getBuiltinModule asks for a module without importing it, so that core
// depends on neither of these and an import of the library loads neither.
function find(): Identity {
  const threads = process.getBuiltinModule("node:worker_threads");
  // The types describe the module's namespace; what comes is its default export.
  const cluster: unknown = process.getBuiltinModule("node:cluster");
  const { worker } = cluster as { readonly worker?: { readonly id: number } };
  return {
    process: process.pid,
    processName: worker === undefined ? "MainProcess" : `Worker-${worker.id}`,
    thread: threads.threadId,
    threadName: threads.isMainThread ? "MainThread" : `Thread-${threads.threadId}`,
  };
}
