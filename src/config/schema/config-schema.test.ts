import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as v from "valibot";

import { configJsonSchema } from "../../../test/kit/config-json-schema.ts";
import { Handler } from "../../core/handler.ts";
import { checkDocument, DICT_CONFIG_SCHEMA } from "./config-schema.ts";
import type { DictConfig } from "./document-types.ts";
import { HANDLER_SCHEMAS } from "./handler-schemas.ts";
import { CLASSES } from "../registry/known-names.ts";

// This file runs from build/src/config/, or a folder beside build/.
const PUBLISHED = new URL("../../../../schema/daybook-config.schema.json", import.meta.url);

test("the published JSON Schema is current (if not: node scripts/config-schema.mjs)", () => {
  assert.equal(readFileSync(PUBLISHED, "utf8"), configJsonSchema());
});

test("every known handler has a schema, under its name, and under Python's", () => {
  const handlers = CLASSES.filter(([, { prototype }]) => prototype instanceof Handler);
  const known = HANDLER_SCHEMAS.flatMap(({ names }) => names);
  assert.deepEqual(
    handlers
      .flatMap(([module, { name }]) => (module === "" ? [name] : [name, `${module}.${name}`]))
      .toSorted(),
    known.toSorted(),
  );
});

const typed: DictConfig = {
  version: 1,
  disableExistingLoggers: false,
  formatters: {
    a: { format: "%(message)s", style: "%" },
    b: { class: "JsonFormatter", maxDepth: 3, preset: "ecs", redact: ["user.card"] },
    c: { class: "LogfmtFormatter", nested: "json", base: { service: "shop" } },
    d: { class: "PrettyFormatter", colors: true, fields: ["id"], time_zone: "UTC" },
  },
  filters: { a: { name: "x" }, b: () => true },
  handlers: {
    console: { class: "ConsoleHandler", stream: "stdout", format: "auto", journald: false },
    stream: { class: "logging.StreamHandler", stream: "ext://sys.stdout", formatter: "a" },
    file: { class: "FileHandler", filename: "a.log", durability: "buffered", flushLevel: "ERROR" },
    timed: { class: "TimedRotatingFileHandler", filename: "b.log", when: "W0", compress: "gzip" },
    memory: { class: "logging.handlers.MemoryHandler", capacity: 5, target: "file" },
    syslog: { class: "SysLogHandler", address: ["localhost", 514], rfc: 5424 },
    mail: { class: "SMTPHandler", mailhost: "m", fromaddr: "a@b", toaddrs: ["c@d"], subject: "s" },
    own: { "()": "app.make", anything: { at: ["all"] } },
  },
  loggers: { "app.db": { level: 10, propagate: false } },
  root: { level: "INFO", handlers: ["stream", "file"] },
  settings: { of: "the program" },
};

test("a document of the right types is taken, as typed object and as JSON", () => {
  assert.equal(v.is(DICT_CONFIG_SCHEMA, typed), true);
  checkDocument(typed);
  checkDocument(JSON.parse(JSON.stringify({ ...typed, filters: {} })));
});

test("the types refuse, before anything runs, what the schema refuses", () => {
  const handlers: NonNullable<DictConfig["handlers"]> = {
    // @ts-expect-error: a number is no path
    a: { class: "FileHandler", filename: 5 },
    // @ts-expect-error: there is no such durability
    b: { class: "TimedRotatingFileHandler", filename: "x", durability: "later" },
    // @ts-expect-error: it needs a capacity
    c: { class: "MemoryHandler" },
  };
  for (const [name, handler] of Object.entries(handlers)) {
    assert.throws(() => checkDocument({ version: 1, handlers: { [name]: handler } }), {
      name: "TypeError",
    });
  }
});

test("references, things of the program's, and Python's spellings are taken", () => {
  checkDocument({
    version: 1,
    disable_existing_loggers: 0,
    formatters: { live: { format: (): string => "" }, f: "cfg://formatters.live" },
    handlers: {
      live: new Handler(),
      a: { class: "RotatingFileHandler", filename: "x", backupCount: "cfg://n", namer: String },
      b: { class: "FileHandler", filename: "x", flush_interval_ms: 5, level: null },
      c: { class: "app.Own", whatever: 5 },
    },
    loggers: { a: { propagate: "true" } },
    root: null,
    n: 3,
  });
});

