// Imports packages and prints what that took: `time` in milliseconds, or `count`, the
// modules loaded, of either kind, as the engine's debugger interface tells of them.

const [what, ...packages] = process.argv.slice(2);

if (what === "time") {
  const start = performance.now();
  for (const name of packages) await import(name);
  print({ ms: performance.now() - start });
} else {
  const { Session } = await import("node:inspector");
  const session = new Session();
  session.connect();
  const scripts = new Set();
  session.on("Debugger.scriptParsed", ({ params }) => scripts.add(params.url));
  session.post("Debugger.enable");
  // What is there before, such as this file, is told at once.
  scripts.clear();
  for (const name of packages) await import(name);
  session.disconnect();
  const modules = [...scripts].filter((url) => url.startsWith("file:") || url.startsWith("/"));
  print({ modules: modules.length });
}

function print(answer) {
  process.stdout.write(JSON.stringify(answer));
}
