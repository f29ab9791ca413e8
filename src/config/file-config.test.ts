import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { getHandlerByName, Handler } from "../core/handler.ts";
import { getLogger, getManager } from "../core/hierarchy.ts";
import type { LogRecord } from "../core/record.ts";
import { Formatter } from "../formatters/formatter.ts";
import { FileHandler } from "../handlers/file.ts";
import { MemoryHandler } from "../handlers/memory.ts";
import { NullHandler } from "../handlers/null.ts";
import { RotatingFileHandler } from "../handlers/rotating-file.ts";
import { StreamHandler } from "../handlers/stream.ts";
import { TimedRotatingFileHandler } from "../handlers/timed-rotating-file.ts";
import { fileConfig } from "./file-config.ts";
import { IniParser } from "./ini/ini-parser.ts";
import { registerClass, registerFactory, unregister } from "./registry/registry.ts";

const folder = mkdtempSync(join(tmpdir(), "daybook-file-config-"));
const root = getLogger();
const stderr = new CapturedStderr();

beforeEach(() => stderr.start());

afterEach(() => {
  stderr.stop();
  for (const logger of [root, ...getManager().loggerDict.values()]) {
    if (!("handlers" in logger)) continue;
    for (const handler of logger.handlers) handler.close();
    logger.handlers = [];
  }
  getManager().loggerDict.clear();
  root.setLevel("WARNING");
});

after(() => rmSync(folder, { recursive: true }));

function inFolder(name: string, text?: string): string {
  const path = join(folder, name);
  if (text !== undefined) writeFileSync(path, text);
  return path;
}

function apply(text: string, defaults: Record<string, unknown> | null = null): void {
  fileConfig(inFolder("config.ini", text), { defaults });
}

const MINIMAL = (handler: string, more = ""): string => `
[loggers]
keys=root
[handlers]
keys=h
[formatters]
keys=
[logger_root]
handlers=h
[handler_h]
${handler}
${more}`;

test("a file sets up formatters, handlers and loggers", () => {
  const log = inFolder("a.log");
  apply(
    `
[formatters]
keys = short, braces

[handlers]
keys = file, none

[loggers]
keys = root, db

[formatter_short]
format = %(levelname)s|%(message)s

[formatter_braces]
format = {levelname}:{where}:{message}
style = {
defaults = {'where': 'here'}

[handler_file]
class = FileHandler
level = INFO
formatter = short
args = ('%(log)s', 'w')
kwargs = {'encoding': 'utf-8'}

[handler_none]
class = logging.NullHandler
formatter = braces

[logger_root]
level = DEBUG
handlers = file

[logger_db]
level = ERROR
handlers = none, file
propagate = 0
qualname = app.db
`,
    { log },
  );
  getLogger("app").debug("below the handler's level");
  getLogger("app").info("x %d", 1);
  getLogger("app.db").warning("below the logger's level");
  getLogger("app.db").error("y");
  assert.equal(readFileSync(log, "utf8"), "INFO|x 1\nERROR|y\n");
  const db = getLogger("app.db");
  assert.deepEqual([db.level, db.propagate, db.handlers.length], [40, false, 2]);
  assert.equal(getHandlerByName("file"), root.handlers[0]);
  assert.ok(db.handlers[0] instanceof NullHandler);
  const braces = db.handlers[0].formatter as Formatter;
  assert.deepEqual(braces.defaults, { where: "here" });
});

test("a URL and a filled parser are as good as a path", () => {
  fileConfig(pathToFileURL(inFolder("url.ini", MINIMAL("class=NullHandler"))));
  assert.ok(root.handlers[0] instanceof NullHandler);
  const parser = new IniParser();
  parser.readString(MINIMAL("class=StreamHandler"));
  fileConfig(parser);
  assert.ok(root.handlers[0] instanceof StreamHandler);
});

test("Python's positional arguments reach the right options", () => {
  const log = inFolder("rotated.log");
  apply(
    MINIMAL(
      `class=handlers.RotatingFileHandler\nargs=('${log}', 'a', 10 * 1024, 3, 'utf-8', True)`,
    ),
  );
  const rotating = root.handlers[0];
  assert.ok(rotating instanceof RotatingFileHandler);
  assert.deepEqual([rotating.maxBytes, rotating.backupCount], [10_240, 3]);
  apply(
    MINIMAL(
      `class=handlers.TimedRotatingFileHandler\nargs=('${log}', 'midnight', 1, 7)\nkwargs={'utc': True}`,
    ),
  );
  const timed = root.handlers[0];
  assert.ok(timed instanceof TimedRotatingFileHandler);
  assert.deepEqual([timed.when, timed.interval, timed.backupCount], ["MIDNIGHT", 1, 7]);
  apply(MINIMAL("class=StreamHandler\nargs=(sys.stdout,)"));
  assert.equal((root.handlers[0] as StreamHandler).stream, process.stdout);
  apply(MINIMAL("class=handlers.MemoryHandler\nargs=(10, ERROR)"));
  assert.equal((root.handlers[0] as MemoryHandler).flushLevel, 40);
});

