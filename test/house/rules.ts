// The rules of the house as code: which room may import which, what only one
// room may touch, how files are named and opened. `imports.test.ts` runs them
// over src/ and over made-up trees. The tables are the rules: change them here
// and in docs, never by an exception inside a check.

import { posix } from "node:path";

import { scanSource, type SourceScan } from "./source-scan.ts";

/** A tree of sources: paths relative to the checkout, such as `src/core/level.ts`, and texts. */
export type SourceTree = ReadonlyMap<string, string>;

/**
 * The arrows: what a room may import besides itself, by room or by file. The
 * room of src/index.ts is `index`.
 */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  filters: ["core"],
  formatters: ["core"],
  rotation: [],
  platform: [
    "rotation/fs-op.ts",
    // A journal is memory, which is the platform's, and bytes with a meaning, which is the protocol's.
    "rotation/journal.ts",
    "rotation/journal-layout.ts",
    "rotation/line-store.ts",
    "rotation/log-site.ts",
    "core/errors.ts",
    // How an error names the value that it refuses.
    "core/refusal.ts",
    "core/value.ts",
  ],
  handlers: ["core", "rotation", "platform", "formatters", "filters"],
  reader: ["rotation", "platform"],
  ship: ["core", "reader", "platform"],
  adapters: ["core", "filters", "formatters", "platform", "handlers", "config"],
  config: ["core", "filters", "formatters", "rotation", "platform", "handlers", "ship"],
  storm: [
    "index",
    "core",
    "filters",
    "formatters",
    "rotation",
    "platform",
    "handlers",
    "reader",
    "ship",
    "config",
  ],
  // What the options of a command mean for a log is what a handler's mean.
  cli: ["core/zone.ts", "rotation", "platform", "config", "storm", "reader"],
  testing: ["core", "filters", "formatters", "rotation", "platform", "handlers"],
  index: [
    "core",
    "filters",
    "formatters",
    "rotation",
    "platform",
    "handlers",
    "ship",
    "config",
    "reader",
  ],
};

/** Node's modules that reach out of the process, and the rooms that may. */
const OUTWARD =
  /^node:(?:fs|net|tls|dgram|http|https|http2|child_process|worker_threads|cluster)(?:\/|$)/;
const MAY_REACH_OUT: readonly string[] = ["platform", "storm", "cli"];

/** Single files that may ask for single modules, with the reason. */
const EXCEPTIONS: readonly { file: string; specifier: string; reason: string }[] = [
  {
    file: "src/core/identity.ts",
    specifier: "node:worker_threads",
    reason: "a record says which thread it comes from; asked of a loaded Node, not imported",
  },
  {
    file: "src/core/identity.ts",
    specifier: "node:cluster",
    reason:
      "a record says which cluster worker it comes from; asked of a loaded Node, not imported",
  },
  {
    file: "src/core/source-file.ts",
    specifier: "node:fs",
    reason:
      "the place of a call in compiled code is in the source map beside it; asked of a loaded Node when a place is first shown, not imported",
  },
];

/** Rooms that may use packages from npm, all of them optional. */
const MAY_USE_PACKAGES: readonly string[] = ["platform", "ship", "config", "adapters"];

