// One logger's life in one go: opens it, logs some records, closes it. Other programs
// watch it from outside (strace), or let it kill itself in the middle of a turn.

import { FIRST_CALL } from "../scenarios.mjs";

const { count, kill, ...setting } = JSON.parse(process.argv[2]);
const { open } = await import(`../contestants/${setting.logger}.mjs`);
const { call, flush, close } = await open(setting);
for (let i = 0; i < count; i += 1) call(FIRST_CALL + i);
if (kill) process.kill(process.pid, "SIGKILL");
await flush?.();
await close?.();
// Some keep a stream or a worker open, which would keep the process.
if (setting.leaves) process.exit();
