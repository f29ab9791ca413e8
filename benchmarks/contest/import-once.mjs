// Imports packages and prints what that took, in a process of its own: `time` in
// milliseconds; `count`, the modules loaded, of either kind, as the engine's debugger
// interface tells of them; `memory` in MiB, and Node's own modules that came with it.
// One process does one of these, since each would spoil the others. Memory needs
// --expose-gc.

const [what, ...packages] = process.argv.slice(2);

const WAYS = { time, count, memory };
print(await WAYS[what]());

async function time() {
  const start = performance.now();
  await importAll();
  return { ms: performance.now() - start };
}

async function count() {
  const { Session } = await import("node:inspector");
  const session = new Session();
  session.connect();
  const scripts = new Set();
  session.on("Debugger.scriptParsed", ({ params }) => scripts.add(params.url));
  session.post("Debugger.enable");
  // What is there before, such as this file, is told at once.
  scripts.clear();
  await importAll();
  session.disconnect();
  const modules = [...scripts].filter((url) => url.startsWith("file:") || url.startsWith("/"));
  return { modules: modules.length };
}

async function memory() {
  // The second reading finds loaded what reading itself needs.
  taken();
  const [before, builtins] = [taken(), ownModules()];
  await importAll();
  const [after, all] = [taken(), ownModules()];
  return { mib: (after - before) / 2 ** 20, builtins: all - builtins };
}

async function importAll() {
  for (const name of packages) await import(name);
}

/** Bytes that are in use, in the engine's heap and outside of it. */
function taken() {
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** How many modules of Node's own are loaded, those counted that only Node itself can import. */
function ownModules() {
  return process.moduleLoadList.filter((name) => name.startsWith("NativeModule ")).length;
}

function print(answer) {
  process.stdout.write(JSON.stringify(answer));
}
