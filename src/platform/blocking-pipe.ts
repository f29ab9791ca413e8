// The process's stdout and stderr where they are pipes: Node hands a pipe what it takes at
// once and keeps the rest in memory, which is lost when the process exits, by whatever
// way. Handlers that write there come here, so that a line whose call has returned is
// with the kernel. Other streams are left as they are.

import { readProperty } from "../core/value.ts";

/**
 * Has writes to the process's stdout or stderr wait until the pipe has taken them: what
 * Node documents for pipes on POSIX, and does only while there is room. A reader that
 * stands still then holds up the writer, as it does with `fs.writeSync`.
 */
export function makeBlocking(stream: object): void {
  const fd = readProperty(stream, "fd");
  if (fd !== 1 && fd !== 2) return;
  const handle = readProperty(stream, "_handle");
  if (typeof handle !== "object" || handle === null) return;
  const setBlocking = readProperty(handle, "setBlocking");
  if (typeof setBlocking === "function") setBlocking.call(handle, true);
}
