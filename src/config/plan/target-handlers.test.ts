import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { getLogger } from "../../core/hierarchy.ts";
import { CaptureHandler } from "../../testing/capture-handler.ts";
import { FingersCrossedHandler } from "../../handlers/fingers-crossed.ts";
import { dictConfig } from "../dict-config.ts";
import type { DictConfig } from "../schema/document-types.ts";

afterEach(() => dictConfig({ version: 1, root: { handlers: [] } }));

function document(capture: CaptureHandler, requests: object): DictConfig {
  return {
    version: 1,
    filters: { calm: { "()": "RateLimitFilter", limit: 3, per_ms: 1000, pass_level: "ERROR" } },
    handlers: {
      // One that comes later waits, and is tried once more, as in Python.
      a: { class: "FingersCrossedHandler", target: "d", key: "requestId", ...requests },
      d: { class: "CollapseRepeatsHandler", target: "c", windowMs: 1000 },
      c: capture,
    },
    root: { level: "DEBUG", handlers: ["a"] },
  } as DictConfig;
}

test("a target is another handler's name, and one may stand before another", () => {
  const capture = new CaptureHandler();
  dictConfig(document(capture, { filters: ["calm"], activation_level: "CRITICAL" }));
  const [handler] = getLogger().handlers;
  assert.ok(handler instanceof FingersCrossedHandler);
  const log = getLogger("x").with({ requestId: 1 });
  for (let i = 0; i < 10; i++) log.info("same");
  log.error("not yet");
  assert.equal(handler.held, 4);
  log.critical("now");
  assert.deepEqual(capture.messages, [
    "same",
    "last message repeated 2 times: same",
    "not yet",
    "now",
  ]);
});

test("targets and options that can't be used are refused", () => {
  const refused = (more: object): string => {
    try {
      dictConfig(document(new CaptureHandler(), more));
    } catch (error) {
      return ((error as Error).cause as Error).message;
    }
    return "accepted";
  };
  assert.match(refused({ target: "nope" }), /Unable to set target handler 'nope'/);
  assert.match(refused({ capacity: 0 }), /capacity can't be 0/);
  assert.match(refused({ key: 7 }), /key can't be 7/);
  assert.match(refused({ lvl: 1 }), /unexpected keyword argument 'lvl'/);
  assert.equal(refused({ resetAfterMs: null, key: null }), "accepted");
});
