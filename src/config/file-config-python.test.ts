import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, test } from "node:test";

import { getLogger, getManager } from "../core/hierarchy.ts";
import { Logger } from "../core/logger.ts";
import { fileConfig } from "./file-config.ts";

// The real CPython reads the same files. In later ones of 3.11 it says RuntimeError for a bad one.
const python = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 11, 7))"]);
const skip = python.status === 0 ? false : "no python3 of 3.11.7 or later here to compare with";

const folder = mkdtempSync(join(tmpdir(), "daybook-file-config-python-"));
const root = getLogger();

afterEach(() => {
  for (const logger of [root, ...getManager().loggerDict.values()]) {
    if (!(logger instanceof Logger)) continue;
    for (const handler of logger.handlers) handler.close();
    logger.handlers = [];
  }
  getManager().loggerDict.clear();
  root.setLevel("WARNING");
});

after(() => rmSync(folder, { recursive: true }));

const PYTHON = `
import json, logging, logging.config, sys
logging.config.fileConfig(sys.argv[1], defaults=json.loads(sys.argv[2]))
for name, level, text in json.load(sys.stdin):
    logging.getLogger(name).log(level, text)
logging.shutdown()
`;

test("a file has the same lines logged as with CPython", { skip }, () => {
  const config = join(folder, "both.ini");
  writeFileSync(
    config,
    `
# Read by both.
[DEFAULT]
mode = w

[loggers]
keys=root,net,net_http
[handlers]
keys=all,bad,buffer
[formatters]
keys=long,plain

[logger_root]
level=INFO
handlers=all
[logger_net]
level=DEBUG
handlers=bad
qualname=net
[logger_net_http]
level=NOTSET
handlers=buffer
propagate=0
qualname=net.http

[handler_all]
class: FileHandler
formatter: long
args: ('%(folder)s/all.log',
    "%(mode)s", # truncated
    'utf' '-8')
[handler_bad]
class=logging.FileHandler
level=WARNING
formatter=plain
args=(r'%(folder)s/bad.log', '%(mode)s')
kwargs={'encoding': 'utf-8', 'delay': True}
[handler_buffer]
class=handlers.MemoryHandler
args=(2 + 1, logging_level)
target=bad

[formatter_long]
format=[%(levelname)-8s] %(name)s:
  %(message)s 100%%
[formatter_plain]
format={name}|{message}
style={
`.replace("logging_level", "CRITICAL"),
  );
  const calls = [
    ["", 20, "one"],
    ["", 10, "hidden"],
    ["net", 10, "two \u00e9"],
    ["net.http", 30, "held 1"],
    ["net", 40, "three"],
    ["net.http.deep", 20, "not held, and why: NOTSET below"],
    ["net.http", 40, "held 2"],
    ["net.http", 10, "held 3"],
    ["net.http", 50, "at once"],
    ["other", 30, "four"],
  ] as const;
  const theirs = mkdtempSync(join(folder, "python-"));
  const ours = mkdtempSync(join(folder, "daybook-"));
  const run = spawnSync("python3", ["-c", PYTHON, config, JSON.stringify({ folder: theirs })], {
    input: JSON.stringify(calls),
    encoding: "utf8",
  });
  fileConfig(config, { defaults: { folder: ours } });
  for (const [name, level, text] of calls) getLogger(name).log(level, text);
  root.handlers[0]?.flush();
  for (const name of ["all.log", "bad.log"]) {
    const wanted = readFileSync(join(theirs, name), "utf8");
    assert.ok(wanted.length > 20, run.stderr);
    assert.equal(readFileSync(join(ours, name), "utf8"), wanted);
  }
});

const GOOD = `
[DEFAULT]
where = nowhere
[loggers]
keys=root,a
[handlers]
keys=h,m
[formatters]
keys=f
[logger_root]
level=INFO
handlers=h
[logger_a]
qualname=a.b
propagate=1
handlers=m
[handler_h]
class=NullHandler
level=ERROR
formatter=f
args=()
kwargs={}
[handler_m]
class=handlers.MemoryHandler
args=(10, ERROR)
target=h
[formatter_f]
format=%(message)s
style=%
`;

