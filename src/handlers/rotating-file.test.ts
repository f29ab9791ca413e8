import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import type { ValueError } from "../core/errors.ts";
import { makeLogRecord } from "../core/record.ts";
import { BaseRotatingHandler } from "./base-rotating.ts";
import { RotatingFileHandler } from "./rotating-file.ts";
import type { RotatingFileHandlerOptions } from "./rotating-file.ts";

let folder: string;
let handlers: RotatingFileHandler[];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "daybook-rotating-")));
  handlers = [];
});
afterEach(() => {
  for (const handler of handlers) handler.close();
  rmSync(folder, { recursive: true, force: true });
});

function make(options: RotatingFileHandlerOptions = {}): RotatingFileHandler {
  const handler = new RotatingFileHandler(join(folder, "app.log"), options);
  handlers.push(handler);
  return handler;
}

function log(handler: RotatingFileHandler, ...messages: string[]): void {
  for (const msg of messages) handler.handle(makeLogRecord({ msg }));
}

function files(): Record<string, string> {
  const names = readdirSync(folder).filter((name) => name !== ".daybook");
  return Object.fromEntries(
    names.toSorted().map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}

describe("RotatingFileHandler", () => {
  it("rolls a file that would reach maxBytes, shifts the backups and drops the last", () => {
    const handler = make({ maxBytes: 10, backupCount: 2 });
    assert.ok(handler instanceof BaseRotatingHandler);
    log(handler, "aaaa", "bbbb", "cc", "dddd", "eeee");
    assert.deepEqual(files(), {
      "app.log": "eeee\n",
      "app.log.1": "dddd\n",
      "app.log.2": "bbbb\ncc\n",
    });
    assert.deepEqual([handler.stats().written, handler.stats().dropped], [5, 0]);
    assert.ok(handler.stats().rolled >= 3);
  });

  it("never rolls an empty file, however long the line is", () => {
    const handler = make({ maxBytes: 3, backupCount: 1 });
    log(handler, "a long line", "another one");
    assert.deepEqual(files(), { "app.log": "another one\n", "app.log.1": "a long line\n" });
  });

  for (const [name, options] of [
    ["maxBytes is 0", { backupCount: 3 }],
    ["maxBytes is negative", { maxBytes: -1, backupCount: 3 }],
    ["backupCount is 0", { maxBytes: 5 }],
  ] as const) {
    it(`never rolls if ${name}`, () => {
      log(make(options), "one", "two", "three");
      assert.deepEqual(files(), { "app.log": "one\ntwo\nthree\n" });
    });
  }

  it("counts the bytes that are there already, and other handlers' too", () => {
    writeFileSync(join(folder, "app.log"), "12345678\n");
    const [one, two] = [
      make({ maxBytes: 20, backupCount: 9 }),
      make({ maxBytes: 20, backupCount: 9 }),
    ];
    for (let round = 0; round < 6; round += 1) {
      log(one, `one ${round}`);
      log(two, `two ${round}`);
    }
    const sizes = Object.values(files()).map((text) => text.length);
    assert.ok(Math.max(...sizes) <= 20 + 6, String(sizes));
    const lines = Object.values(files()).join("").split("\n").slice(0, -1);
    assert.equal(new Set(lines).size, 13);
    assert.equal(lines.length, 13);
  });

  it("goes on in mode a, empties once in mode w, and takes w for a where there is a limit", () => {
    const path = join(folder, "app.log");
    writeFileSync(path, "old\n");
    log(make(), "a");
    assert.equal(files()["app.log"], "old\na\n");
    const handler = make({ mode: "w" });
    assert.equal(files()["app.log"], "");
    log(handler, "w");
    handler.reopen();
    log(handler, "not emptied again");
    assert.equal(files()["app.log"], "w\nnot emptied again\n");
    const limited = make({ mode: "w", maxBytes: 1000, backupCount: 1 });
    log(limited, "limited");
    assert.equal(files()["app.log"], "w\nnot emptied again\nlimited\n");
    assert.deepEqual([handler.mode, limited.mode], ["w", "a"]);
  });

  it("with delay makes and empties nothing before the first record", () => {
    const path = join(folder, "app.log");
    const handler = make({ delay: true });
    assert.deepEqual(files(), {});
    writeFileSync(path, "old\n");
    const emptying = make({ delay: true, mode: "w" });
    assert.equal(files()["app.log"], "old\n");
    log(emptying, "new");
    log(handler, "other");
    assert.equal(files()["app.log"], "new\nother\n");
  });

  it("names backups by the namer, which may be set at any time", () => {
    const handler = make({ maxBytes: 5, backupCount: 2 });
    handler.namer = (path) => path.replace(/app\.log\.(\d+)$/, "app-$1.log");
    log(handler, "1111", "2222", "3333");
    assert.deepEqual(files(), {
      "app-1.log": "2222\n",
      "app-2.log": "1111\n",
      "app.log": "3333\n",
    });
    handler.namer = null;
    log(handler, "4444");
    assert.equal(files()["app.log.1"], "3333\n");
  });

  it("has the rotator make the newest backup, as Python's do", () => {
    let asked = 0;
    const handler = make({ maxBytes: 5, backupCount: 2 });
    handler.rotator = (source, dest) => {
      asked += 1;
      writeFileSync(dest, readFileSync(source, "utf8").toUpperCase());
      rmSync(source);
    };
    log(handler, "aaaa", "bbbb", "cccc");
    assert.deepEqual(files(), {
      "app.log": "cccc\n",
      "app.log.1": "BBBB\n",
      "app.log.2": "AAAA\n",
    });
    assert.equal(asked, 2);
    assert.deepEqual(
      readdirSync(join(folder, ".daybook")).filter((name) => name.endsWith(".tmp")),
      [],
    );
  });

  it("refuses what it can't take, naming the value and what is accepted, and leaves nothing behind", () => {
    const bad: [object, RegExp, RegExp][] = [
      [{ mode: "r" }, /'r'/, /'a', 'w'/],
      [{ maxBytes: 1.5 }, /1\.5/, /whole number/],
      [{ maxBytes: "10" }, /'10'/, /whole number/],
      [{ backupCount: -1 }, /-1/, /0 \(never roll\) or more/],
      [{ when: "midnight" }, /when/, /backupCount/],
      [{ compress: "gzip" }, /compress/, /maxBytes/],
      [{ namer: "x" }, /namer can't be 'x'/, /a function \(path\) => path/],
      [{ namer: () => "elsewhere" }, /'elsewhere'/, /in the same folder/],
    ];
    for (const [options, value, accepted] of bad) {
      assert.throws(
        () => make(options),
        (error: ValueError) =>
          value.test(error.message) &&
          accepted.test(error.message) &&
          accepted.test(error.accepted ?? ""),
        JSON.stringify(options),
      );
    }
    assert.deepEqual(readdirSync(folder), []);
    const handler = make({ delay: true });
    assert.throws(
      () => (handler.rotator = 3 as never),
      /rotator can't be 3.*\(source, dest\) => void/,
    );
  });

  it("does not write through a symbolic link to something else", () => {
    writeFileSync(join(folder, "precious"), "precious\n");
    symlinkSync("precious", join(folder, "app.log"));
    assert.throws(() => make({ mode: "w" }), { code: "ELOOP" });
    const stderr = new CapturedStderr();
    stderr.start();
    const handler = make({ delay: true });
    log(handler, "x");
    stderr.stop();
    assert.equal(files()["precious"], "precious\n");
    assert.equal(handler.stats().dropped, 1);
  });

  it("says once that a file grows where there is no kernel lock", () => {
    const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    const script = `
      const { RotatingFileHandler } = await import(${url("rotating-file.js")});
      const { makeLogRecord } = await import(${url("../core/record.js")});
      const handler = new RotatingFileHandler(process.argv[1], { maxBytes: 5, backupCount: 2 });
      for (const msg of ["one", "two", "three"]) handler.handle(makeLogRecord({ msg }));
    `;
    const { stderr } = spawnSync(
      process.execPath,
      ["--input-type=module", "-e", script, join(folder, "app.log")],
      { env: { ...process.env, DAYBOOK_LOCK: "none" }, encoding: "utf8" },
    );
    assert.match(stderr, /^daybook: maxBytes 5 has no effect: .*koffi.*\n$/);
    assert.deepEqual(files(), { "app.log": "one\ntwo\nthree\n" });
  });

  it("keeps the limit and every line with several processes", async () => {
    const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    const script = `
      const { RotatingFileHandler } = await import(${url("rotating-file.js")});
      const { makeLogRecord } = await import(${url("../core/record.js")});
      const handler = new RotatingFileHandler(process.argv[1], { maxBytes: 2000, backupCount: 1000 });
      for (let line = 0; line < 300; line += 1) {
        handler.handle(makeLogRecord({ msg: process.argv[2] + " " + String(line).padStart(40, ".") }));
      }
    `;
    const path = join(folder, "app.log");
    const children = ["a", "b", "c", "d"].map((name) =>
      spawn(process.execPath, ["--input-type=module", "-e", script, path, name], {
        stdio: ["ignore", "ignore", "inherit"],
      }),
    );
    await Promise.all(children.map((child) => once(child, "exit")));
    const all = files();
    const lines = Object.values(all).join("").split("\n").slice(0, -1);
    assert.deepEqual([lines.length, new Set(lines).size], [1200, 1200]);
    const largest = Math.max(...Object.keys(all).map((name) => statSync(join(folder, name)).size));
    assert.ok(largest < 2000 + 4 * 43, `${largest} bytes`);
  });
});
