// `npm run test:deep`: what takes too long for `npm test`, with a table for each
// part: the explorer, orders of steps drawn at random, a SIGKILL at every step, faults,
// system calls, lines by both ways, and the storm over many seeds. `--slice` runs a part
// of everything, in about six minutes; `--only kill,faults` some parts; `--seed N` the
// storm from a given seed on. Ends with code 1 if anything did not hold.

import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";

import { ensureTestsBuilt, root } from "./setup.mjs";

const { values } = parseArgs({
  options: {
    slice: { type: "boolean", default: false },
    only: { type: "string" },
    seed: { type: "string" },
  },
});
const { slice } = values;
const seed = Number(values.seed ?? randomInt(2 ** 31));

const part = (name) => ({
  name,
  command: [join("build", "test", "deep", "part.js"), name, ...(slice ? ["--slice"] : [])],
});
const stormOptions = {
  with: "all",
  rows: 3,
  processes: 6,
  periods: 6,
  "period-ms": 300,
  seeds: slice ? 8 : 50,
  seed,
  specimens: "none",
  "side-by-side": 2,
  ...(slice ? {} : { durability: "write,journal" }),
};
const storm = {
  name: "storm",
  command: [
    join("bin", "daybook.mjs"),
    "storm",
    "--kill",
    ...Object.entries(stormOptions).map(([name, value]) => `--${name}=${value}`),
  ],
};

// Side by side goes what needs one processor each; the storm wants the machine for itself.
const LANES = [["explorer"], ["calls", "ways", "orders", "faults", "kill"]];
const wanted = values.only?.split(",") ?? [...LANES.flat(), "storm"];
const unknown = wanted.filter((name) => ![...LANES.flat(), "storm"].includes(name));
if (unknown.length > 0) {
  console.error(`--only ${unknown.join(",")}; accepted: ${[...LANES.flat(), "storm"].join(", ")}`);
  process.exit(2);
}

ensureTestsBuilt();
const started = performance.now();
console.log(`deep tests${slice ? ", a slice of each" : ""}, node ${process.version}, seed ${seed}`);
const results = [];
await Promise.all(
  LANES.map(async (names) => {
    for (const name of names) if (wanted.includes(name)) await run(part(name));
  }),
);
if (wanted.includes("storm")) await run(storm);

console.log("\n=== deep tests, in all");
for (const { name, seconds, code } of results) {
  console.log(
    `${name.padEnd(10)} ${seconds.toFixed(0).padStart(5)} s  ${code === 0 ? "held" : "BROKEN"}`,
  );
}
console.log(
  `in all     ${((performance.now() - started) / 1000).toFixed(0).padStart(5)} s, seed ${seed}`,
);
process.exit(results.every(({ code }) => code === 0) ? 0 : 1);

/** Runs a part and prints what it said, in one piece, once it has ended. */
async function run({ name, command }) {
  console.log(`... ${name}`);
  const from = performance.now();
  const child = spawn(process.execPath, ["--enable-source-maps", ...command], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let told = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (told += text));
  }
  const code = await new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
  const seconds = (performance.now() - from) / 1000;
  results.push({ name, seconds, code });
  console.log(`\n=== ${name}, ${seconds.toFixed(0)} s\n${told.trimEnd()}`);
}
