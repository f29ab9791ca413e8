// Values whose own code logs whenever it is asked for their text. Each such call leads to
// the next, and where a value is read twice, to two: they must end, by both ways of a call.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { inspect } from "node:util";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { Logger } from "../core/logger.ts";
import { JsonFormatter } from "../formatters/json.ts";
import { Formatter } from "../formatters/formatter.ts";
import { FileHandler } from "./file.ts";

const stderr = new CapturedStderr();
let folder = "";
let log: Logger;
let handler: FileHandler;
let calls = 0;

beforeEach(() => {
  stderr.start();
  folder = mkdtempSync(join(tmpdir(), "daybook-"));
  handler = new FileHandler(join(folder, "app.log"));
  log = new Logger("a", "DEBUG");
  log.addHandler(handler);
  calls = 0;
});

afterEach(() => {
  handler.close();
  rmSync(folder, { recursive: true });
  stderr.stop();
});

const MESSAGE = "%(message)s";

/** Logs, unless it has done so beyond all measure: then the test would never end. */
function again(...args: [unknown, ...unknown[]]): string {
  calls += 1;
  if (calls < 20_000) log.info(...args);
  return "again";
}

function checkEnded(first: string): void {
  assert.ok(calls < 2000, `${calls} calls`);
  assert.match(stderr.text, /not logged: .* value logs each time it is asked/);
  log.info("afterwards");
  const lines = readFileSync(join(folder, "app.log"), "utf8").split("\n");
  assert.match(lines.at(-2) ?? "", /afterwards/);
  assert.equal(lines.filter((line) => line.includes(first)).length, 1);
}

test("a toString that logs its own object is stopped", () => {
  handler.setFormatter(new Formatter(MESSAGE));
  const value = { toString: (): string => again("again %s", value) };
  log.info("once %s", value);
  checkEnded("once");
});

test("an inspect method that logs its own object is stopped", () => {
  handler.setFormatter(new JsonFormatter());
  const value = { [inspect.custom]: (): string => again("again %s", value) };
  log.info("once %s", value);
  checkEnded("once");
});

test("a proxy that logs itself when it is looked at is stopped", () => {
  handler.setFormatter(new JsonFormatter());
  const traps = {
    getPrototypeOf: (target: object): object | null => {
      again("again", { value });
      return Reflect.getPrototypeOf(target);
    },
    get: (target: object, key: string | symbol): unknown => {
      if (key === "toJSON") again("again", { value });
      return Reflect.get(target, key);
    },
  };
  const value: object = new Proxy({}, traps);
  log.info("once", { value });
  checkEnded("once");
});

test("a bound value that logs by the logger it is bound to is stopped", () => {
  handler.setFormatter(new JsonFormatter({ redact: ["secret"] }));
  const value = {
    toJSON: (): string => {
      calls += 1;
      if (calls < 20_000) bound.info("again");
      return "again";
    },
  };
  const bound = log.with({ value });
  bound.info("once");
  checkEnded("once");
});