test("values of wrong types are refused, with their place and what is accepted", () => {
  const file = { class: "FileHandler", filename: "x" };
  for (const [rest, path, accepted] of [
    [{ incremental: "yes" }, "incremental", "true or false"],
    [{ formatters: 5 }, "formatters", "an object with entries by name"],
    [{ formatters: { a: 5 } }, "formatters.a", "an object"],
    [{ formatters: { a: { validate: "no" } } }, "formatters.a.validate", "true or false"],
    [{ filters: { a: { name: 5 } } }, "filters.a.name", "a text"],
    [{ handlers: { a: { ...file, delay: "no" } } }, "handlers.a.delay", "true or false"],
    [{ handlers: { a: { ...file, mode: "x" } } }, "handlers.a.mode", "'a', 'w'"],
    [
      { handlers: { a: { ...file, bufferBytes: 1.5 } } },
      "handlers.a.bufferBytes",
      "a whole number",
    ],
    [
      { handlers: { a: { "()": "x", level: 1.5 } } },
      "handlers.a.level",
      "a whole number or the name of a level",
    ],
    [{ loggers: { "a.b": { propagate: "no" } } }, "loggers[a.b].propagate", "true or false"],
    [{ root: { handlers: "x" } }, "root.handlers", "an array of names of entries of handlers"],
  ] as const) {
    assert.throws(() => checkDocument({ version: 1, ...rest }), {
      name: "TypeError",
      path,
      accepted,
    });
  }
});

test("the compiler finds what is misspelt, missing or wrong in an entry", () => {
  const handlers: NonNullable<DictConfig["handlers"]> = {
    // @ts-expect-error: formatter
    a: { class: "StreamHandler", formater: "f" },
    // @ts-expect-error: a number
    b: { class: "RotatingFileHandler", filename: "x", maxBytes: "10MB" },
    // @ts-expect-error: it needs a filename
    c: { class: "FileHandler" },
    // @ts-expect-error: a or w
    d: { class: "FileHandler", filename: "x", mode: "x" },
    e: { "()": ({ n }: { n: number }) => n, n: 4 },
  };
  assert.equal(Object.keys(handlers).length, 5);
});

test("the types take references, null for what may be left out, and Python's renamed options", () => {
  const mail = { class: "SMTPHandler", mailhost: "cfg://mail", fromaddr: "a@b" } as const;
  const document: DictConfig = {
    version: 1,
    formatters: { a: { format: "cfg://formats.a", style: "cfg://style", datefmt: null }, b: "cfg://c" },
    handlers: {
      file: { class: "FileHandler", filename: "cfg://path", delay: "cfg://n", encoding: null },
      timed: { class: "TimedRotatingFileHandler", filename: "x", namer: "ext://app.namer" },
      python: { class: "RotatingFileHandler", filename: "x", errors: "backslashreplace" },
      snake: { class: "RotatingFileHandler", filename: "x", backup_count: "cfg://n", file_mode: null },
      mail: { ...mail, toaddrs: "ext://app.people", subject: "s", timeout: 1.5, credentials: null },
      tcp: { class: "SocketHandler", host: "h", port: "cfg://port", level: "ext://logging.INFO" },
      queue: { class: "QueueHandler", handlers: "cfg://names", queue: "ext://app.queue" },
      same: "cfg://handlers.file",
    },
    loggers: { a: { propagate: "cfg://flag", handlers: "cfg://names" }, b: "cfg://loggers.a" },
    root: "cfg://loggers.a",
  };
  checkDocument(document);
  const refused: NonNullable<DictConfig["handlers"]> = {
    // @ts-expect-error: it needs a filename
    a: { class: "FileHandler", filename: null },
    // @ts-expect-error: a number of seconds
    b: { ...mail, toaddrs: "c@d", subject: "s", timeout: "soon" },
    // @ts-expect-error: there is no other way here
    c: { class: "RotatingFileHandler", filename: "x", errors: 1 },
  };
  for (const handler of Object.values(refused)) {
    assert.throws(() => checkDocument({ version: 1, handlers: { handler } }), {
      name: "TypeError",
    });
  }
});
