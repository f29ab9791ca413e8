// What fingers-crossed handlers say of records that went because nothing came for idleMs.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { setClock } from "../core/clock.ts";
import { Manager, RootLogger } from "../core/hierarchy.ts";
import type { Logger } from "../core/logger.ts";
import { Recorder } from "../../test/kit/recorder.ts";
import { FingersCrossedHandler } from "./fingers-crossed.ts";
import type { FingersCrossedHandlerOptions } from "./fingers-crossed-options.ts";

interface Rig {
  readonly logger: Logger;
  readonly handler: FingersCrossedHandler;
  readonly target: Recorder;
}

function rig(options: FingersCrossedHandlerOptions): Rig {
  const target = new Recorder();
  const handler = new FingersCrossedHandler(target, options);
  const logger = new Manager(new RootLogger(0)).getLogger("app");
  logger.setLevel("DEBUG");
  logger.addHandler(handler);
  return { logger, handler, target };
}

let time = 1_000_000;
beforeEach(() => setClock({ now: () => time }));
afterEach(() => setClock(null));

describe("FingersCrossedHandler with idleMs", () => {
  it("says of a key that comes back after idleMs how many records are missing, if it is handed on", () => {
    const { logger, handler, target } = rig({ key: "id", idleMs: 1000, capacity: 2 });
    for (const text of ["a", "b", "c"]) logger.debug(text, { id: 1 });
    logger.debug("fine", { id: 2 });
    time += 1001;
    logger.debug("d", { id: 1 });
    time += 1001;
    assert.deepEqual(target.texts, []);
    logger.debug("e", { id: 1 });
    assert.deepEqual([handler.dropped, handler.held], [5, 1]);
    logger.error("f", { id: 1 });
    const notice = "4 older records were held back, and dropped while nothing else came (idleMs)";
    assert.deepEqual(target.texts, [notice, "e", "f"]);
    const [told] = target.records;
    assert.deepEqual([told?.levelname, { ...told?.fields }], ["WARNING", { id: 1 }]);
    logger.error("g", { id: 1 });
    assert.equal(target.texts.length, 4, "told once");
  });

  it("says nothing of what was idle when its key is forgotten, or all are", () => {
    const { logger, handler, target } = rig({ key: "id", idleMs: 1000 });
    for (const id of [1, 2, 3]) logger.debug("a", { id });
    time += 1001;
    logger.debug("b", { id: 4 });
    handler.forget(1);
    logger.error("c", { id: 1 });
    handler.reset();
    logger.error("d", { id: 2 });
    assert.deepEqual(target.texts, ["c", "d"]);
  });

  it("tells what was idle also by activate, and where keys that come back are pushed out", () => {
    const { logger, handler, target } = rig({ key: "id", idleMs: 1000, maxKeys: 1 });
    logger.debug("a", { id: 1 });
    time += 1001;
    logger.debug("b", { id: 1 });
    handler.activate(1);
    const idled = "1 older records were held back, and dropped while nothing else came (idleMs)";
    assert.deepEqual(target.texts, [idled, "b"]);
    logger.debug("c", { id: 2 });
    time += 1001;
    logger.debug("d", { id: 2 });
    logger.debug("e", { id: 3 });
    logger.error("f", { id: 4 });
    const pushed = "2 records were held back, and dropped with keys that had to go (maxKeys)";
    assert.deepEqual(target.texts.slice(2), [pushed, "f"]);
  });
});
