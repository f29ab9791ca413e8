// A FileHandler's file between processes: others that append to it, the end of one by
// SIGKILL with lines in its journal, a limit of the kernel in the middle of a line.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { makeLogRecord } from "../core/record.ts";
import { kernelLock } from "../platform/locks.ts";
import { nativeCalls } from "../platform/native.ts";
import { FileHandler } from "./file.ts";

const hasJournal = (nativeCalls()?.memory ?? null) !== null;
/** All four; where there is no mapping, `journal` says so and is `write`. */
const DURABILITIES = ["buffered", "journal", "write", "fsync"] as const;
const PREPARE = `
  const { FileHandler } = await import(${JSON.stringify(new URL("file.js", import.meta.url).href)});
  const { getLogger } = await import(${JSON.stringify(new URL("../core/hierarchy.js", import.meta.url).href)});
  const [path, name] = process.argv.slice(1);
  const log = getLogger(name);
  log.setLevel("INFO");
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
  const to = (options) => log.addHandler(new FileHandler(path, options));
  const die = () => process.kill(process.pid, "SIGKILL");
`;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "daybook-plain-processes-"));
  path = join(folder, "a.log");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function nodeArguments(script: string, name: string): string[] {
  return ["--input-type=module", "-e", PREPARE + script, path, name];
}

function run(script: string): void {
  spawnSync(process.execPath, nodeArguments(script, "child"), { encoding: "utf8" });
}

/** Resolves with the exit code and what was written to stderr. */
function start(script: string, name: string): Promise<[number | null, string]> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, nodeArguments(script, name), {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("close", (code) => resolve([code, stderr]));
  });
}

function lines(): string[] {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
}

function journals(): string[] {
  const own = join(folder, ".daybook");
  return existsSync(own) ? readdirSync(own).filter((name) => name.endsWith(".journal")) : [];
}

/** Opens the log as the next process would. */
function openAgain(): void {
  new FileHandler(path, { durability: "write" }).close();
}

const numbered = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `line ${from + index}`);

describe("processes that share a FileHandler's file", () => {
  it("keep all their lines, each process's in order, whatever durability each has", async () => {
    const each = 600;
    const script = (durability: string): string => `
      to({ durability: ${JSON.stringify(durability)} });
      for (let count = 0; count < ${each}; count += 1) {
        log.info(name + " " + count + " " + "x".repeat((count * 37) % 300) + " end");
        if (count % 7 === 0) await nextTurn();
      }
    `;
    const ends = await Promise.all(DURABILITIES.map((kind) => start(script(kind), kind)));
    for (const [code, stderr] of ends) {
      assert.equal(code, 0, stderr);
      if (hasJournal) assert.equal(stderr, "");
    }
    const found = lines();
    assert.equal(found.length, each * DURABILITIES.length);
    for (const kind of DURABILITIES) {
      const own = found.filter((line) => line.startsWith(`${kind} `));
      assert.deepEqual(
        own.map((line) => line.replace(/ x* ?end$/, "")),
        Array.from({ length: each }, (_, count) => `${kind} ${count}`),
      );
    }
    assert.deepEqual(journals(), []);
  });
});

