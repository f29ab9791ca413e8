import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { AckWriter, readAcks } from "./acks.ts";

test("a side file gives back every call's time, pad length and turn, and nothing of half an entry", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "daybook-acks-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "w0.acks");
  const writer = new AckWriter(path);
  const none = { times: new Float64Array(), pads: new Float64Array(), turns: new Float64Array() };
  assert.deepEqual(readAcks(path), none);
  writer.ack(1_567_468_799_999, 102_400, 0);
  writer.ack(1_567_468_800_000, 0, 70_000);
  writer.close();
  assert.equal(writer.count, 2);
  appendFileSync(path, Buffer.alloc(15));
  assert.deepEqual(readAcks(path), {
    times: Float64Array.of(1_567_468_799_999, 1_567_468_800_000),
    pads: Float64Array.of(102_400, 0),
    turns: Float64Array.of(0, 70_000),
  });
});
