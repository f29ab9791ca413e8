// The program of one contestant: one logger, one scenario, for its whole life. A
// process of its own, because loggers in one process would spoil each other: V8
// compiles what they share (fs, Buffer, JSON, the loop here) for all of them at once,
// and one's garbage is collected in the other's time. It does what the contest tells
// it, a slice at a time, and waits in between.

import { setImmediate } from "node:timers/promises";

import { FIRST_CALL } from "../scenarios.mjs";
import { LineCounter, untilStill, untilWritten, writtenBytes } from "./written-lines.mjs";

let entry;
let setting;
let counter;
let lineBytes = null;

process.on("message", (order) => {
  obey(order).then(
    (answer) => process.send(answer),
    (error) => process.send({ failed: String(error?.stack ?? error) }),
  );
});
process.on("disconnect", () => process.exit());
process.send({ ready: true });

async function obey(order) {
  if (order.task === "open") return open(order.setting);
  if (order.task === "slice") return slice(order.count);
  if (order.task === "weigh") return weigh(order.count);
  await entry.close?.();
  return { closed: true };
}

async function open(given) {
  setting = given;
  counter = new LineCounter(setting.folder);
  const { open: openLogger } = await import(`../contestants/${setting.logger}.mjs`);
  entry = await openLogger(setting);
  return { opened: true };
}

/** Logs `count` records and waits until all of them are in the file. */
async function slice(count) {
  const { call, calls, flush } = entry;
  const before = writtenBytes(setting.folder);
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  if (calls !== undefined) goRound(calls, count);
  else if (setting.perTurn > 0) await inTurns(call, count, setting.perTurn);
  else for (let i = 0; i < count; i += 1) call(FIRST_CALL + i);
  const called = process.hrtime.bigint();
  await flush?.();
  if (entry.writesLater && lineBytes !== null) {
    await untilWritten(setting.folder, before + count * lineBytes);
  }
  const end = process.hrtime.bigint();
  const { user, system } = process.cpuUsage(cpu);
  const first = await countLines(count, before);
  return {
    ns: Number(end - start) / count,
    callNs: Number(called - start) / count,
    cpuNs: ((user + system) * 1000) / count,
    memory: process.memoryUsage(),
    line: first,
  };
}

/** Logs `count` records without a collection of garbage, and says how much there is then. */
async function weigh(count) {
  const { call, flush } = entry;
  globalThis.gc();
  const before = process.memoryUsage();
  for (let i = 0; i < count; i += 1) call(FIRST_CALL + i);
  const after = process.memoryUsage();
  await flush?.();
  return {
    heapBytes: (after.heapUsed - before.heapUsed) / count,
    bufferBytes: (after.external - before.external) / count,
  };
}

function goRound([a, b, c, d], count) {
  const sites = [a, b, c, d];
  for (let i = 0; i < count; i += 1) sites[i & 3](FIRST_CALL + i);
}

async function inTurns(call, count, perTurn) {
  for (let i = 0; i < count;) {
    const end = Math.min(count, i + perTurn);
    for (; i < end; i += 1) call(FIRST_CALL + i);
    await setImmediate();
  }
}

async function countLines(count, before) {
  if (entry.writesNothing) return null;
  if (entry.writesLater && lineBytes === null) await untilStill(setting.folder);
  const { lines, first } = counter.count();
  const expected = count * (entry.linesPerRecord ?? 1);
  if (lines !== expected) throw new Error(`${lines} lines are written, ${expected} should be`);
  lineBytes ??= (writtenBytes(setting.folder) - before) / count;
  return first;
}