describe("the end of a process", () => {
  for (const durability of DURABILITIES) {
    it(`keeps all lines with ${durability} when it is in order`, () => {
      run(`to({ durability: "${durability}" });
        for (let count = 0; count < 100; count += 1) log.info("line " + count);
        process.exit(3);`);
      assert.deepEqual(lines(), numbered(100));
      assert.deepEqual(journals(), []);
    });
  }

  it("keeps with SIGKILL in the same turn what write and fsync have, and none of buffered", () => {
    const counts = (["write", "fsync", "buffered"] as const).map((durability) => {
      rmSync(path, { force: true });
      run(`to({ durability: "${durability}" });
        for (let count = 0; count < 100; count += 1) log.info("line " + count);
        die(); for (;;);`);
      return lines().length;
    });
    assert.deepEqual(counts, [100, 100, 0]);
  });

  it(
    "leaves with SIGKILL a journal, from which the next opening takes each line once",
    {
      skip: !hasJournal,
    },
    () => {
      run(`to({ durability: "journal" });
      for (let count = 0; count < 3000; count += 1) log.info("line " + count);
      die(); for (;;);`);
      assert.equal(journals().length, 1);
      // What didn't fit into the journal any more is in the log, and no other line.
      const before = lines();
      assert.ok(before.length < 3000);
      assert.deepEqual(before, numbered(before.length));
      openAgain();
      assert.deepEqual(lines(), numbered(3000));
      assert.deepEqual(journals(), []);
      openAgain();
      assert.equal(lines().length, 3000);
    },
  );

  it(
    "leaves a journal that is found by another name of the log, too",
    {
      skip: !hasJournal,
    },
    () => {
      run(`to({ durability: "journal" });
      for (let count = 0; count < 20; count += 1) log.info("line " + count);
      die(); for (;;);`);
      assert.deepEqual(lines(), []);
      const link = join(folder, "link.log");
      symlinkSync("a.log", link);
      new FileHandler(link, { onFull: "drop" }).close();
      assert.deepEqual(lines(), numbered(20));
    },
  );

  it(
    "leaves no line twice where it died between a write and its note, though the file was renamed since",
    {
      skip: !hasJournal,
    },
    () => {
      // Without the note that follows a write the journal still has the lines, with the
      // intent to write them: here both are made by hand, and then the process dies.
      run(`
      const fs = await import("node:fs");
      const { CELL, int32, intentBytes } = await import(${JSON.stringify(new URL("../rotation/journal-layout.js", import.meta.url).href)});
      const handler = new FileHandler(path, { durability: "journal" });
      log.addHandler(handler);
      log.info("line 0");
      handler.flush();
      const texts = Array.from({ length: 9 }, (_, at) => "line " + (at + 1));
      for (const text of texts) log.info(text);
      const { dev, ino, size } = fs.statSync(path);
      const bytes = Buffer.from(texts.join("\\n") + "\\n");
      const own = path.replace("a.log", ".daybook/");
      const entry = fs.readdirSync(own).find((each) => each.endsWith(".journal"));
      const journal = fs.openSync(own + entry, "r+");
      const intent = intentBytes(bytes.length, size, dev + ":" + ino);
      fs.writeSync(journal, intent, 0, intent.length, CELL.intent);
      fs.writeSync(journal, int32(0), 0, 4, CELL.intentFrom);
      fs.appendFileSync(path, bytes);
      die(); for (;;);`);
      assert.equal(journals().length, 1);
      assert.deepEqual(lines(), numbered(10));
      renameSync(path, join(folder, "kept-by-logrotate"));
      openAgain();
      assert.deepEqual(lines(), []);
      assert.deepEqual(journals(), []);
      const kept = readFileSync(join(folder, "kept-by-logrotate"), "utf8");
      assert.deepEqual(kept.split("\n").slice(0, -1), numbered(10));
    },
  );
});

describe(
  "the limit of a file's size (setrlimit(2))",
  { skip: process.platform === "win32" },
  () => {
    const limited = (options: object, end: string): Record<string, number> => {
      const script = `
      process.on("SIGXFSZ", () => {});
      const handler = new FileHandler(path, ${JSON.stringify(options)});
      log.addHandler(handler);
      for (let count = 0; count < 200; count += 1) log.info("line " + count + " " + "x".repeat(90));
      handler.flush();
      ${end}
      process.stdout.write(JSON.stringify(handler.stats()));
    `;
      // 12 KiB, in the 512-byte units of POSIX: more than half of what is logged.
      const command = 'ulimit -f 24; exec "$0" "$@"';
      const { stdout, stderr } = spawnSync(
        "sh",
        ["-c", command, process.execPath, ...nodeArguments(script, "child")],
        { encoding: "utf8" },
      );
      assert.ok(stdout.startsWith("{"), stderr);
      return JSON.parse(stdout) as Record<string, number>;
    };
    const whole = (): number => lines().filter((line) => /^line \d+ x{90}$/.test(line)).length;

    for (const durability of ["buffered", "write"] as const) {
      it(`cuts no line that counts as written, with ${durability} and drop`, () => {
        const { written = 0, dropped = 0 } = limited({ durability }, "");
        assert.equal(written + dropped, 200);
        assert.ok(dropped > 0);
        assert.equal(whole(), written);
      });

      it(`loses none with ${durability} and spill, when there is room again`, () => {
        const rename = `(await import("node:fs")).renameSync(path, path + ".1"); handler.reopen(); handler.flush();`;
        const { written, dropped, spilled } = limited({ durability, onFull: "spill" }, rename);
        assert.deepEqual([written, dropped, spilled], [200, 0, 0]);
        const second = whole();
        renameSync(`${path}.1`, path);
        assert.equal(whole() + second, 200);
      });
    }
  },
);

describe("the mark that a file is in use", { skip: kernelLock() === null }, () => {
  it("is on it from its opening to its closing", () => {
    const handler = new FileHandler(path, { durability: "buffered" });
    const fd = openSync(path, "a");
    assert.equal(kernelLock()?.tryLock(fd, "exclusive"), false);
    handler.handle(makeLogRecord({ msg: "1" }));
    handler.close();
    assert.equal(kernelLock()?.tryLock(fd, "exclusive"), true);
    closeSync(fd);
    assert.deepEqual(lines(), ["1"]);
  });
});
