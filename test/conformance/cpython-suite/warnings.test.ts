import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { afterEach, describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";

import { Formatter, getLogger, NullHandler, StreamHandler } from "../../../src/index.ts";
import { captureWarnings } from "../../../src/config/capture-warnings.ts";
import { TextBuffer, useSuiteLogging } from "./suite-logging.ts";

const INDEX = JSON.stringify(new URL("../../../src/index.js", import.meta.url));
const MODULE = JSON.stringify(new URL("../../../src/config/capture-warnings.js", import.meta.url));

// Where Python has the module `warnings`, Node has process.emitWarning() and an event.
describe("WarningsTest", () => {
  const suite = useSuiteLogging();
  afterEach(() => {
    captureWarnings(false);
  });

  /** Emits a warning; resolves when its listeners have had it, which is in a later turn. */
  async function warn(message: string): Promise<void> {
    process.emitWarning(message, "SuiteWarning");
    await setImmediate();
  }

  it("warnings", async () => {
    captureWarnings(true);
    const stream = new TextBuffer();
    const handler = new StreamHandler(stream);
    handler.setFormatter(new Formatter("%(levelname)s %(name)s %(message)s"));
    getLogger("py.warnings").addHandler(handler);
    await warn("mind the step");
    const place = String.raw`\S*warnings\.test\.[jt]s:\d+`;
    const line = `^WARNING py\\.warnings ${place}: SuiteWarning: mind the step\n$`;
    assert.match(stream.text, new RegExp(line));

    // Python's function prints into a file where it is given one. Node's own printer
    // knows stderr alone; it is off while warnings are captured, and back afterwards.
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        "--input-type=module",
        "-e",
        `import { captureWarnings } from ${MODULE};
         import { getLogger, StreamHandler } from ${INDEX};
         getLogger("py.warnings").addHandler(new StreamHandler(process.stdout));
         const turn = () => new Promise((resolve) => setImmediate(resolve));
         captureWarnings(true);
         process.emitWarning("captured");
         await turn();
         captureWarnings(false);
         process.emitWarning("printed");
         await turn();`,
      ],
      { encoding: "utf8" },
    );
    assert.match(stderr, /^\(node:\d+\) Warning: printed\n/);
    assert.doesNotMatch(stderr, /captured/);
    assert.match(stdout, /^\S+: Warning: captured\n$/);
  });

  it("warnings_no_handlers", async () => {
    captureWarnings(true);
    const logger = getLogger("py.warnings");
    assert.equal(logger.hasHandlers(), true, "the root's");
    assert.equal(logger.handlers.length, 0);
    await warn("for nobody");
    const [handler, ...others] = logger.handlers;
    assert.ok(handler instanceof NullHandler);
    assert.deepEqual(others, []);
    // The handlers of its ancestors get it all the same.
    assert.match(suite.now.stream.text, /^py\.warnings -> WARNING: .*SuiteWarning: for nobody\n$/);
  });
});
