import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { CapturedStderr } from "../../test/kit/captured-stderr.ts";
import { setClock } from "../core/clock.ts";
import { makeLogRecord } from "../core/record.ts";
import { TimedRotatingFileHandler } from "../handlers/timed-rotating-file.ts";
import { ROTATION_CHANNEL, hasListeners } from "./diagnostics.ts";
import type { RotationMessage } from "./diagnostics.ts";

const NOON = 1_709_294_400;
let folder: string;
let clock: number;
let heard: RotationMessage[];
const listener = (message: unknown): void => void heard.push(message as RotationMessage);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "daybook-diagnostics-"));
  clock = NOON;
  heard = [];
  setClock({ now: () => clock * 1000 });
});
afterEach(() => {
  unsubscribe(ROTATION_CHANNEL, listener);
  setClock(null);
  rmSync(folder, { recursive: true, force: true });
});

const summary = (): string[] => heard.map(({ event, count }) => `${event} ${count}`);

describe("the channel daybook:rotation", () => {
  it("tells what happens to a log, with the handler's name and path", async () => {
    subscribe(ROTATION_CHANNEL, listener);
    const path = join(folder, "app.log");
    const handler = new TimedRotatingFileHandler(path, {
      when: "midnight",
      utc: true,
      backupCount: 1,
      compress: "gzip",
    });
    handler.name = "main";
    const log = (msg: string, created: number = clock): void =>
      void handler.handle(makeLogRecord({ msg, created }));
    log("one");
    appendFileSync(path, "stump");
    log("two");
    clock += 86_400;
    log("three");
    log("late", NOON + 1);
    clock += 86_400;
    log("four");
    handler.reopen();
    await handler.maintain();
    handler.close();
    assert.deepEqual(
      summary().filter((each) => !each.startsWith("archive") && !each.startsWith("remove")),
      ["roll 1", "mend 1", "roll 1", "late 1", "roll 1"],
    );
    const { removed, archived } = handler.stats();
    const sum = (event: string): number =>
      heard.filter((each) => each.event === event).reduce((all, each) => all + each.count, 0);
    assert.deepEqual([sum("remove"), sum("archive")], [removed, archived]);
    assert.ok(removed > 0 && archived > 0);
    assert.deepEqual([heard.at(-1)?.handler, heard.at(-1)?.path], ["main", handler.baseFilename]);
  });

  it("tells failures with their error, what they cost, and the recovery", () => {
    const stderr = new CapturedStderr();
    stderr.start();
    subscribe(ROTATION_CHANNEL, listener);
    const path = join(folder, "logs", "app.log");
    const handler = new TimedRotatingFileHandler(path, { utc: true, delay: true });
    rmSync(join(folder, "logs"), { recursive: true });
    appendFileSync(join(folder, "logs"), "in the way");
    handler.handle(makeLogRecord({ msg: "lost", created: clock }));
    rmSync(join(folder, "logs"));
    mkdirSync(join(folder, "logs"));
    handler.handle(makeLogRecord({ msg: "kept", created: clock }));
    handler.close();
    stderr.stop();
    assert.deepEqual(summary(), ["error 1", "drop 1", "recover 1", "roll 1"]);
    assert.match(String(heard[0]?.error), /ENOTDIR|EEXIST/);
    assert.equal(readFileSync(path, "utf8"), "kept\n");
  });

  it("has no listeners but those that subscribed, and a later one hears nothing of the past", () => {
    assert.equal(hasListeners(), false);
    const handler = new TimedRotatingFileHandler(join(folder, "app.log"), { utc: true });
    handler.handle(makeLogRecord({ msg: "one", created: clock }));
    subscribe(ROTATION_CHANNEL, listener);
    handler.handle(makeLogRecord({ msg: "two", created: clock }));
    handler.close();
    assert.deepEqual(summary(), []);
  });
});
