import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { setClock } from "../core/clock.ts";
import { makeLogRecord } from "../core/record.ts";
import type { LogRecord } from "../core/record.ts";
import { Formatter } from "../formatters/formatter.ts";
import { JsonFormatter } from "../formatters/json.ts";
import { PrettyFormatter } from "../formatters/pretty.ts";
import { ConsoleHandler } from "./console.ts";
import type { ConsoleHandlerOptions } from "./console-options.ts";
import type { TextStream } from "./stream.ts";

const stderr = new CapturedStderr();
const folder = mkdtempSync(join(tmpdir(), "daybook-console-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const VARIABLES = [
  "FORCE_COLOR",
  "NO_COLOR",
  "NODE_DISABLE_COLORS",
  "TERM",
  "CI",
  "JOURNAL_STREAM",
];
const before = new Map(VARIABLES.map((name) => [name, process.env[name]]));

beforeEach(() => {
  stderr.start();
  for (const name of VARIABLES) delete process.env[name];
  process.env["TERM"] = "xterm-256color";
});

afterEach(() => {
  stderr.stop();
  setClock(null);
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

class Sink implements TextStream {
  text = "";
  readonly isTTY: boolean;
  constructor(isTTY = false) {
    this.isTTY = isTTY;
  }
  write(text: string): void {
    this.text += text;
  }
}

function record(msg: string, levelno = 20, levelname = "INFO"): LogRecord {
  const created = Date.UTC(2026, 10, 22, 12, 34, 56, 789) / 1000;
  return makeLogRecord({ name: "app", msg, levelno, levelname, created, msecs: 789 });
}

/** What is written of a record to a terminal, or to something that is none. */
function written(isTTY: boolean, options: ConsoleHandlerOptions = {}, made = record("x")): string {
  const stream = new Sink(isTTY);
  new ConsoleHandler({ stream, pretty: { timeZone: "UTC" }, ...options }).handle(made);
  return stream.text;
}

const PLAIN = "12:34:56.789 INFO     app: x\n";

test("lines go to stderr unless another stream is named", () => {
  new ConsoleHandler({ pretty: { timeZone: "UTC" }, colors: false }).handle(record("x"));
  assert.equal(stderr.text, PLAIN);
  assert.equal(new ConsoleHandler({ stream: "stdout" }).stream, process.stdout);
  assert.equal(new ConsoleHandler({ stream: "stderr" }).stream, process.stderr);
  assert.equal(String(new ConsoleHandler()), "<ConsoleHandler <stderr> (NOTSET)>");
});

test("a terminal gets colours, what is none plain lines", () => {
  assert.equal(written(true).includes("\x1b[32mINFO\x1b[39m"), true);
  assert.equal(written(false), PLAIN);
});

test("the environment decides on colours as Node has it", () => {
  for (const [name, value, onTerminal, elsewhere] of [
    ["NO_COLOR", "1", false, false],
    ["NODE_DISABLE_COLORS", "1", false, false],
    ["TERM", "dumb", false, false],
    ["FORCE_COLOR", "1", true, true],
    ["FORCE_COLOR", "3", true, true],
    ["FORCE_COLOR", "0", false, false],
  ] as const) {
    const held = process.env[name];
    process.env[name] = value;
    const what = `${name}=${value}`;
    assert.equal(written(true).includes("\x1b["), onTerminal, what);
    assert.equal(written(false).includes("\x1b["), elsewhere, what);
    // What the program says counts more.
    assert.equal(written(true, { colors: true }).includes("\x1b["), true, what);
    assert.equal(written(true, { colors: false }), PLAIN, what);
    if (held === undefined) delete process.env[name];
    else process.env[name] = held;
  }
});

test("JSON is written if asked for; with auto where the stream is no terminal", () => {
  for (const [isTTY, format] of [
    [true, "json"],
    [false, "json"],
    [false, "auto"],
  ] as const) {
    const line = JSON.parse(written(isTTY, { format })) as Record<string, unknown>;
    assert.equal(line["msg"], "x");
    assert.equal(line["level"], "INFO");
  }
  assert.equal(written(true, { format: "auto", colors: false }), PLAIN);
});

test("options of the two formatters are passed on", () => {
  const made = record("x");
  made.fields = { a: 1, deep: { b: { c: 1 } } };
  assert.equal(
    written(false, { pretty: { fields: ["a"], timeFormat: null } }, made),
    "INFO     app: x  a=1\n",
  );
  assert.match(
    written(false, { format: "json", json: { maxDepth: 1 } }, made),
    /"deep":\{"b":"\[Object\]"\}/,
  );
});

test("with journald each line has its priority, and neither time nor colours", () => {
  for (const [levelno, priority] of [
    [5, 7],
    [10, 7],
    [20, 6],
    [25, 5],
    [30, 4],
    [40, 3],
    [50, 2],
    [60, 2],
  ] as const) {
    const text = written(true, { journald: true }, record("one\ntwo", levelno, "L"));
    assert.equal(text, `<${priority}>L        app: one\n<${priority}>    two\n`);
  }
  assert.match(written(false, { journald: true, format: "json" }), /^<6>\{"time":.*\}\n$/);
  const refused = record("%d %d");
  refused.args = ["x", "y"];
  const lines = written(true, { journald: true }, refused).trimEnd().split("\n");
  assert.ok(lines.every((line) => line.startsWith("<6>")));
});

test("the journal is known by the variable and the descriptor, both", () => {
  const module = new URL("./console.js", import.meta.url).href;
  const code = `
    import { ConsoleHandler } from ${JSON.stringify(module)};
    import { makeLogRecord } from ${JSON.stringify(new URL("../core/record.js", import.meta.url).href)};
    for (const stream of ["stdout", "stderr"]) {
      const handler = new ConsoleHandler({ stream });
      handler.handle(makeLogRecord({ name: "app", msg: "x", levelno: 30, levelname: "WARNING" }));
    }
  `;
  const [out, err] = ["out", "err"].map((name) => join(folder, name)) as [string, string];
  const run = (journal: (fd: number) => string): string[] => {
    const fds = [openSync(out, "w"), openSync(err, "w")] as const;
    const env = { ...process.env, JOURNAL_STREAM: journal(fds[0]) };
    const { status } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
      stdio: ["ignore", ...fds],
      env,
    });
    for (const fd of fds) closeSync(fd);
    assert.equal(status, 0);
    return [out, err].map((path) => readFileSync(path, "utf8"));
  };
  const [journal, redirected] = run((fd) => {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return `${dev}:${ino}`;
  });
  assert.equal(journal, "<4>WARNING  app: x\n");
  assert.match(redirected ?? "", /^\d\d:\d\d:\d\d\.\d{3} WARNING {2}app: x\n$/);
  for (const nonsense of ["", "1:2", "x", "8:999999999999999999999"]) {
    assert.match(run(() => nonsense)[0] ?? "", /^\d\d:.* WARNING/, nonsense);
  }
});

test("in a worker thread the journal is known, too", () => {
  const module = new URL("./console.js", import.meta.url).href;
  const record = new URL("../core/record.js", import.meta.url).href;
  const thread = `
    import(${JSON.stringify(module)}).then(async ({ ConsoleHandler }) => {
      const { makeLogRecord } = await import(${JSON.stringify(record)});
      const handler = new ConsoleHandler({ stream: "stdout" });
      handler.handle(makeLogRecord({ name: "app", msg: "x", levelno: 10, levelname: "DEBUG" }));
    });
  `;
  const code = `
    import { Worker } from "node:worker_threads";
    new Worker(${JSON.stringify(thread)}, { eval: true });
  `;
  const path = join(folder, "thread");
  const fd = openSync(path, "w");
  const { dev, ino } = fstatSync(fd, { bigint: true });
  const env = { ...process.env, JOURNAL_STREAM: `${dev}:${ino}` };
  spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", fd, "inherit"],
    env,
  });
  closeSync(fd);
  assert.equal(readFileSync(path, "utf8"), "<7>DEBUG    app: x\n");
});

