// `npm run build`: makes dist/ from src/. TypeScript compiles into a folder of its own;
// then the modules are put together, so that each door of the package loads one file and
// a few that it shares with others (see docs/adr/0021-bundled-build.md). The declarations
// stay one a module. dist/ is replaced at the end, at once, or not at all.

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix, sep } from "node:path";
import { rollup } from "@rollup/browser";

import { root } from "./setup.mjs";

/** What is loaded by its path in dist/, besides the doors and what the modules themselves name. */
const PROGRAMS = [
  "cli/main.js",
  // What the smoke test of other runtimes asks for the kind of lock.
  "platform/locks.js",
  "storm/specimens/stock.js",
  "storm/storm.js",
  "storm/storm-clock.js",
  "storm/storm-table.js",
];
/** What `import "daybook"` loads is one file. */
const MAIN = "/index.js";
const MAIN_CHUNK = "daybook";

const output = join(root, "build-package");
const dist = join(root, "dist");

rmSync(output, { recursive: true, force: true });
try {
  compile();
  await bundle();
  rmSync(dist, { recursive: true, force: true, maxRetries: 5 });
  renameSync(output, dist);
} catch (error) {
  console.error(`daybook: the build failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(output, { recursive: true, force: true });
}

function compile() {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const args = [tsc, "-p", "tsconfig.build.json", "--outDir", output];
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Error(error?.message ?? `tsc ended with exit code ${status}`);
}

/** Puts the bundles in the place of the modules. */
async function bundle() {
  const modules = takeModules();
  const entries = [...doors(), ...PROGRAMS];
  const built = await rollup({
    input: Object.fromEntries(entries.map((path) => [path.slice(0, -".js".length), `/${path}`])),
    external: (id) => !/^[./]/.test(id),
    // Nothing of a module is left out, and what it does, it does in the order of the imports.
    treeshake: false,
    plugins: [fromMemory(modules)],
    onwarn(warning) {
      // The helper that TypeScript writes for `using` asks for a `this` that no module has.
      if (warning.code !== "THIS_IS_UNDEFINED") throw new Error(warning.message);
    },
  });
  const { output: files } = await built.generate({
    format: "es",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name].js",
    generatedCode: "es2015",
    hoistTransitiveImports: false,
    minifyInternalExports: false,
    manualChunks: mainChunk(),
  });
  for (const { fileName, code } of files) {
    const path = join(output, fileName);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }
}

/** The modules as compiled, by their paths such as `/core/logger.js`; they are gone from the folder. */
function takeModules() {
  const paths = readdirSync(output, { recursive: true }).filter((path) => path.endsWith(".js"));
  return new Map(
    paths.map((path) => {
      const code = readFileSync(join(output, path), "utf8");
      rmSync(join(output, path));
      return [`/${path.replaceAll(sep, "/")}`, code];
    }),
  );
}

/** The files that package.json exports. */
function doors() {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.values(exports)
    .map((target) => target.default?.replace("./dist/", ""))
    .filter((path) => path !== undefined);
}

/**
 * Gives the bundler the modules. A module that another names by
 * `new URL("./it.js", import.meta.url)` becomes a file of its own, at its old place, and the URL
 * is right wherever the one that names it ends up.
 */
function fromMemory(modules) {
  const named = /new URL\("(\.\.?\/[^"]+\.js)", import\.meta\.url\)/g;
  return {
    name: "daybook",
    resolveId(target, importer) {
      if (!/^[./]/.test(target)) return null;
      const id = importer === undefined ? target : posix.resolve(posix.dirname(importer), target);
      if (!modules.has(id))
        throw new Error(`${importer ?? "the build"} wants ${id}, which is not there`);
      return id;
    },
    load(id) {
      return modules.get(id).replaceAll(named, (text, target) => {
        const other = posix.resolve(posix.dirname(id), target);
        // In the text of a message, say.
        if (!modules.has(other)) return text;
        const file = this.emitFile({ type: "chunk", id: other, fileName: other.slice(1) });
        return `import.meta.ROLLUP_FILE_URL_${file}`;
      });
    },
    resolveFileUrl: ({ relativePath }) =>
      `new URL(${JSON.stringify(relativePath.replace(/^(?!\.\.?\/)/, "./"))}, import.meta.url)`,
  };
}

/** Tells of a module whether it belongs to the main chunk. */
function mainChunk() {
  const members = new Set();
  const collect = (id, getModuleInfo) => {
    if (!id.startsWith("/") || members.has(id)) return;
    members.add(id);
    for (const imported of getModuleInfo(id)?.importedIds ?? []) collect(imported, getModuleInfo);
  };
  return (id, { getModuleInfo }) => {
    collect(MAIN, getModuleInfo);
    return id !== MAIN && members.has(id) ? MAIN_CHUNK : null;
  };
}
