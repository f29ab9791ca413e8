import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { now, sleep, sync } from "../rotation/fs-op.ts";
import type { FsOp, Steps } from "../rotation/fs-op.ts";
import { runAsync } from "./run-async.ts";
import type { LaterFileSystem } from "./run-async.ts";

function fake(log: string[], failing: string = ""): LaterFileSystem {
  const done = (how: string, { op }: FsOp): unknown => {
    log.push(`${how} ${op}`);
    if (op === failing) throw Object.assign(new Error("EIO"), { code: "EIO" });
    return op === "now" ? 7 : undefined;
  };
  return {
    perform: (step) => done("at once", step),
    performLater: async (step) => {
      await new Promise((resolve) => setImmediate(resolve));
      return done("later", step);
    },
  };
}

function* procedure(): Steps<number> {
  const first = yield* now();
  const second = yield* now();
  yield* sync(3);
  try {
    yield* sleep(5);
  } catch {
    return -1;
  }
  return first + second + (yield* now());
}

describe("runAsync", () => {
  it("awaits the steps that may take long, and does all others in one go", async () => {
    const log: string[] = [];
    const running = runAsync(procedure(), fake(log));
    assert.deepEqual(log, ["at once now", "at once now"], "before anybody else's turn");
    assert.equal(await running, 21);
    assert.deepEqual(log.slice(2), ["later sync", "later sleep", "at once now"]);
  });

  it("throws a step's failure into the procedure, which may go on", async () => {
    assert.equal(await runAsync(procedure(), fake([], "sleep")), -1);
  });

  it("rejects with what the procedure doesn't catch", async () => {
    await assert.rejects(runAsync(procedure(), fake([], "sync")), { code: "EIO" });
    await assert.rejects(runAsync(procedure(), fake([], "now")), { code: "EIO" });
  });
});