test("a formatter of one's own is kept, also by setStream; ours is chosen anew", () => {
  const [terminal, file] = [new Sink(true), new Sink()];
  const handler = new ConsoleHandler({ stream: file, pretty: { timeZone: "UTC" } });
  assert.ok(handler.formatter instanceof PrettyFormatter);
  assert.equal(handler.setStream(terminal), file);
  assert.equal(handler.setStream(terminal), null);
  handler.handle(record("x"));
  assert.match(terminal.text, /\x1b\[32mINFO/); // oxlint-disable-line no-control-regex
  const own = new Formatter("%(message)s!");
  handler.setFormatter(own);
  handler.setStream(file);
  assert.equal(handler.formatter, own);
  handler.handle(record("x"));
  assert.equal(file.text, "x!\n");
  const auto = new ConsoleHandler({ stream: file, format: "auto" });
  assert.ok(auto.formatter instanceof JsonFormatter);
});

test("options that can't be are refused before there is a handler", () => {
  for (const [options, message] of [
    [{ color: true }, /^unknown option "color"; accepted: stream, format, colors, /],
    [{ format: "xml" }, /^format can't be 'xml'; accepted: "pretty", "json" or "auto"$/],
    [{ colors: 1 }, /^colors can't be 1; accepted: true or false/],
    [{ journald: "yes" }, /^journald can't be 'yes'; accepted: "auto", true or false$/],
    [{ stream: "stdin" }, /^a stream can't be 'stdin'; accepted: "stderr", "stdout", or an object/],
    [{ stream: {} }, /^a stream can't be \{\}; accepted: an object with a write/],
    [{ pretty: { colors: true } }, /colors/],
    [{ pretty: { nope: 1 } }, /^unknown option "nope"/],
    [{ json: { maxDepth: -1 } }, /maxDepth/],
    [5, /^options must be an object, not 5/],
  ] as const) {
    assert.throws(() => new ConsoleHandler(options as never), { message });
  }
});

test("a reader that has enough ends neither the program nor its exit code", () => {
  const code = `
    import { ConsoleHandler } from ${JSON.stringify(new URL("./console.js", import.meta.url).href)};
    import { getLogger } from ${JSON.stringify(new URL("../core/hierarchy.js", import.meta.url).href)};
    const log = getLogger();
    log.addHandler(new ConsoleHandler({ stream: "stdout" }));
    let count = 0;
    const timer = setInterval(() => {
      log.error("x".repeat(20_000), new Error("e"));
      count += 1;
      if (count < 40) return;
      clearInterval(timer);
      process.stderr.write("all done\\n");
      process.exitCode = 7;
    }, 2);
  `;
  const script = `("$0" --input-type=module -e "$1"; echo "code $?" >&2) | head -n 1`;
  const run = spawnSync("sh", ["-c", script, process.execPath, code], { encoding: "utf8" });
  assert.match(run.stdout, /^\d\d:\d\d:\d\d\.\d{3} ERROR {4}root: x+\n$/);
  assert.match(run.stderr, /all done/);
  assert.match(run.stderr, /code 7/);
  assert.match(run.stderr, /In <stdout>: a log stream failed/);
});

test("a stderr that nobody reads any more ends nothing either", () => {
  const code = `
    import { ConsoleHandler } from ${JSON.stringify(new URL("./console.js", import.meta.url).href)};
    import { getLogger } from ${JSON.stringify(new URL("../core/hierarchy.js", import.meta.url).href)};
    const log = getLogger();
    log.addHandler(new ConsoleHandler());
    let count = 0;
    const timer = setInterval(() => {
      log.error("x".repeat(20_000));
      count += 1;
      if (count < 40) return;
      clearInterval(timer);
      console.log("all done");
    }, 2);
  `;
  const script = `("$0" --input-type=module -e "$1" 3>&1 1>&2 2>&3 | head -c 10 >/dev/null) 2>&1`;
  const run = spawnSync("sh", ["-c", script, process.execPath, code], { encoding: "utf8" });
  assert.equal(run.stdout, "all done\n");
});
