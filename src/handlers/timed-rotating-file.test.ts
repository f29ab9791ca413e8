import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { readlinkSync, realpathSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { pathToFileURL } from "node:url";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { setClock } from "../core/clock.ts";
import { ValueError } from "../core/errors.ts";
import { makeLogRecord } from "../core/record.ts";
import type { LogRecord } from "../core/record.ts";
import { TimedRotatingFileHandler } from "./timed-rotating-file.ts";
import type { TimedRotatingFileHandlerOptions } from "./timed-rotating-options.ts";

/** 2024-03-01 12:00 UTC, in seconds. */
const NOON = 1_709_294_400;
const DAY = 86_400;

let folder: string;
let clock: number;
let handlers: TimedRotatingFileHandler[];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "daybook-handler-")));
  clock = NOON;
  handlers = [];
  setClock({ now: () => clock * 1000 });
});

afterEach(() => {
  for (const handler of handlers) handler.close();
  setClock(null);
  rmSync(folder, { recursive: true, force: true });
});

function make(options: TimedRotatingFileHandlerOptions = {}): TimedRotatingFileHandler {
  const path = join(folder, "logs", "app.log");
  const handler = new TimedRotatingFileHandler(path, { when: "midnight", utc: true, ...options });
  handlers.push(handler);
  return handler;
}

function record(msg: string, created: number = clock): LogRecord {
  return makeLogRecord({ msg, created });
}

function read(name: string): string {
  return readFileSync(join(folder, "logs", name), "utf8");
}

function entries(): string[] {
  return readdirSync(join(folder, "logs")).toSorted();
}

