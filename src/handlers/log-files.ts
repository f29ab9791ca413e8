// The list of all handlers of this thread that write to a file, so that reopenLogs
// can find them: a handler that no logger has may be another's target. Handlers
// register themselves; the list must not keep one alive.

/** A handler that can open its file again. */
export interface LogFile {
  /** Closes the file and goes on in what is at its path. Never throws. */
  reopen(): void;
}

let files: WeakRef<LogFile>[] = [];
let pruneAt = 64;

/** Adds a handler to the list; for the handlers' constructors. */
export function registerLogFile(file: LogFile): void {
  if (files.length >= pruneAt) {
    files = files.filter((reference) => reference.deref() !== undefined);
    pruneAt = Math.max(64, files.length * 2);
  }
  files.push(new WeakRef(file));
}

/** Those that still exist, the oldest first. */
export function liveLogFiles(): readonly LogFile[] {
  return files.flatMap((reference) => reference.deref() ?? []);
}