test("a memory handler finds its target, also one that comes after it", () => {
  const log = inFolder("memory.log");
  apply(
    MINIMAL(
      "class=handlers.MemoryHandler\nargs=(10,)\ntarget=file",
      `[handler_file]\nclass=FileHandler\nargs=('${log}',)\n`,
    ).replace("keys=h\n", "keys=h,file\n"),
  );
  root.warning("held");
  assert.equal(readFileSync(log, "utf8"), "");
  root.error("pushed");
  assert.equal(readFileSync(log, "utf8"), "held\npushed\n");
});

test("handlers that reach out of the process are written as in files for Python", () => {
  const sections: readonly (readonly [string, string, string])[] = [
    ["SocketHandler", "args=('localhost', handlers.DEFAULT_TCP_LOGGING_PORT)", "localhost:9020"],
    ["DatagramHandler", "args=('localhost', handlers.DEFAULT_UDP_LOGGING_PORT)", "localhost:9021"],
    [
      "SysLogHandler",
      "args=(('localhost', handlers.SYSLOG_UDP_PORT), handlers.SysLogHandler.LOG_LOCAL0)",
      "",
    ],
    [
      "SMTPHandler",
      "args=('localhost', 'a@example.org', ['b@example.org'], 'Trouble')\nkwargs={'timeout': 2.5}",
      "",
    ],
    ["HTTPHandler", "args=('localhost:9022', '/log', 'POST')\nkwargs={'secure': True}", "/log"],
  ];
  for (const [name, lines, shown] of sections) {
    apply(MINIMAL(`class=handlers.${name}\nlevel=WARN\n${lines}`));
    const [handler] = root.handlers;
    assert.equal(handler?.constructor.name, name);
    assert.equal(handler.level, 30);
    assert.ok(String(handler).includes(shown), String(handler));
  }
  const text = MINIMAL(
    "class=handlers.SysLogHandler\nargs=('localhost', handlers.SysLogHandler.LOG_X)",
  );
  assert.throws(() => apply(text), {
    message: /name 'handlers\.SysLogHandler\.LOG_X' is not defined/,
  });
});

test("registered classes and functions get their arguments", () => {
  class Audit extends Handler {
    readonly given: readonly unknown[];
    constructor(...given: unknown[]) {
      super();
      this.given = given;
    }
    override emit(_record: LogRecord): void {}
  }
  class Mine extends FileHandler {}
  registerClass("app.Audit", Audit);
  registerClass("app.Mine", Mine);
  registerFactory("app.make", (...given: unknown[]) => new Audit("made", ...given));
  try {
    apply(MINIMAL("class=app.Audit\nargs=('x', 1)\nkwargs={'y': 2}"));
    assert.deepEqual((root.handlers[0] as Audit).given, ["x", 1, { y: 2 }]);
    apply(MINIMAL("class=app.make\nargs=('x',)"));
    assert.deepEqual((root.handlers[0] as Audit).given, ["made", "x"]);
    apply(MINIMAL(`class=app.Mine\nargs=('${inFolder("mine.log")}', 'w')`));
    assert.ok(root.handlers[0] instanceof Mine);
  } finally {
    for (const name of ["app.Audit", "app.Mine", "app.make"]) unregister(name);
  }
});

test("loggers that the file doesn't mention are disabled, and children of its own reset", () => {
  const names = ["old", "app", "app.child", "app.child.deep", "application"];
  for (const name of names) getLogger(name).setLevel("DEBUG");
  getLogger("app.child").propagate = false;
  getLogger("app").disabled = true;
  const text =
    MINIMAL("class=NullHandler").replace("keys=root", "keys=root,app") +
    "[logger_app]\nqualname=app\nhandlers=\n";
  fileConfig(inFolder("existing.ini", text));
  assert.deepEqual(
    names.map((name) => getLogger(name).disabled),
    [true, false, false, false, true],
  );
  const child = getLogger("app.child");
  assert.deepEqual([child.level, child.propagate, child.handlers.length], [0, true, 0]);
  assert.equal(getLogger("old").level, 10);
  for (const kept of [{ disable_existing_loggers: false }, { disableExistingLoggers: false }]) {
    fileConfig(inFolder("existing.ini", text), kept);
    assert.equal(getLogger("old").disabled, false);
    fileConfig(inFolder("existing.ini", text), { disableExistingLoggers: true });
    assert.equal(getLogger("old").disabled, true);
  }
});

