import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import {
  exception,
  FileHandler,
  Formatter,
  getLogger,
  makeLogRecord,
  StreamHandler,
} from "../../../src/index.ts";
import { fileConfig } from "../../../src/config/file-config.ts";
import type { FileConfigOptions } from "../../../src/config/file-config.ts";
import { IniParser } from "../../../src/config/ini/ini-parser.ts";
import { withStreams } from "../surroundings.ts";
import { ovenIni, useConfig } from "./config-fixture.ts";
import { useLogFolder } from "./log-folder.ts";
import { useSuiteLogging } from "./suite-logging.ts";

const ROOT = { level: "WARNING" };

/** An ini file with one handler, at the root. */
function rootIni(handler: string, formatter: string | null, { level } = ROOT): string {
  return `
[loggers]
keys=root

[handlers]
keys=out

[formatters]
keys=${formatter === null ? "" : "short"}

[logger_root]
level=${level}
handlers=out

[handler_out]
${handler}
${formatter === null ? "" : `[formatter_short]\n${formatter}`}
`;
}

const TO_STREAM = "class=StreamHandler\nlevel=NOTSET\nformatter=short\nargs=(suite.stream,)";
const SHORT = "format=%(levelname)s ++ %(message)s\ndatefmt=";

describe("ConfigFileTest", () => {
  const suite = useSuiteLogging();
  const fixture = useConfig();
  const folder = useLogFolder();

  function write(text: string): string {
    const path = join(folder.directory, "logging.ini");
    writeFileSync(path, text);
    return path;
  }

  function apply(text: string, options: FileConfigOptions = {}): void {
    fileConfig(write(text), { encoding: "utf-8", ...options });
  }

  /** Logs at INFO and at ERROR; what came to the file's stream. */
  function logTwice(name: string | null): string[] {
    const before = fixture.output.lines.length;
    getLogger(name).info(suite.now.next());
    getLogger(name).error(suite.now.next());
    return fixture.output.lines.slice(before);
  }

  /** Applies a file whose handler is at kitchen.oven. */
  function checkOven(text: string): void {
    apply(text);
    assert.deepEqual(logTwice("kitchen.oven"), ["INFO ++ 1", "ERROR ++ 2"]);
    assert.equal(suite.now.stream.text, "", "the root's handler is gone");
  }

  /** Applies a file with a mistake: an error, and nothing is changed. */
  function checkRefused(text: string, expected: object): void {
    const before = suite.now.root.handlers;
    assert.throws(() => apply(text), expected);
    assert.equal(suite.now.root.handlers, before);
    suite.now.root.error("as before");
    assert.deepEqual(suite.now.stream.lines, ["root -> ERROR: as before"]);
  }

  it("config0_ok", () => {
    withStreams(({ stdout }) => {
      apply(rootIni(TO_STREAM.replace("suite.stream", "sys.stdout"), SHORT));
      getLogger().info(suite.now.next());
      getLogger().error(suite.now.next());
      assert.equal(stdout.text, "ERROR ++ 2\n");
    });
    assert.equal(suite.now.stream.text, "");
  });

  it("config0_using_cp_ok", () => {
    const parser = new IniParser();
    parser.readString(rootIni(TO_STREAM, SHORT));
    fileConfig(parser);
    assert.deepEqual(logTwice(null), ["ERROR ++ 2"]);
    assert.equal(suite.now.stream.text, "");
  });

  it("config1_ok", () => {
    checkOven(ovenIni());
  });

  it("config2_failure", () => {
    checkRefused(ovenIni("args=(sys.stdbout,)"), { name: "NameError" });
  });

  it("config3_failure", () => {
    const text = ovenIni().replace("formatter=short", "formatter=shrot");
    checkRefused(text, { name: "KeyError", message: "shrot" });
  });

  it("config4_ok", () => {
    const formatter = "class=suite.ErrorFormatter\nformat=%(levelname)s:%(name)s:%(message)s";
    apply(rootIni(TO_STREAM, formatter, { level: "NOTSET" }));
    exception(new RangeError("on purpose"), "it failed");
    assert.equal(fixture.output.text, "ERROR:root:it failed\nThere was a RangeError\n");
    assert.equal(suite.now.stream.text, "");
  });

  it("config5_ok", () => {
    checkOven(ovenIni().replace("class=StreamHandler", "class=logging.StreamHandler"));
  });

  it("config6_ok", () => {
    const more = `
[handler_other]
class=StreamHandler
level=NOTSET
formatter=bare
args=(sys.stderr,)

[formatter_bare]
format=%(message)s
`;
    const text = ovenIni()
      .replace("keys=out", "keys=out, other")
      .replace("keys=short", "keys=short, bare");
    checkOven(text + more);
  });

  // Between kitchen and kitchen.oven there is, sorted, kitchen-garden, which is no child.
  it("config7_ok", () => {
    const atRoot = ovenIni()
      .replace("level=WARNING\nhandlers=", "level=WARNING\nhandlers=out")
      .replace("level=DEBUG\nhandlers=out", "level=DEBUG\nhandlers=");
    apply(atRoot);
    assert.deepEqual(logTwice("kitchen.oven"), ["INFO ++ 1", "ERROR ++ 2"]);
    assert.deepEqual(logTwice("kitchen-garden"), ["ERROR ++ 4"]);
    const kitchen = "[logger_kitchen]\nlevel=DEBUG\nhandlers=\npropagate=1\nqualname=kitchen\n";
    apply(
      atRoot
        .replace("keys=root,oven", "keys=root,oven,kitchen")
        .replace("args=(suite.stream,)", "kwargs={'stream': suite.stream,}") + kitchen,
    );
    assert.ok(!getLogger("kitchen.oven").disabled);
    assert.deepEqual(logTwice("kitchen.oven"), ["INFO ++ 5", "ERROR ++ 6"]);
    assert.deepEqual(logTwice("kitchen.sink"), ["INFO ++ 7", "ERROR ++ 8"]);
    assert.deepEqual(logTwice("kitchen-garden"), []);
  });

  // CPython's test watches for a file that is left open.
  it("config8_ok", () => {
    const handler = `class=FileHandler
level=DEBUG
args=("${folder.path}",)
kwargs={"encoding": "utf-8"}`;
    const made = [0, 1].map(() => {
      apply(rootIni(handler, null, { level: "DEBUG" }));
      const [found] = getLogger().handlers;
      assert.ok(found instanceof FileHandler);
      return found;
    });
    assert.equal(made[0]?.stream, null, "the first one's file is closed");
    assert.notEqual(made[1]?.stream, null);
    assert.equal(made[1]?.baseFilename, folder.path);
    made[1].close();
  });

  it("config9_ok", () => {
    const formatter = `format=%(message)s ++ %(guest)s\ndefaults={"guest": "nobody"}`;
    apply(rootIni(TO_STREAM, formatter));
    const [handler] = getLogger().handlers;
    const format = (more: object): string | undefined =>
      handler?.formatter?.format(makeLogRecord({ msg: "Hello", ...more }));
    assert.equal(format({}), "Hello ++ nobody");
    assert.equal(format({ guest: "you" }), "Hello ++ you");
  });

  it("logger_disabling", () => {
    const text = rootIni(
      "level=DEBUG\nclass=StreamHandler\nargs=(suite.stream,)\nformatter=",
      null,
    );
    apply(text);
    const logger = getLogger("not.in.the.file");
    assert.ok(!logger.disabled);
    apply(text);
    assert.ok(logger.disabled);
    apply(text, { disableExistingLoggers: false });
    assert.ok(!logger.disabled);
  });

  it("config_set_handler_names", () => {
    apply(rootIni("class=StreamHandler\nformatter=short", "format=%(message)s"));
    const [handler] = getLogger().handlers;
    assert.equal(handler?.name, "out");
    assert.ok(handler.formatter instanceof Formatter);
  });

  it("exception_if_confg_file_is_invalid", () => {
    const text = `${rootIni(TO_STREAM, SHORT)}\nneither option nor section\n`;
    checkRefused(text, { name: "RuntimeError", message: /logging\.ini is invalid: / });
  });

  it("exception_if_confg_file_is_empty", () => {
    checkRefused("", { name: "RuntimeError", message: /logging\.ini is an empty file$/ });
  });

  it("exception_if_config_file_does_not_exist", () => {
    assert.throws(() => fileConfig("no-such-file.ini"), {
      name: "FileNotFoundError",
      message: "no-such-file.ini doesn't exist",
    });
  });

  it("defaults_do_no_interpolation", () => {
    apply(rootIni("class=logging.StreamHandler\nargs=tuple()", "format="), {
      defaults: {
        version: 1,
        formatters: {
          generic: { format: "%(asctime)s [%(process)d] %(message)s", datefmt: "[%H:%M %z]" },
        },
      },
    });
    assert.ok(getLogger().handlers[0] instanceof StreamHandler);
  });
});
