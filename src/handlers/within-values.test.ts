import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Manager, RootLogger } from "../core/hierarchy.ts";
import type { Logger } from "../core/logger.ts";
import { setRaiseExceptions } from "../core/self-report.ts";
import { JsonFormatter } from "../formatters/json.ts";
import type { RotatingHandlerOptions } from "./rotating-options.ts";
import { TimedRotatingFileHandler } from "./timed-rotating-file.ts";

const WAYS: readonly RotatingHandlerOptions[] = [
  { durability: "write" },
  { durability: "fsync", fsyncLevel: 50 },
  { durability: "buffered" },
  { durability: "journal" },
  { worker: true },
  { worker: true, durability: "buffered" },
];

let folder: string;
let log: Logger;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "daybook-within-"));
});

afterEach(() => {
  for (const handler of log.root.handlers) handler.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(options: RotatingHandlerOptions): TimedRotatingFileHandler {
  const path = join(folder, "a.log");
  const handler = new TimedRotatingFileHandler(path, { when: "midnight", ...options });
  handler.setFormatter(new JsonFormatter());
  const manager = new Manager(new RootLogger("INFO"));
  manager.root.addHandler(handler);
  log = manager.getLogger("x");
  return handler;
}

/** The messages of all lines, each of which must be whole. */
function messages(): unknown[] {
  const names = readdirSync(folder).filter((name) => name.startsWith("a.log."));
  const text = names.map((name) => readFileSync(join(folder, name), "utf8")).join("");
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { msg: unknown }).msg);
}

describe("What a line's own values do", () => {
  for (const options of WAYS) {
    const name = JSON.stringify(options);

    it(`costs no line, and doubles none, if they log and close the log, with ${name}`, () => {
      for (const deed of ["log", "flush", "close"] as const) {
        const handler = open(options);
        let asked = 0;
        const toJSON = (): string => {
          asked += 1;
          if (asked > 1) return "again";
          log.info(`${deed} within`, { deed });
          if (deed !== "log") handler[deed]();
          return "once";
        };
        log.info(`${deed} before`);
        log.info(`${deed} itself`, { value: { toJSON } });
        log.info(`${deed} after`);
        handler.close();
      }
      const wanted = ["log", "flush", "close"].flatMap((deed) =>
        ["before", "within", "itself", "after"].map((what) => `${deed} ${what}`),
      );
      assert.deepEqual(messages(), wanted);
    });
  }

  for (const options of WAYS) {
    it(`may be a full stack: ${JSON.stringify(options)} goes on, and has each line once`, () => {
      const handler = open(options);
      const returned: string[] = [];
      let count = 0;
      const dive = (): void => {
        const message = `call ${count++}`;
        log.info(message);
        returned.push(message);
        dive();
      };
      // What can't even be told on a full stack is nothing of ours.
      setRaiseExceptions(false);
      for (let round = 0; round < 3; round += 1) assert.throws(dive, RangeError);
      setRaiseExceptions(true);
      log.info("afterwards");
      handler.close();
      const found = messages();
      assert.equal(new Set(found).size, found.length, "a line is there twice");
      const there = new Set(found);
      assert.deepEqual(
        [...returned, "afterwards"].filter((message) => !there.has(message)),
        [],
      );
    });
  }
});