/** What the rotation room may not even name: time, chance and the process are steps there. */
const IMPURE =
  /(?<![.\w$"])(?:Date|process|Buffer|performance|crypto|globalThis|Intl|Temporal|set(?:Timeout|Interval|Immediate)|queueMicrotask)(?![\w$]|\s*\??:)|(?<![.\w$])Math\s*\.\s*random\b/;

/** Reading the clock: only core/clock.ts does, and the storm and the commands as people see them. */
const CLOCK = /\bDate\s*\.\s*now\s*\(|\bnew\s+Date\s*(?:\(\s*\)|(?![\s(\w$]))/;
const MAY_READ_CLOCK: readonly string[] = ["storm", "cli"];

const NAMELESS = /^(?:utils?|types?|commons?|helpers?|tools?)\.ts$/;
const MOST_LINES = 400;

/**
 * Every breach of the rules in a tree, one line each, in the order of files.
 *
 * @param exported - the targets that package.json exports, such as `./dist/index.js`.
 */
export function breaches(tree: SourceTree, exported: readonly string[]): string[] {
  const found: string[] = [];
  const graph = new Map<string, readonly string[]>();
  for (const [path, text] of tree) {
    const scan = scanSource(text);
    found.push(...fileBreaches(path, text, exported));
    // A test may import and use what it likes; it is no part of the product.
    if (path.endsWith(".test.ts")) continue;
    found.push(...codeBreaches(path, scan), ...importBreaches(path, scan, tree));
    graph.set(path, runtimeTargets(path, scan));
  }
  return [...found, ...cycles(graph)];
}

function roomOf(path: string): string {
  const [, room = "", ...rest] = path.split("/");
  return rest.length === 0 ? room.replace(/\.ts$/, "") : room;
}

function targetOf(path: string, specifier: string): string | null {
  return specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : null;
}

// A cycle through a type is none at run time. (The arrows count types too.)
function runtimeTargets(path: string, scan: SourceScan): string[] {
  return scan.imports
    .filter(({ typeOnly }) => !typeOnly)
    .flatMap(({ specifier }) => targetOf(path, specifier) ?? []);
}

function fileBreaches(path: string, text: string, exported: readonly string[]): string[] {
  const found: string[] = [];
  const name = posix.basename(path);
  if (NAMELESS.test(name)) found.push(`${path}: name the file after what it does`);
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test)?\.ts$/.test(name)) {
    found.push(`${path}: file names are kebab-case`);
  }
  const output = `./${path.replace(/^src\//, "dist/").replace(/\.ts$/, ".js")}`;
  if (name === "index.ts" && !exported.includes(output)) {
    found.push(`${path}: an index.ts that package.json does not export`);
  }
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  if (lines > MOST_LINES) found.push(`${path}: ${lines} lines, more than ${MOST_LINES}`);
  if (!path.endsWith(".test.ts") && !/^(?:#![^\n]*\n)?\/\/ \S/.test(text)) {
    found.push(`${path}: does not open with a comment that says what lives here`);
  }
  return found;
}

function codeBreaches(path: string, scan: SourceScan): string[] {
  const room = roomOf(path);
  const found: string[] = [];
  for (const [index, line] of scan.code.split("\n").entries()) {
    const impure = room === "rotation" ? IMPURE.exec(line) : null;
    if (impure !== null) {
      found.push(`${path}:${index + 1}: ${impure[0]} in the rotation room; make it a step`);
    }
    if (path !== "src/core/clock.ts" && !MAY_READ_CLOCK.includes(room) && CLOCK.test(line)) {
      found.push(`${path}:${index + 1}: reads the clock; only core/clock.ts may`);
    }
  }
  return found;
}

function importBreaches(path: string, scan: SourceScan, tree: SourceTree): string[] {
  const found: string[] = [];
  for (const { specifier, line } of scan.imports) {
    const reason = importBreach(path, specifier, tree);
    if (reason !== null) found.push(`${path}:${line}: ${reason}`);
  }
  return found;
}

/** What is wrong with one import, or null. */
function importBreach(path: string, specifier: string, tree: SourceTree): string | null {
  const room = roomOf(path);
  const target = targetOf(path, specifier);
  if (target !== null) {
    if (!tree.has(target)) return `imports ${specifier}, which is not there`;
    if (target.endsWith(".test.ts")) return `imports the test ${specifier}`;
    const file = target.replace(/^src\//, "");
    const allowed = ARROWS[room];
    if (allowed === undefined) return `room '${room}' is not in the table of arrows`;
    const other = roomOf(target);
    if (other === room || allowed.includes(other) || allowed.includes(file)) return null;
    return `${room} must not import ${file}`;
  }
  if (!specifier.startsWith("node:")) {
    return MAY_USE_PACKAGES.includes(room) ? null : `${room} must not import package ${specifier}`;
  }
  if (room === "rotation") return `rotation must not import ${specifier}`;
  const excepted = EXCEPTIONS.some((each) => each.file === path && each.specifier === specifier);
  if (OUTWARD.test(specifier) && !MAY_REACH_OUT.includes(room) && !excepted) {
    return `${room} must not import ${specifier}; only platform may`;
  }
  return null;
}

/** Each cycle of imports once, as the files on it. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    const from = trail.indexOf(path);
    if (from !== -1) {
      found.push(`import cycle: ${[...trail.slice(from), path].join(" -> ")}`);
      return;
    }
    if (done.has(path)) return;
    trail.push(path);
    for (const next of graph.get(path) ?? []) visit(next);
    trail.pop();
    done.add(path);
  };
  for (const path of graph.keys()) visit(path);
  return found;
}
