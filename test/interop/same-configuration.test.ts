// Does a configuration that was written for CPython configure daybook, unchanged? The
// same documents, of the kinds that Python's documentation shows, are given to a real
// CPython and to us as JSON, and to us as YAML, too; the same calls are made, and what
// is on both streams and in the files must be the same.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { stringify } from "yaml";

import { pythonCommand, pythonMissing } from "./python.ts";

const skip = pythonMissing();
const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);

type Call = readonly [logger: string | null, method: string, message: string, ...args: unknown[]];

const CALLS: readonly Call[] = [
  [null, "warning", "disk %s is %d %% full", "sda", 91],
  ["simpleExample", "debug", "debug message"],
  ["simpleExample", "info", "%(user)s logged in", { user: "ada" }],
  ["shop", "error", "order %05d failed", 42],
  ["shop.mail", "debug", "nobody reads this"],
  ["shop.mail", "critical", "naïve café 漢"],
  ["foo.bar", "info", "through the filter"],
  ["food", "info", "not through the filter"],
  ["noexist", "info", "a logger of nobody"],
];

const IN_PYTHON = `
import json, logging, logging.config, sys
with open("configuration.json", encoding="utf-8") as file:
    logging.config.dictConfig(json.load(file))
for name, method, message, *args in json.loads(sys.argv[1]):
    getattr(logging.getLogger(name), method)(message, *args)
`;

const IN_DAYBOOK = `
  const { configFile } = await import(${url("../../src/config/index.js")});
  const { getLogger } = await import(${url("../../src/index.js")});
  const [path, calls] = process.argv.slice(1);
  configFile(path);
  for (const [name, method, message, ...args] of JSON.parse(calls)) {
    getLogger(name ?? "")[method](message, ...args);
  }
`;

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Runs a program with a folder of its own in which the configuration lies. */
function outcome(context: TestContext, text: string, name: string, command: string[]): Outcome {
  const folder = mkdtempSync(join(tmpdir(), "daybook-same-configuration-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), text);
  const [program = "", ...args] = command;
  const env = { ...process.env, PYTHONUTF8: "1", LC_ALL: "C.UTF-8", TZ: "UTC" };
  const { status, stdout, stderr } = spawnSync(program, [...args, JSON.stringify(CALLS)], {
    cwd: folder,
    encoding: "utf8",
    env,
  });
  assert.equal(status, 0, stderr);
  const logs = readdirSync(folder).filter((entry) => entry !== name && !entry.startsWith("."));
  const files = logs.map((entry) => [entry, masked(readFileSync(join(folder, entry), "utf8"))]);
  return { stdout: masked(stdout), stderr: masked(stderr), files: Object.fromEntries(files) };
}

/** The time of the call is nobody's to foresee; its shape is. */
function masked(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(,\d{3})?/g, "<time$1>")
    .replace(/<time,\d+>/g, "<time,ms>");
}

function same(name: string, document: object): void {
  test(`${name}: the same lines as from CPython`, { skip }, (context) => {
    const json = JSON.stringify(document);
    const theirs = outcome(context, json, "configuration.json", [pythonCommand, "-c", IN_PYTHON]);
    const node = [process.execPath, "--input-type=module", "-e", IN_DAYBOOK];
    const ours = outcome(context, json, "configuration.json", [...node, "configuration.json"]);
    assert.deepEqual(ours, theirs);
    const yaml = stringify(document, { version: "1.1" });
    assert.deepEqual(outcome(context, yaml, "logging.yaml", [...node, "logging.yaml"]), theirs);
    assert.notEqual(theirs.stdout + theirs.stderr + Object.values(theirs.files).join(""), "");
  });
}

const SIMPLE = "%(asctime)s - %(name)s - %(levelname)s - %(message)s";

same("one console, and a logger of its own", {
  version: 1,
  formatters: { simple: { format: SIMPLE } },
  handlers: {
    console: {
      class: "logging.StreamHandler",
      level: "DEBUG",
      formatter: "simple",
      stream: "ext://sys.stdout",
    },
  },
  loggers: { simpleExample: { level: "DEBUG", handlers: ["console"], propagate: false } },
  root: { level: "DEBUG", handlers: ["console"] },
});

same("formatters brief and precise, a filter, a rotating file", {
  version: 1,
  formatters: {
    brief: { format: "%(levelname)-8s: %(name)-15s: %(message)s" },
    precise: { format: "%(asctime)s %(name)-15s %(levelname)-8s %(message)s" },
    default: {
      format: "{asctime} {levelname:>8} {name}: {message}",
      style: "{",
      datefmt: "%Y-%m-%d %H:%M:%S",
    },
  },
  filters: { allow_foo: { name: "foo" } },
  handlers: {
    console: {
      class: "logging.StreamHandler",
      formatter: "brief",
      level: "INFO",
      filters: ["allow_foo"],
      stream: "ext://sys.stdout",
    },
    file: {
      class: "logging.handlers.RotatingFileHandler",
      formatter: "precise",
      filename: "logconfig.log",
      maxBytes: 1024,
      backupCount: 3,
      encoding: "utf-8",
    },
    errors: {
      class: "logging.FileHandler",
      formatter: "default",
      level: "ERROR",
      filename: "errors.log",
      mode: "w",
      encoding: "utf-8",
    },
  },
  loggers: { shop: { level: "INFO", handlers: ["errors"] }, "shop.mail": { propagate: true } },
  root: { level: "DEBUG", handlers: ["console", "file"] },
});

same("what refers to itself, and a handler that keeps records back", {
  version: 1,
  disable_existing_loggers: false,
  defaults: { console_level: "WARNING", message: "%(name)s|%(levelno)d|%(message)s" },
  formatters: { bare: { format: "cfg://defaults.message" } },
  handlers: {
    console: {
      class: "logging.StreamHandler",
      formatter: "bare",
      level: "cfg://defaults.console_level",
    },
    kept: {
      class: "logging.handlers.MemoryHandler",
      capacity: 100,
      flushLevel: 40,
      target: "console",
    },
  },
  loggers: { shop: { handlers: ["kept"], propagate: false } },
  root: { level: "NOTSET", handlers: ["console"] },
});
