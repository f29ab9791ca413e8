// No logger: finished lines, in the way of their class. Each is written at once, or
// copied behind the others into a batch of 64 KiB, which is then written. The least
// that a class can cost through Node; what is above it is the logger's own.

import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

const BATCH_BYTES = 65_536;

/** Opens the file of a contest; `line` is what to write, the same as the logger's. */
export async function open({ folder, durability, line }) {
  const fd = openSync(join(folder, "bench.log"), "a");
  const bytes = Buffer.from(`${line}\n`);
  const close = () => closeSync(fd);
  if (durability === "write") return { call: () => writeSync(fd, bytes), close };
  const batch = Buffer.allocUnsafe(BATCH_BYTES);
  let end = 0;
  const flush = () => {
    if (end > 0) writeSync(fd, batch, 0, end);
    end = 0;
  };
  const call = () => {
    if (end + bytes.length > BATCH_BYTES) flush();
    batch.set(bytes, end);
    end += bytes.length;
  };
  return { call, flush, close };
}