describe("TimedRotatingFileHandler", () => {
  for (const strategy of ["dated", "rename", "claim"] as const) {
    it(`puts each record into the file of its own period (${strategy})`, () => {
      const handler = make({ strategy });
      handler.handle(record("before midnight"));
      clock += DAY;
      handler.handle(record("after midnight"));
      handler.handle(record("made before, written after", NOON + 1));
      assert.equal(read("app.log.2024-03-01"), "before midnight\nmade before, written after\n");
      assert.equal(read("app.log"), "after midnight\n");
      const current = strategy === "dated" ? ["app.log.2024-03-02"] : [];
      assert.deepEqual(entries(), [".daybook", "app.log", "app.log.2024-03-01", ...current]);
    });

    it(`keeps backupCount past periods, removing off the caller's path (${strategy})`, () => {
      const handler = make({ strategy, backupCount: 2 });
      writeFileSync(join(folder, "logs", "app.log.2024-02-30"), "no date of any calendar: foreign");
      for (let day = 0; day < 6; day += 1) {
        handler.handle(record(`day ${day}`));
        clock += DAY;
      }
      assert.ok(
        existsSync(join(folder, "logs", "app.log.2024-03-01")),
        "nothing goes during a log call",
      );
      handler.close();
      const kept = entries().filter((name) => name.startsWith("app.log."));
      const current = strategy === "dated" ? ["app.log.2024-03-06"] : [];
      assert.deepEqual(kept, [
        "app.log.2024-02-30",
        "app.log.2024-03-04",
        "app.log.2024-03-05",
        ...current,
      ]);
    });
  }

  it("opens its file at construction, or with the first record if delay is set", () => {
    make({ delay: true });
    assert.deepEqual(entries(), []);
    const now = make();
    assert.equal(readlinkSync(now.baseFilename), "app.log.2024-03-01");
  });

  it("keeps its absolute path when the working directory changes, and takes file: URLs", () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      const relative = new TimedRotatingFileHandler("here.log", {
        delay: true,
        when: "midnight",
        utc: true,
      });
      const url = new TimedRotatingFileHandler(pathToFileURL(join(folder, "url.log")), {
        when: "D",
        utc: true,
      });
      handlers.push(relative, url);
      process.chdir(tmpdir());
      relative.handle(record("here"));
      assert.equal(readFileSync(join(folder, "here.log"), "utf8"), "here\n");
      assert.equal(url.baseFilename, join(folder, "url.log"));
    } finally {
      process.chdir(before);
    }
  });

  it("resolves a folder behind a symbolic link once", () => {
    const handler = make();
    symlinkSync(join(folder, "logs"), join(folder, "link"));
    const through = new TimedRotatingFileHandler(join(folder, "link", "app.log"), { delay: true });
    handlers.push(through);
    assert.equal(through.baseFilename, handler.baseFilename);
  });

  it("writes what the encoding can't hold as an escape, so that nothing is lost", () => {
    make({ encoding: "latin1" }).handle(record("caf\u00e9 costs 3 \u20ac"));
    const bytes = readFileSync(join(folder, "logs", "app.log"), "latin1");
    assert.equal(bytes, "caf\u00e9 costs 3 \\u20ac\n");
  });

  it("takes a record without a usable time as one of now", () => {
    make().handle(record("when?", Number.NaN));
    assert.equal(read("app.log.2024-03-01"), "when?\n");
  });

  it("logs again after close, as Python's file handlers do", () => {
    const handler = make();
    handler.close();
    handler.handle(record("after close"));
    assert.equal(read("app.log"), "after close\n");
  });

  it("never throws from a log call, reports a burst once with a count, and goes on when it can", () => {
    writeFileSync(join(folder, "logs"), "a file where the folder should be");
    const handler = make({ delay: true });
    const stderr = new CapturedStderr();
    stderr.start();
    for (let count = 0; count < 500; count += 1) handler.handle(record("lost"));
    rmSync(join(folder, "logs"));
    handler.handle(record("kept"));
    stderr.stop();
    assert.equal(stderr.text.match(/--- Logging error ---/g)?.length, 1);
    assert.match(stderr.text, /\.\.\. 499 more failures of <TimedRotatingFileHandler/);
    assert.equal(read("app.log"), "kept\n");
    assert.deepEqual([handler.stats().written, handler.stats().dropped], [1, 500]);
  });

  it("refuses bad options, naming the value and what is accepted, and leaves nothing behind", () => {
    const bad: [TimedRotatingFileHandlerOptions, RegExp, RegExp][] = [
      [{ when: "fortnight" }, /FORTNIGHT/, /midnight/],
      [{ when: "W7" }, /W7/, /W6/],
      [{ interval: 0 }, /0/, /at least 1/],
      [{ interval: 1.5 }, /1\.5/, /whole number/],
      [{ timeZone: "Mars/Olympus" }, /Mars\/Olympus/, /Europe\/Berlin/],
      [{ timeZone: "UTC", utc: true }, /UTC/, /one of the two/],
      [{ backupCount: -1 }, /-1/, /0 \(keep all\) or more/],
      [{ atTime: "24:00" }, /24:00/, /23:59:59/],
      [{ when: "H", atTime: "12:00" }, /12:00/, /midnight/],
      [{ encoding: "klingon" }, /klingon/, /utf-8/],
      [{ encoding: "utf-16le" }, /utf-16le/, /utf-8/],
      [{ strategy: "pray" as "dated" }, /pray/, /'dated', 'rename', 'claim', 'external'/],
      [{ delay: 1 as unknown as boolean }, /1/, /true or false/],
      [{ backupcount: 3 } as TimedRotatingFileHandlerOptions, /backupcount/, /backupCount/],
    ];
    for (const [options, value, accepted] of bad) {
      assert.throws(
        () => make({ utc: false, ...options }),
        (error: ValueError) =>
          value.test(error.message) &&
          accepted.test(error.message) &&
          accepted.test(error.accepted ?? ""),
        JSON.stringify(options),
      );
    }
    assert.deepEqual(readdirSync(folder), []);
  });

  it("refuses paths that can't be a log", () => {
    for (const path of [
      "",
      folder,
      `${folder}/new/`,
      "x\0y",
      `${folder}/${"n".repeat(201)}`,
      7 as unknown as string,
    ]) {
      assert.throws(
        () => new TimedRotatingFileHandler(path),
        (error: ValueError) => /accepted/.test(error.message) && error.value === path,
        String(path),
      );
    }
  });

  it("ends a killed writer's stump without koffi, too, also with no descriptor to spare", () => {
    const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    const script = `
      const { TimedRotatingFileHandler } = await import(${url("timed-rotating-file.js")});
      const { makeLogRecord } = await import(${url("../core/record.js")});
      const { appendFileSync, openSync } = await import("node:fs");
      const path = process.argv[1];
      const handler = new TimedRotatingFileHandler(path, { when: "midnight", utc: true });
      appendFileSync(path, "stump");
      try { for (;;) openSync(path); } catch {}
      handler.handle(makeLogRecord({ msg: "whole", created: Date.now() / 1000 }));
      process.stdout.write(JSON.stringify(handler.stats()));
    `;
    const path = join(folder, "app.log");
    const node = `ulimit -n 64; exec "$0" --no-addons --input-type=module -e "$1" "$2"`;
    const { stdout, stderr } = spawnSync("sh", ["-c", node, process.execPath, script, path], {
      encoding: "utf8",
    });
    assert.equal(stderr, "");
    assert.deepEqual([JSON.parse(stdout).mended, JSON.parse(stdout).dropped], [1, 0]);
    assert.equal(readFileSync(path, "utf8"), "stum\nwhole\n");
  });

  describe("by the way to a kernel lock", () => {
    const script = `
      const { TimedRotatingFileHandler } = await import(${JSON.stringify(new URL("timed-rotating-file.js", import.meta.url).href)});
      const { makeLogRecord } = await import(${JSON.stringify(new URL("../core/record.js", import.meta.url).href)});
      const { setClock } = await import(${JSON.stringify(new URL("../core/clock.js", import.meta.url).href)});
      let now = ${NOON};
      setClock({ now: () => now * 1000 });
      const [path, strategy] = process.argv.slice(1);
      const handler = new TimedRotatingFileHandler(path, { when: "midnight", utc: true, backupCount: 1, compress: "gzip", strategy });
      for (let day = 0; day < 4; day += 1, now += ${DAY}) handler.handle(makeLogRecord({ msg: "day " + day, created: now }));
      handler.close();
      console.log(JSON.stringify(handler.stats()));
    `;
    const run = (lock: string, strategy: string): { out: string; err: string } => {
      const path = join(folder, lock, strategy, "app.log");
      const { stdout, stderr } = spawnSync(
        process.execPath,
        ["--input-type=module", "-e", script, path, strategy],
        {
          env: { ...process.env, DAYBOOK_LOCK: lock },
          encoding: "utf8",
        },
      );
      return { out: stdout, err: stderr };
    };

    for (const strategy of ["dated", "rename"]) {
      it(`works with flock(1) where koffi is missing (${strategy})`, () => {
        const { out, err } = run("flock", strategy);
        assert.equal(err, "");
        assert.equal(JSON.parse(out).removed, 2);
      });
    }

    for (const strategy of ["dated", "claim", "external"]) {
      it(`keeps every file where there is no lock, and says so once (${strategy})`, () => {
        const { out, err } = run("none", strategy);
        assert.match(err, /^daybook: backupCount 1, compress 'gzip' have no effect: .*koffi.*\n$/);
        assert.deepEqual([JSON.parse(out).written, JSON.parse(out).removed], [4, 0]);
      });
    }

    it("refuses strategy rename where there is no lock", () => {
      assert.match(
        run("none", "rename").err,
        /strategy 'rename' needs a kernel lock.*accepted here: 'dated'/,
      );
    });

    it("refuses an unknown way, naming it", () => {
      assert.match(
        run("magic", "dated").err,
        /DAYBOOK_LOCK is "magic"; accepted: koffi, flock, none/,
      );
    });
  });
});
