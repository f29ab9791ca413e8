// One logger under the engine's profilers: first where the time goes, then, with the
// same calls again, where memory is allocated. Prints both as JSON, the most first.

import { Session } from "node:inspector/promises";

import { FIRST_CALL } from "../scenarios.mjs";

/** Microseconds, and bytes, between two samples. */
const SAMPLE_US = 200;
const SAMPLE_BYTES = 512;

const { count, ...setting } = JSON.parse(process.argv[2]);
const { open } = await import(`../contestants/${setting.logger}.mjs`);
const { call, flush, close } = await open(setting);
const session = new Session();
session.connect();
await log(count);
const time = await profileTime();
const memory = await profileMemory();
await close?.();
process.stdout.write(JSON.stringify({ time, memory }), () => process.exit());

async function log(records) {
  for (let i = 0; i < records; i += 1) call(FIRST_CALL + i);
  await flush?.();
}

async function profileTime() {
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: SAMPLE_US });
  await session.post("Profiler.start");
  await log(count);
  const { profile } = await session.post("Profiler.stop");
  const own = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const parts = new Map();
  for (const [i, id] of profile.samples.entries()) {
    add(parts, own.get(id), profile.timeDeltas[i]);
  }
  return ranked(parts);
}

async function profileMemory() {
  await session.post("HeapProfiler.startSampling", {
    samplingInterval: SAMPLE_BYTES,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  await log(count);
  const { profile } = await session.post("HeapProfiler.stopSampling");
  const parts = new Map();
  const visit = (node) => {
    if (node.selfSize > 0) add(parts, node.callFrame, node.selfSize);
    for (const child of node.children) visit(child);
  };
  visit(profile.head);
  return ranked(parts);
}

function add(parts, { functionName, url, lineNumber }, amount) {
  const file = url.split("/").slice(-2).join("/");
  const place = file === "" ? "" : `${file}:${lineNumber + 1}`;
  const key = `${functionName || "(anonymous)"}\n${place}`;
  parts.set(key, (parts.get(key) ?? 0) + amount);
}

function ranked(parts) {
  const total = [...parts.values()].reduce((sum, amount) => sum + amount, 0);
  return [...parts]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 15)
    .map(([key, amount]) => {
      const [name, place] = key.split("\n");
      return { name, place, share: amount / total, perCall: amount / count };
    });
}
