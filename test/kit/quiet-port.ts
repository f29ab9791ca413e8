// Ports for servers that go away and come back. The system hands out ports of its own
// choice to every process that asks, so one that is free for a moment may be another's in
// the next. These are below those, and each process has some of its own.

import { once } from "node:events";
import type { Server } from "node:net";

const LOWEST = 20_000;
const EACH = 20;
const PROCESSES = 600;

const first = LOWEST + (process.pid % PROCESSES) * EACH;
let given = 0;

/** A port that the system gives nobody unasked; they repeat after a while. */
export function quietPort(): number {
  return first + (given++ % EACH);
}

/** Has a server listen on loopback at such a port; resolves with it. */
export async function listenQuietly(server: Server): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const port = quietPort();
    server.listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
      return port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || tries >= EACH) throw error;
    }
  }
}
