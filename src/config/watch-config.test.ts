import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { getLogger } from "../core/hierarchy.ts";
import { watchConfig } from "./watch-config.ts";
import type { ConfigWatcher, WatchConfigOptions } from "./watch-config.ts";

const root = getLogger();
const stderr = new CapturedStderr();
let folder = "";
let watcher: ConfigWatcher | null = null;
let changes = 0;
let errors: unknown[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "daybook-watch-config-"));
  changes = 0;
  errors = [];
  stderr.start();
});

afterEach(() => {
  watcher?.close();
  watcher = null;
  stderr.stop();
  for (const handler of root.handlers) handler.close();
  root.handlers = [];
  root.setLevel("WARNING");
  rmSync(folder, { recursive: true, force: true });
});

const document = (level: number, more: object = {}): string =>
  JSON.stringify({ version: 1, root: { level }, ...more });

function watching(path: string, options: WatchConfigOptions = {}): void {
  watcher = watchConfig(path, {
    debounceMs: 20,
    pollIntervalMs: 0,
    onChange: () => changes++,
    onError: (error) => errors.push(error),
    ...options,
  });
}

async function until(what: string, met: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!met()) {
    if (performance.now() > end) assert.fail(`waited in vain: ${what}`);
    await sleep(5);
  }
}

test("a file is applied at once, and again when it is written in place", async () => {
  const path = join(folder, "c.json");
  writeFileSync(path, document(11));
  watching(path);
  assert.equal(root.level, 11);
  assert.equal(changes, 0);
  writeFileSync(path, document(12));
  await until("level 12", () => root.level === 12);
  writeFileSync(path, document(13));
  await until("level 13", () => root.level === 13);
  assert.deepEqual(errors, []);
});

test("a file that is replaced by a rename is followed, time and again", async () => {
  const path = join(folder, "c.json");
  writeFileSync(path, document(11));
  watching(path);
  for (let level = 12; level < 17; level++) {
    writeFileSync(`${path}.tmp`, document(level));
    // An editor with a backup: for a moment there is no file.
    if (level % 2 === 0) renameSync(path, `${path}~`);
    renameSync(`${path}.tmp`, path);
    await until(`level ${level}`, () => root.level === level);
  }
  unlinkSync(path);
  writeFileSync(path, document(20));
  await until("level 20", () => root.level === 20);
});

test("links that are swapped on the way, as Kubernetes does, are followed", async () => {
  const mount = join(folder, "mount");
  for (const [name, level] of [
    ["v1", 11],
    ["v2", 12],
    ["v3", 13],
  ] as const) {
    mkdirSync(join(mount, name), { recursive: true });
    writeFileSync(join(mount, name, "c.json"), document(level));
  }
  const swap = (target: string): void => {
    symlinkSync(target, join(mount, "..data_tmp"));
    renameSync(join(mount, "..data_tmp"), join(mount, "..data"));
  };
  swap("v1");
  symlinkSync(join("..data", "c.json"), join(mount, "c.json"));
  // And a link from elsewhere to it all.
  symlinkSync(join(mount, "c.json"), join(folder, "app.json"));
  watching(join(folder, "app.json"));
  assert.equal(root.level, 11);
  for (const [name, level] of [
    ["v2", 12],
    ["v3", 13],
    ["v1", 11],
  ] as const) {
    swap(name);
    await until(`level of ${name}`, () => root.level === level);
  }
  rmSync(join(mount, "v2"), { recursive: true });
  mkdirSync(join(mount, "v4"));
  writeFileSync(join(mount, "v4", "c.json"), document(14));
  swap("v4");
  await until("level 14", () => root.level === 14);
  writeFileSync(join(mount, "v4", "c.json"), document(15));
  await until("level 15", () => root.level === 15);
});

test("lines go where the newest configuration says, and none is lost", async () => {
  const path = join(folder, "c.json");
  const to = (name: string): string => {
    const handler = { class: "FileHandler", filename: join(folder, name) };
    return JSON.stringify({
      version: 1,
      handlers: { f: handler },
      root: { level: "INFO", handlers: ["f"] },
    });
  };
  writeFileSync(path, to("a.log"));
  watching(path);
  root.info("first");
  writeFileSync(path, to("b.log"));
  let count = 0;
  await until("the change", () => {
    root.info("line %d", ++count);
    return changes === 1;
  });
  root.info("last");
  const lines = ["a.log", "b.log"].map((name) => readFileSync(join(folder, name), "utf8"));
  const wanted = ["first", ...Array.from({ length: count }, (_, at) => `line ${at + 1}`), "last"];
  assert.equal(lines.join(""), `${wanted.join("\n")}\n`);
  assert.ok(lines[1]?.endsWith("last\n"));
});