/** One mistake each: a line of the good file, and what stands in its place. */
const MISTAKES: readonly (readonly [string, string])[] = [
  ["[loggers]\nkeys=root,a", "[loggers]"],
  ["keys=root,a", "keys=a"],
  ["keys=root,a", "keys=root,x"],
  ["keys=root,a", "keys=root,a,"],
  ["keys=root,a", "keys = root , a "],
  ["[loggers]", "[logers]"],
  ["[handlers]", "[handler]"],
  ["[formatters]", "[format]"],
  ["keys=h,m", "keys="],
  ["keys=h,m", "keys=h"],
  ["keys=h,m", "keys=h,m,z"],
  ["keys=f", "keys="],
  ["keys=f", "keys=f,g"],
  ["keys=f", "keys=f,f"],
  ["[logger_root]", "[logger_rot]"],
  ["level=INFO", "level=LOUD"],
  ["level=INFO", "level=10"],
  ["level=INFO", "level=%(where)s"],
  ["level=INFO", "level=%(gone)s"],
  ["level=INFO", "level=%INFO"],
  ["level=INFO", "level="],
  ["handlers=h", "handlers=h,h"],
  ["handlers=h", "handlers=g"],
  ["handlers=h", "handlers="],
  ["handlers=h", "handler=h"],
  ["qualname=a.b", "name=a.b"],
  ["qualname=a.b", "qualname="],
  ["propagate=1", "propagate=yes"],
  ["propagate=1", "propagate= +0_1 "],
  ["propagate=1", "propagate=0x1"],
  ["class=NullHandler", "klass=NullHandler"],
  ["level=ERROR", "level=error"],
  ["formatter=f", "formatter=g"],
  ["formatter=f", "formatter="],
  ["args=()", "args=(nope,)"],
  ["args=()", "args=(%(where)s,)"],
  ["args=()", "args=tuple()"],
  ["target=h", "target=z"],
  ["target=h", "target="],
  ["style=%", "style=!"],
  ["style=%", "style={"],
  ["format=%(message)s", "format=plain"],
  ["format=%(message)s", "format=%(message"],
  ["format=%(message)s", "format"],
  ["format=%(message)s", "format=%(message)s\nformat=x"],
  ["[formatter_f]", "[handler_h]"],
];

const ERRORS = `
import configparser, io, json, logging, logging.config, sys
out = []
for text in json.load(sys.stdin):
    open(sys.argv[1], "w").write(text)
    try:
        logging.config.fileConfig(sys.argv[1])
        root = logging.getLogger()
        a = logging.getLogger("a.b")
        out.append(["fine", root.level, len(root.handlers), len(a.handlers), bool(a.propagate)])
    except Exception as e:
        out.append([type(e).__name__, str(e.args[0]) if isinstance(e, KeyError) else str(e)])
    for logger in (root, logging.getLogger("a.b")):
        logger.handlers.clear(); logger.setLevel(0); logger.propagate = True
print(json.dumps(out))
`;

test("a mistake in a file is the error that CPython raises, in the same words", { skip }, () => {
  const path = join(folder, "mistake.ini");
  const all = [GOOD, ...MISTAKES.map(([line, instead]) => GOOD.replace(line, instead))];
  assert.equal(new Set(all).size, all.length, "each mistake changes the file");
  const run = spawnSync("python3", ["-c", ERRORS, path], {
    input: JSON.stringify(all),
    encoding: "utf8",
  });
  assert.equal(run.status, 0, run.stderr);
  const answers = JSON.parse(run.stdout) as unknown[];
  assert.equal(answers.length, all.length);
  for (const [index, text] of all.entries()) {
    writeFileSync(path, text);
    let answer: unknown;
    try {
      fileConfig(path);
      const child = getLogger("a.b");
      answer = ["fine", root.level, root.handlers.length, child.handlers.length, child.propagate];
    } catch (error) {
      answer = [(error as Error).name, (error as Error).message];
    }
    for (const logger of [root, getLogger("a.b")]) {
      logger.handlers = [];
      logger.setLevel(0);
      logger.propagate = true;
    }
    assert.deepEqual(answer, answers[index], text);
  }
});
