import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { CALLS, PROGRAMS, writePrograms } from "../../test/kit/bundled-programs.ts";
import { placeInStack, UNKNOWN_CALLER } from "./caller.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "daybook-caller-")));
after(() => rmSync(folder, { recursive: true, force: true }));
writePrograms(folder, true);

const hierarchy = new URL("./hierarchy.js", import.meta.url).href;
const handler = new URL("./handler.js", import.meta.url).href;
const maps = new URL("./source-map.js", import.meta.url).href;
const queue = new URL("../handlers/queue/queue.js", import.meta.url).href;
const listener = new URL("../handlers/queue/queue-listener.js", import.meta.url).href;
const logQueue = new URL("../handlers/queue/log-queue.js", import.meta.url).href;
const memory = new URL("../handlers/memory.js", import.meta.url).href;

const DRIVER = `
  import { getLogger } from "${hierarchy}";
  import { Handler } from "${handler}";
  export const log = getLogger("app");
  log.setLevel("DEBUG");
  export class Places extends Handler {
    emit(record) {
      const { pathname, lineno, funcName } = record;
      console.log(JSON.stringify([record.getMessage(), pathname, lineno, funcName]));
    }
  }
  export const places = new Places();
`;
writeFileSync(join(folder, "driver.mjs"), DRIVER);

/** What a program of this text prints of its records' places. */
function placesOf(code: string, flags: readonly string[] = []): unknown[] {
  const file = join(folder, "program.mjs");
  writeFileSync(file, `import { log, places, Places } from "./driver.mjs";\n${code}`);
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, file], { encoding: "utf8" });
  assert.equal(stderr, "");
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

const RUN_ALL = `
  log.addHandler(places);
  for (const name of ${JSON.stringify(PROGRAMS)}) {
    const program = await import("./" + name);
    await (program.run ?? program.default.run)(log);
  }
`;

const EXPECTED = PROGRAMS.flatMap(() =>
  CALLS.map(([message, path, line, name]) => [message, join(folder, path), line, name]),
);

test("calls in bundled and compiled code have the place of their sources, whatever the flags", () => {
  assert.deepEqual(placesOf(RUN_ALL), EXPECTED);
  assert.deepEqual(placesOf(RUN_ALL, ["--enable-source-maps"]), EXPECTED);
});

test("they have it in a worker thread, too", () => {
  writeFileSync(
    join(folder, "thread.mjs"),
    `import { log, places } from "./driver.mjs";${RUN_ALL}`,
  );
  const code = `
    import { Worker } from "node:worker_threads";
    new Worker(new URL("./thread.mjs", import.meta.url));
  `;
  assert.deepEqual(placesOf(code), EXPECTED);
});

test("they keep it where the record is handled later: on a queue, and in memory", () => {
  const code = `
    import { LogQueue } from "${logQueue}";
    import { QueueHandler } from "${queue}";
    import { QueueListener } from "${listener}";
    import { MemoryHandler } from "${memory}";
    import { run } from "./minified.mjs";
    const waiting = new LogQueue();
    const listening = new QueueListener(waiting, [places]);
    const held = new MemoryHandler(100, { target: places });
    log.addHandler(new QueueHandler(waiting));
    log.addHandler(held);
    await run(log);
    listening.start();
    listening.stop();
    held.flush();
  `;
  const once = EXPECTED.slice(0, CALLS.length);
  assert.deepEqual(placesOf(code), [...once, ...once]);
});

test("with setSourceMaps(false) the place is where the running code is", () => {
  const code = `
    import { setSourceMaps } from "${maps}";
    setSourceMaps(false);
    log.addHandler(places);
    await (await import("./minified.mjs")).run(log);
  `;
  const lines = placesOf(code) as [string, string, number, string][];
  assert.deepEqual(lines[0], ["paid", join(folder, "minified.mjs"), 1, "n"]);
});

test("stacklevel counts frames of the sources, through wrappers and awaits", () => {
  const code = `
    log.addHandler(places);
    function wrapped(message) { log.logRecord("INFO", message, [], { stacklevel: 2 }); }
    function outer() { wrapped("sync"); }
    async function late() {
      await null;
      wrapped("async");
    }
    outer();
    await late();
  `;
  const file = join(folder, "program.mjs");
  assert.deepEqual(placesOf(code), [
    ["sync", file, 5, "outer"],
    ["async", file, 8, "late"],
  ]);
});

test("code that was made from a text has the place of who runs it, or the name it was given", () => {
  const code = `
    import vm from "node:vm";
    log.addHandler(places);
    globalThis.log = log;
    function host() { eval("log.info('eval')"); }
    host();
    vm.runInThisContext("\\nlog.info('named')", { filename: "/srv/made-up.js" });
  `;
  const file = join(folder, "program.mjs");
  assert.deepEqual(placesOf(code), [
    ["eval", file, 6, "host"],
    ["named", "/srv/made-up.js", 2, "<anonymous>"],
  ]);
});

test("a loader that compiles in memory is asked for the place, as it writes it in stacks", () => {
  writeFileSync(
    join(folder, "in-memory.cjs"),
    `
    require.extensions[".ts"] = (module, file) => {
      module._compile("\\n\\n\\nexports.run = function run(log) { log.info('x'); };", file);
    };
    Error.prepareStackTrace = (error, sites) =>
      String(error) + sites.map((site) => "\\n    at " + String(site).replace(/:4:\\d+/, ":1:5")).join("");
  `,
  );
  const code = `
    import { createRequire } from "node:module";
    const require = createRequire(import.meta.url);
    require("./in-memory.cjs");
    log.addHandler(places);
    require("./loaded.ts").run(log);
    require("./loaded.ts").run(log);
  `;
  const file = join(folder, "loaded.ts");
  writeFileSync(file, "export function run(log: Log) { log.info('x'); }");
  const place = ["x", file, 1, "run"];
  assert.deepEqual(placesOf(code), [place, place]);
});

test("a record that nobody asks for its place reads no file", () => {
  const code = `
    import fs from "node:fs";
    import { run } from "./minified.mjs";
    let opened = 0;
    const { openSync } = fs;
    fs.openSync = (...args) => { opened += 1; return openSync(...args); };
    class Silent extends Places { emit(record) { record.getMessage(); } }
    const silent = new Silent();
    log.addHandler(silent);
    await run(log);
    console.log(JSON.stringify(opened));
    log.removeHandler(silent);
    log.addHandler(places);
    await run(log);
    console.log(JSON.stringify(opened));
  `;
  const lines = placesOf(code);
  assert.equal(lines[0], 0);
  assert.equal(lines.at(-1), 2);
});

test("a place in the text of a stack is that of its first frame with a file, mapped", () => {
  const file = join(folder, "minified.mjs");
  const column = readFileSync(file, "utf8").indexOf("new TypeError") + 1;
  const stack = `Warning: x\n    at node:internal/a:1:1\n    at e.fail (file://${file}:1:${column})`;
  assert.deepEqual(placeInStack(stack), {
    pathname: join(folder, "src/shop.ts"),
    lineno: 21,
    funcName: "e.fail",
  });
  assert.equal(placeInStack("Warning: x\n    at <anonymous>"), UNKNOWN_CALLER);
});