test("a bad change is reported once and changes nothing, the next good one is applied", async () => {
  const path = join(folder, "c.json");
  writeFileSync(path, document(11));
  watching(path);
  writeFileSync(path, '{"version": 1, "root": {"level":');
  await until("an error", () => errors.length === 1);
  assert.equal(root.level, 11);
  assert.match(
    stderr.text,
    /--- Logging error ---[^]*c\.json: invalid JSON[^]*ConfigWatcher.*not applied/,
  );
  const bad = document(50, { loggers: { x: { level: "LOUD" } } });
  writeFileSync(path, bad);
  await until("another error", () => errors.length === 2);
  assert.equal(root.level, 11);
  // The same text again is no news.
  writeFileSync(path, bad);
  writeFileSync(path, document(12));
  await until("level 12", () => root.level === 12);
  assert.equal(errors.length, 2);
  assert.equal(changes, 1);
});

test("a file that goes is reported, and applied when it comes back", async () => {
  const path = join(folder, "c.json");
  writeFileSync(path, document(11));
  watching(path);
  unlinkSync(path);
  await until("an error", () => errors.length === 1);
  assert.equal((errors[0] as NodeJS.ErrnoException).code, "ENOENT");
  assert.equal(root.level, 11);
  writeFileSync(path, document(12));
  await until("level 12", () => root.level === 12);
});

test("a folder that is replaced as a whole is seen by looking", async () => {
  const home = join(folder, "etc");
  mkdirSync(home);
  writeFileSync(join(home, "c.json"), document(11));
  watching(join(home, "c.json"), { pollIntervalMs: 10 });
  mkdirSync(join(folder, "new"));
  writeFileSync(join(folder, "new", "c.json"), document(12));
  renameSync(home, join(folder, "old"));
  renameSync(join(folder, "new"), home);
  await until("level 12", () => root.level === 12);
  writeFileSync(join(home, "c.json"), document(13));
  await until("level 13", () => root.level === 13);
});

test("a callback that throws is reported and does no harm", async () => {
  const path = join(folder, "c.json");
  writeFileSync(path, document(11));
  watching(path, {
    onChange: () => {
      changes++;
      throw new Error("thrown by onChange");
    },
  });
  writeFileSync(path, document(12));
  await until("a change", () => changes === 1);
  assert.match(stderr.text, /thrown by onChange/);
  writeFileSync(path, document(13));
  await until("level 13", () => root.level === 13);
});

test("a closed watcher applies nothing any more", async () => {
  const path = join(folder, "c.json");
  writeFileSync(path, document(11));
  watching(path);
  const other = watchConfig(path, { debounceMs: 0, pollIntervalMs: 0, onChange: () => changes++ });
  other.close();
  writeFileSync(path, document(12));
  watcher?.close();
  writeFileSync(path, document(13));
  // Another watch of the same file has seen the change: this one would have, too.
  let seen = 0;
  const witness = watchConfig(path, { debounceMs: 50, onChange: () => seen++ });
  root.setLevel(40);
  writeFileSync(path, document(14));
  await until("the witness", () => seen === 1);
  witness.close();
  assert.equal(changes, 0);
});

test("a bad first file and bad options are thrown, and nothing is watched", () => {
  const path = join(folder, "c.json");
  assert.throws(() => watchConfig(path), { code: "ENOENT" });
  writeFileSync(path, "{");
  assert.throws(() => watchConfig(path), { name: "ValueError" });
  writeFileSync(path, document(11));
  assert.throws(() => watchConfig(path, { debounceMs: -1 }), {
    message: "debounceMs can't be -1; accepted: a number of milliseconds from 0 on",
  });
  assert.throws(() => watchConfig(path, { onChange: 5 as never }), /onChange can't be 5/);
  assert.throws(() => watchConfig(path, { debounce: 5 } as object), /unknown option "debounce"/);
  assert.equal(root.level, 30);
});

test("a process that only watches comes to its end", () => {
  const path = join(folder, "c.json");
  writeFileSync(path, document(11));
  const module = new URL("./watch-config.js", pathToFileURL(import.meta.filename));
  const code = `
    import { watchConfig } from ${JSON.stringify(module.href)};
    watchConfig(${JSON.stringify(path)}, { pollIntervalMs: 60000, debounceMs: 60000 });
    import { writeFileSync } from "node:fs";
    writeFileSync(${JSON.stringify(path)}, "{}");
  `;
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.deepEqual([run.status, run.signal, run.stderr], [0, null, ""]);
});

test("a file that is touched without a pause is applied all the same", async () => {
  const path = join(folder, "c.json");
  writeFileSync(path, document(11));
  watching(path, { debounceMs: 200 });
  const touching = setInterval(() => writeFileSync(path, document(12)), 20);
  try {
    await until("level 12", () => root.level === 12);
  } finally {
    clearInterval(touching);
  }
  assert.deepEqual(errors, []);
});

test("callbacks that fail after their call are reported", async () => {
  const path = join(folder, "log.json");
  writeFileSync(path, document(10));
  watching(path, {
    onChange: async () => {
      changes += 1;
      throw new Error("changed too late");
    },
    onError: async (error) => {
      errors.push(error);
      throw new Error("refused too late");
    },
  });
  writeFileSync(path, document(20));
  await until("the change", () => changes > 0);
  writeFileSync(path, "{");
  await until("the refusal", () => errors.length > 0);
  await until("the reports", () => stderr.text.includes("refused too late"));
  assert.match(stderr.text, /changed too late/);
});