test("a missing, an empty and an invalid file have CPython's errors", () => {
  const missing = inFolder("missing.ini");
  assert.throws(() => fileConfig(missing), {
    name: "FileNotFoundError",
    message: `${missing} doesn't exist`,
  });
  const empty = inFolder("empty.ini", "");
  assert.throws(() => fileConfig(empty), {
    name: "RuntimeError",
    message: `${empty} is an empty file`,
  });
  const invalid = inFolder("invalid.ini", "[loggers]\nkeys\n");
  assert.throws(() => fileConfig(invalid), {
    name: "RuntimeError",
    message: `${invalid} is invalid: Source contains parsing errors: '${invalid}'\n\t[line  2]: 'keys\\n'`,
  });
  const headless = inFolder("headless.ini", "keys=a\n");
  assert.throws(() => fileConfig(headless), {
    name: "RuntimeError",
    message: /no section headers/,
  });
  const twice = inFolder("twice.ini", "[a]\n[a]\n");
  assert.throws(() => fileConfig(twice), { name: "DuplicateSectionError" });
  const latin = inFolder("latin.ini");
  writeFileSync(latin, Buffer.from(MINIMAL("class=NullHandler\n# \u00e9"), "latin1"));
  assert.throws(() => fileConfig(latin), {
    name: "ValueError",
    message: /is not encoded in utf-8/,
  });
  fileConfig(latin, { encoding: "latin-1" });
});

test("a bad file changes nothing, and its error says where it is wrong", () => {
  const log = inFolder("kept.log");
  const other = inFolder("other.log");
  apply(MINIMAL(`class=FileHandler\nargs=('${log}', 'w')`));
  const kept = root.handlers[0];
  const good = `class=FileHandler\nargs=('${other}',)`;
  const cases: readonly (readonly [string, object])[] = [
    ["[loggers]\nkeys=root\n", { name: "KeyError", message: "formatters" }],
    [MINIMAL(good).replace("keys=h", "keys=h,x"), { name: "KeyError", message: "handler_x" }],
    [MINIMAL("level=INFO"), { name: "KeyError", message: "class", path: "handler_h.class" }],
    [
      MINIMAL(`${good}\nformatter=nope`),
      { name: "KeyError", message: "nope", path: "handler_h.formatter" },
    ],
    [MINIMAL(`${good}\nlevel=LOUD`), { message: "Unknown level: 'LOUD'", path: "handler_h.level" }],
    [MINIMAL(good).replace("keys=root", "keys=a"), { message: "list.remove(x): x not in list" }],
    [
      MINIMAL(good).replace("handlers=h", "handlers=z"),
      { message: "z", path: "logger_root.handlers" },
    ],
    [MINIMAL(good).replace("handlers=h", ""), { name: "KeyError", message: "handlers" }],
    [
      `${MINIMAL(good).replace("keys=root", "keys=root,b")}\n[logger_b]\nhandlers=\nqualname=b\npropagate=no`,
      { message: "invalid literal for int() with base 10: 'no'", path: "logger_b.propagate" },
    ],
    [MINIMAL("class=Nope"), { name: "ModuleNotFoundError", path: "handler_h.class" }],
    [MINIMAL("class=FileHandler"), { name: "TypeError", message: /missing 1 required/ }],
    [MINIMAL("class=FileHandler\nargs=('a.log')"), { message: /args must be a tuple/ }],
    [MINIMAL("class=FileHandler\nargs=(1, 2, 3, 4, 5, 6)"), { message: /at most 5 positional/ }],
    [
      MINIMAL("class=FileHandler\nargs=('a',)\nkwargs={'filename': 'b'}"),
      { message: /multiple values/ },
    ],
    [
      MINIMAL("class=FileHandler\nargs=('a',)\nkwargs={'colour': 'b'}"),
      { message: /unexpected keyword/ },
    ],
    [MINIMAL("class=FileHandler\nkwargs=[1]"), { message: /kwargs must be a dict/ }],
    [
      MINIMAL("class=StreamHandler\nargs=(sys.exit(),)"),
      { name: "NameError", message: "name 'sys.exit' is not defined" },
    ],
    [MINIMAL("class=StreamHandler\nargs=(open('x'),)"), { name: "NameError" }],
    [MINIMAL("class=StreamHandler\nargs=(sys.stdout.write('x'),)"), { name: "NameError" }],
    [
      MINIMAL("class=StreamHandler\nargs=(sys.stdout(),)"),
      { name: "SyntaxError", path: "handler_h.args" },
    ],
    [MINIMAL("class=StreamHandler\nargs=%(x)s"), { name: "InterpolationMissingOptionError" }],
    [
      MINIMAL(good, "[formatter_f]\nformat=%(nope\n").replace(
        "[formatters]\nkeys=",
        "[formatters]\nkeys=f",
      ),
      {
        name: "ValueError",
        message: "Invalid format '%(nope' for '%' style",
        path: "formatter_f.format",
      },
    ],
  ];
  for (const [text, error] of cases) {
    assert.throws(() => apply(text), error, text);
    assert.deepEqual(root.handlers, [kept], text);
    assert.equal(getHandlerByName("h"), kept, text);
  }
  root.warning("still here");
  assert.equal(readFileSync(log, "utf8"), "still here\n");
});
