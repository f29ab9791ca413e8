import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, test } from "node:test";

import { getLogger } from "../core/hierarchy.ts";
import { NullHandler } from "../handlers/null.ts";
import { explainError } from "./config-error.ts";
import { configFile } from "./config-file.ts";

const folder = mkdtempSync(join(tmpdir(), "daybook-config-file-"));
const root = getLogger();

afterEach(() => {
  for (const handler of root.handlers) handler.close();
  root.handlers = [];
  root.setLevel("WARNING");
});

after(() => rmSync(folder, { recursive: true }));

function inFolder(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const log = join(folder, "app.log");

const JSON_TEXT = JSON.stringify({
  version: 1,
  disable_existing_loggers: false,
  formatters: { f: { format: "%(levelname)s %(message)s" } },
  handlers: { file: { class: "logging.FileHandler", filename: log, mode: "w", formatter: "f" } },
  root: { level: "INFO", handlers: ["file"] },
});

const YAML_TEXT = `
# As in Python's documentation.
version: 1
disable_existing_loggers: no
formatters:
  f: &f
    format: '%(levelname)s %(message)s'
handlers:
  file:
    class: logging.FileHandler
    filename: ${JSON.stringify(log)}
    mode: w
    formatter: f
root:
  level: INFO
  handlers: [file]
`;

const TOML_TEXT = `
version = 1
disable_existing_loggers = false
[formatters.f]
format = '%(levelname)s %(message)s'
[handlers.file]
class = "logging.FileHandler"
filename = ${JSON.stringify(log)}
mode = "w"
formatter = "f"
[root]
level = "INFO"
handlers = ["file"]
`;

const INI_TEXT = `
[loggers]
keys=root
[handlers]
keys=file
[formatters]
keys=f
[formatter_f]
format=%(levelname)s %(message)s
[handler_file]
class=FileHandler
formatter=f
args=('%(log)s', 'w')
[logger_root]
level=INFO
handlers=file
`;

test("a file's ending says how it is read", () => {
  const files: readonly (readonly [string, string])[] = [
    ["a.json", JSON_TEXT],
    ["bom.JSON", `\ufeff${JSON_TEXT}`],
    ["a.yaml", YAML_TEXT],
    ["a.yml", YAML_TEXT],
    ["a.toml", TOML_TEXT],
    ["a.ini", INI_TEXT],
    ["a.conf", INI_TEXT],
    ["a.cfg", INI_TEXT],
  ];
  for (const [name, text] of files) {
    const ini = text === INI_TEXT;
    configFile(inFolder(name, text), ini ? { defaults: { log } } : {});
    root.debug("hidden");
    root.info("from %s", name);
    assert.equal(readFileSync(log, "utf8"), `INFO from ${name}\n`, name);
  }
});

test("what can't be read says in which file, line and column", () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      "bad.json",
      '{\n  "version": 1,\n  x\n}',
      /bad\.json: invalid JSON: unexpected "x" at line 3, column 3$/,
    ],
    ["cut.json", '{"version": 1', /cut\.json: invalid JSON: unexpected end at line 1, column 14$/],
    ["bad.yaml", "version: 1\nroot: [a\n", /bad\.yaml: .* line 3, column 1/s],
    ["twice.yaml", "version: 1\nversion: 1\n", /twice\.yaml: .*unique.* line 2, column 1/s],
    ["tag.yaml", "version: !mine 1\n", /tag\.yaml: .*!mine.* line 1, column 10/s],
    ["bad.toml", "version = 1\nroot = \n", /bad\.toml: /],
  ];
  for (const [name, text, message] of cases) {
    const path = inFolder(name, text);
    assert.throws(() => configFile(path), { name: "ValueError", message }, name);
  }
});

test("a file of an unknown kind, a missing one and bad options are refused", () => {
  assert.throws(() => configFile("a.xml"), {
    name: "ValueError",
    message: /^unknown kind of configuration file: 'a.xml'; accepted: .*\.json.*\.ini/,
    accepted: /\.json.*\.toml/,
  });
  assert.throws(() => configFile(5 as unknown as string), { name: "ValueError" });
  assert.throws(() => configFile(join(folder, "none.json")), { code: "ENOENT" });
  assert.throws(() => configFile("a.json", { encode: "x" } as object), { name: "TypeError" });
  const path = inFolder("enc.json", JSON_TEXT);
  assert.throws(() => configFile(path, { encoding: "klingon" }), {
    message: "unknown encoding: klingon",
  });
});

test("a fault in JSON is told once", () => {
  assert.throws(
    () => configFile(inFolder("once.json", "{x")),
    (error: Error) =>
      error.cause === undefined && explainError(error).match(/unexpected/g)?.length === 1,
  );
});

test("a tuple of PyYAML's is a list", () => {
  const text = YAML_TEXT.replace("[file]", "!!python/tuple [file]");
  configFile(inFolder("tuple.yaml", text));
  assert.equal(root.handlers.length, 1);
});

test("a file with a mistake changes nothing", () => {
  const kept = new NullHandler();
  root.addHandler(kept);
  const text = JSON_TEXT.replace('"INFO"', '"LOUD"');
  assert.throws(() => configFile(inFolder("loud.json", text)), {
    message: "Unable to configure root logger",
  });
  assert.deepEqual(root.handlers, [kept]);
});
