import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { ERROR, getManager, setLastResort, setRaiseExceptions } from "../../../src/index.ts";
import { RecordingHandler, useSuiteLogging } from "./suite-logging.ts";

describe("ExceptionTest", () => {
  const suite = useSuiteLogging();

  // Node writes the error first and the innermost frame under it; Python the other way
  // round. The stack of the call has Python's heading and order.
  it("formatting", () => {
    const { root, handler } = suite.now;
    const recording = new RecordingHandler();
    root.addHandler(recording);
    const error = new RangeError("on purpose");
    root.logRecord(ERROR, "failed", [], { excInfo: error, stackInfo: true });
    const { exc_info, exc_text, stack_info } = recording.only;
    assert.equal(exc_info, error);
    assert.equal(exc_text, error.stack);
    assert.match(exc_text ?? "", /^RangeError: on purpose\n +at /);
    const frames = (stack_info ?? "").split("\n");
    assert.equal(frames[0], "Stack (most recent call last):");
    assert.match(frames.at(-1) ?? "", /exception\.test\.[jt]s:\d+:\d+/);
    assert.equal(
      suite.now.stream.text,
      `root -> ERROR: failed\n${exc_text}\n${stack_info}${handler.terminator}`,
    );
  });
});

describe("LastResortTest", () => {
  const suite = useSuiteLogging();

  it("last_resort", () => {
    const { root, handler } = suite.now;
    const said = (): string => {
      const { length } = suite.stderr.text;
      root.warning("last words");
      return suite.stderr.text.slice(length);
    };
    root.removeHandler(handler);
    root.debug("not heard");
    assert.equal(suite.stderr.text, "");
    assert.equal(said(), "last words\n");

    setLastResort(null);
    assert.equal(said(), 'No handlers could be found for logger "root"\n');
    assert.equal(said(), "", "it is said once");

    getManager().emittedNoHandlerWarning = false;
    setRaiseExceptions(false);
    assert.equal(said(), "");
  });
});
