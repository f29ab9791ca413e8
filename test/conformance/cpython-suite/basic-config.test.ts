import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import * as daybook from "../../../src/index.ts";
import {
  basicConfig,
  DEBUG,
  FileHandler,
  Formatter,
  getLogger,
  INFO,
  StreamHandler,
  WARNING,
} from "../../../src/index.ts";
import type { BasicConfig, EncodingErrors, Handler } from "../../../src/index.ts";
import { TextBuffer, useSuiteLogging } from "./suite-logging.ts";

const BASIC_FORMAT = "%(levelname)s:%(name)s:%(message)s";
const BRIDGE = "The Øresund Bridge joins Copenhagen and Malmö";

describe("BasicConfigTest", () => {
  const suite = useSuiteLogging();
  let folder: string;
  let before: string;
  beforeEach(() => {
    suite.now.root.removeHandler(suite.now.handler);
    suite.now.root.setLevel(WARNING);
    folder = realpathSync(mkdtempSync(join(tmpdir(), "suite-basic-")));
    before = process.cwd();
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(before);
    for (const handler of getLogger().handlers) handler.close();
    rmSync(folder, { recursive: true });
  });

  function onlyHandler(): Handler {
    const { handlers } = getLogger();
    assert.equal(handlers.length, 1);
    return handlers[0] as Handler;
  }

  function onlyFormatter(): Formatter {
    const { formatter } = onlyHandler();
    assert.ok(formatter instanceof Formatter);
    return formatter;
  }

  function read(name = "app.log"): string {
    return readFileSync(join(folder, name), "utf8");
  }

  /** What is in the file after the bridge was logged to it. */
  function logBridge(options: BasicConfig): string {
    basicConfig({ filename: "app.log", format: "%(message)s", level: DEBUG, ...options });
    const handler = onlyHandler();
    assert.ok(handler instanceof FileHandler);
    assert.equal(handler.encoding, options.encoding);
    daybook.debug(BRIDGE);
    handler.close();
    return read();
  }

  it("no_kwargs", () => {
    basicConfig();
    const handler = onlyHandler();
    assert.ok(handler instanceof StreamHandler);
    assert.equal(handler.stream, process.stderr);
    const { fmt, datefmt, style } = onlyFormatter();
    assert.deepEqual([fmt, datefmt, style], [BASIC_FORMAT, null, "%"]);
    assert.equal(getLogger().level, WARNING);
  });

  it("strformatstyle", () => {
    const stream = new TextBuffer();
    basicConfig({ stream, style: "{" });
    daybook.error("by braces");
    assert.equal(stream.text, "ERROR:root:by braces\n");
    assert.equal(onlyFormatter().fmt, "{levelname}:{name}:{message}");
  });

  it("stringtemplatestyle", () => {
    const stream = new TextBuffer();
    basicConfig({ stream, style: "$" });
    daybook.error("by dollars");
    assert.equal(stream.text, "ERROR:root:by dollars\n");
    assert.equal(onlyFormatter().fmt, "${levelname}:${name}:${message}");
  });

  it("filename", () => {
    basicConfig({ filename: "app.log", encoding: "utf-8" });
    const handler = onlyHandler();
    assert.ok(handler instanceof FileHandler);
    const alike = new FileHandler("app.log", { mode: "a", encoding: "utf-8" });
    assert.equal(handler.mode, alike.mode);
    assert.equal(handler.baseFilename, join(folder, "app.log"));
    assert.equal(alike.baseFilename, handler.baseFilename);
    alike.close();
  });

  // Python's modes for bytes, "wb" and the like, mean nothing here: all is bytes.
  it("filemode", () => {
    writeFileSync("app.log", "old\n");
    assert.throws(() => basicConfig({ filename: "app.log", filemode: "wb" as "w" }), {
      name: "ValueError",
      message: "invalid mode: 'wb'",
    });
    assert.equal(read(), "old\n");
    basicConfig({ filename: "app.log", filemode: "w" });
    assert.equal((onlyHandler() as FileHandler).mode, "w");
    assert.equal(read(), "");
  });

  it("stream", () => {
    const stream = new TextBuffer();
    basicConfig({ stream });
    const handler = onlyHandler();
    assert.ok(handler instanceof StreamHandler);
    assert.equal(handler.stream, stream);
  });

  it("format", () => {
    basicConfig({ format: "%(asctime)s %(message)s" });
    assert.equal(onlyFormatter().fmt, "%(asctime)s %(message)s");
  });

  it("datefmt", () => {
    basicConfig({ datefmt: "then" });
    assert.equal(onlyFormatter().datefmt, "then");
  });

  it("style", () => {
    basicConfig({ style: "$" });
    assert.equal(onlyFormatter().style, "$");
  });

  it("level", () => {
    basicConfig({ level: 57 });
    assert.equal(getLogger().level, 57);
    basicConfig({ level: 58 });
    assert.equal(getLogger().level, 57);
  });

  it("incompatible", () => {
    const stream = process.stderr;
    const handlers = [new StreamHandler()];
    for (const options of [
      { filename: "app.log", stream },
      { filename: "app.log", handlers },
      { stream, handlers },
      { loglevel: INFO },
    ]) {
      assert.throws(() => basicConfig(options), { name: "ValueError" });
    }
    assert.throws(() => basicConfig({ loglevel: INFO } as BasicConfig), {
      message: "Unrecognised argument(s): loglevel",
    });
    assert.deepEqual(getLogger().handlers, []);
    basicConfig({ filename: null, filemode: "a" });
    assert.ok(onlyHandler() instanceof StreamHandler);
  });

  it("handlers", () => {
    const handlers = [new StreamHandler(), new StreamHandler(process.stdout), new StreamHandler()];
    const formatter = new Formatter();
    handlers[2]?.setFormatter(formatter);
    basicConfig({ handlers });
    assert.deepEqual(getLogger().handlers, handlers);
    assert.ok(handlers[0]?.formatter instanceof Formatter);
    assert.equal(handlers[1]?.formatter, handlers[0].formatter);
    assert.equal(handlers[2]?.formatter, formatter);
  });

  it("force", () => {
    const [older, newer] = [new TextBuffer(), new TextBuffer()];
    const logAll = (): void => {
      daybook.warning("warning");
      daybook.info("info");
      daybook.debug("debug");
    };
    basicConfig({ level: WARNING, handlers: [new StreamHandler(older)] });
    logAll();
    basicConfig({ level: INFO, handlers: [new StreamHandler(newer)], force: true });
    logAll();
    assert.equal(getLogger().handlers.length, 1);
    assert.deepEqual(older.lines, ["WARNING:root:warning"]);
    assert.deepEqual(newer.lines, ["WARNING:root:warning", "INFO:root:info"]);
  });

  it("encoding", () => {
    assert.equal(logBridge({ encoding: "utf-8" }), `${BRIDGE}\n`);
  });

  it("encoding_errors", () => {
    const expected = "The resund Bridge joins Copenhagen and Malm\n";
    assert.equal(logBridge({ encoding: "ascii", errors: "ignore" }), expected);
  });

  it("encoding_errors_default", () => {
    basicConfig({ filename: "app.log", encoding: "ascii", format: "%(message)s", level: DEBUG });
    daybook.debug(`😂 ☃️ ${BRIDGE}`);
    onlyHandler().close();
    const expected = String.raw`\U0001f602 \u2603\ufe0f The \xd8resund Bridge joins Copenhagen and Malm\xf6`;
    assert.equal(read(), `${expected}\n`);
  });

  // In Python None and "strict" refuse what the encoding can't hold, and the record is
  // lost with a report. Here nothing of the kind can be asked for: null is the default.
  it("encoding_errors_none", () => {
    const strict = "strict" as EncodingErrors;
    assert.throws(() => basicConfig({ filename: "app.log", errors: strict }), {
      name: "ValueError",
      message: "unknown error handler name 'strict'",
    });
    const expected = String.raw`The \xd8resund Bridge joins Copenhagen and Malm\xf6`;
    assert.equal(logBridge({ encoding: "ascii", errors: null }), `${expected}\n`);
    assert.equal(suite.stderr.text, "");
  });

  // There are no named tasks in JavaScript, and its null is written as such.
  it("log_taskName", async () => {
    basicConfig({ filename: "app.log", format: "%(taskName)s - %(message)s" });
    const logLater = async (): Promise<void> => {
      await Promise.resolve();
      daybook.warning("hello");
    };
    await logLater();
    onlyHandler().close();
    assert.equal(read(), "null - hello\n");
  });

  /** The module's functions set the root logger up, as basicConfig() without options does. */
  function checkSetUp(call: (msg: string) => void): void {
    call("heard or not");
    const handler = onlyHandler();
    assert.ok(handler instanceof StreamHandler);
    assert.equal(handler.stream, process.stderr);
    assert.equal(onlyFormatter().fmt, BASIC_FORMAT);
    assert.equal(getLogger().level, WARNING);
    call("again");
    assert.equal(onlyHandler(), handler);
  }

  it("log", () => {
    checkSetUp((msg) => daybook.log(WARNING, msg));
    assert.equal(suite.stderr.text, "WARNING:root:heard or not\nWARNING:root:again\n");
  });

  it("debug", () => {
    checkSetUp(daybook.debug);
    assert.equal(suite.stderr.text, "");
  });

  it("info", () => {
    checkSetUp(daybook.info);
    assert.equal(suite.stderr.text, "");
  });

  it("warning", () => {
    checkSetUp(daybook.warning);
    assert.equal(suite.stderr.text, "WARNING:root:heard or not\nWARNING:root:again\n");
  });

  it("error", () => {
    checkSetUp(daybook.error);
    assert.equal(suite.stderr.text, "ERROR:root:heard or not\nERROR:root:again\n");
  });

  it("critical", () => {
    checkSetUp(daybook.critical);
    assert.equal(suite.stderr.text, "CRITICAL:root:heard or not\nCRITICAL:root:again\n");
  });
});
