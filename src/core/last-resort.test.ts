import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { Handler } from "./handler.ts";
import { getLastResort, setLastResort } from "./last-resort.ts";
import { Logger } from "./logger.ts";

const standard = getLastResort();
const stderr = new CapturedStderr();
beforeEach(() => stderr.start());
afterEach(() => {
  stderr.stop();
  setLastResort(standard);
});

test("without handlers, warnings and worse are bare messages on stderr", () => {
  const logger = new Logger("app", 1);
  logger.info("not this");
  logger.warning("but %s", "this");
  assert.equal(stderr.text, "but this\n");
  assert.equal(String(standard), "<StderrHandler (WARNING)>");
});

test("another handler may take its place, and what is none is refused", () => {
  const texts: string[] = [];
  class Keep extends Handler {
    override emit(record: Parameters<Handler["emit"]>[0]): void {
      texts.push(this.format(record));
    }
  }
  setLastResort(new Keep());
  new Logger("app", 1).info("kept");
  assert.deepEqual(texts, ["kept"]);
  assert.throws(() => setLastResort({} as Handler), {
    name: "TypeError",
    message: /^a handler can't be \{\}; accepted: a Handler, or /,
  });
});
