import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../../test/kit/captured-stderr.ts";
import { until } from "../../../test/kit/until.ts";
import { reportError } from "../../core/self-report.ts";
import { SendRefused } from "../../platform/net-transport.ts";
import type { Transport } from "../../platform/net-transport.ts";
import { Outbox } from "./outbox.ts";
import { checkOutbox } from "./outbox-options.ts";
import type { OutboxOptions } from "./outbox-options.ts";

const stderr = new CapturedStderr();
beforeEach(() => stderr.start());
afterEach(() => stderr.stop());

/** Sends when the test says so, or at once. */
class HandTransport implements Transport<string> {
  batchFrames = 3;
  readonly batchBytes = 1000;
  readonly target = "hand://test";
  readonly sent: string[] = [];
  tries = 0;
  destroyed = 0;
  ended = 0;
  /** What each try throws; null lets it through. */
  error: Error | null = null;
  /** Tries stay open until `release`. */
  holds = false;
  #release: (error: Error | null) => void = () => {};

  async send(frames: readonly string[]): Promise<void> {
    this.tries += 1;
    if (this.holds) {
      const error = await new Promise<Error | null>((resolve) => (this.#release = resolve));
      if (error !== null) throw error;
    }
    if (this.error !== null) throw this.error;
    this.sent.push(...frames);
  }

  release(error: Error | null = null): void {
    this.#release(error);
  }

  destroy(): void {
    this.destroyed += 1;
    this.#release(new Error("destroyed"));
  }

  end(): void {
    this.ended += 1;
  }
}

class Listener {
  readonly heard: string[] = [];

  handleTrouble(error: unknown, what: string): void {
    this.heard.push(`${what}: ${(error as Error).message}`);
    reportError(this, error, what);
  }
}

interface Bench {
  readonly transport: HandTransport;
  readonly listener: Listener;
  readonly outbox: Outbox<string>;
}

function bench(options: OutboxOptions = {}): Bench {
  const transport = new HandTransport();
  const listener = new Listener();
  const settings = checkOutbox({ retryStartMs: 1, retryMaxMs: 2, closeTimeoutMs: 20, ...options });
  return { transport, listener, outbox: new Outbox(transport, settings, listener) };
}

test("what is put in one turn goes out at its end, in order and together", async () => {
  const { transport, outbox } = bench();
  for (const each of ["a", "b", "c", "d"]) outbox.put(each, 1);
  assert.deepEqual([transport.tries, outbox.stats().waiting], [0, 4]);
  assert.equal(await outbox.drain(10_000), true);
  assert.deepEqual(transport.sent, ["a", "b", "c", "d"]);
  assert.equal(transport.tries, 2);
  assert.deepEqual(outbox.stats(), {
    taken: 4,
    sent: 4,
    bytes: 4,
    waiting: 0,
    waitingBytes: 0,
    dropped: 0,
    droppedBy: { queueFull: 0, tooLong: 0, refused: 0, closed: 0, unmade: 0 },
    resent: 0,
    errors: 0,
  });
});

test("what a failed try had is sent again, first, through a new connection, and told once", async () => {
  const { transport, outbox, listener } = bench();
  transport.error = new Error("away");
  for (const each of ["a", "b"]) outbox.put(each, 1);
  await until(() => transport.tries >= 5);
  outbox.put("c", 1);
  transport.error = null;
  await until(() => outbox.stats().waiting === 0);
  assert.deepEqual(transport.sent, ["a", "b", "c"]);
  const { errors, dropped, resent } = outbox.stats();
  assert.ok(errors >= 5 && resent >= 10);
  assert.equal(dropped, 0);
  assert.equal(transport.destroyed, errors);
  assert.deepEqual(listener.heard, [
    "sending to hand://test failed; records wait until it works: away",
  ]);
});

test("beyond its bounds the oldest are dropped, all are counted, and it is told twice in all", async () => {
  const { transport, outbox, listener } = bench({ maxQueueRecords: 10 });
  transport.error = new Error("away");
  outbox.put("0", 1);
  await until(() => transport.tries > 0);
  for (let i = 1; i <= 100; i += 1) outbox.put(String(i), 1);
  assert.equal(outbox.stats().waiting, 10);
  transport.error = null;
  assert.equal(await outbox.drain(10_000), true);
  assert.equal(outbox.stats().droppedBy.queueFull, 91);
  assert.equal(outbox.stats().sent, 10);
  assert.deepEqual(transport.sent.at(-1), "100");
  assert.equal(listener.heard.length, 2);
  assert.match(stderr.text, /91 records were dropped; now none waits any more/);
});

test("bytes are bounded too, and what is longer than all room is refused alone", async () => {
  const { transport, outbox } = bench({ maxQueueBytes: 100 });
  transport.holds = true;
  outbox.put("a", 60);
  outbox.put("b", 30);
  assert.throws(() => outbox.put("long", 101), {
    name: "ValueError",
    message: "the length of a record to be sent can't be 101; accepted: at most 100 bytes",
  });
  assert.throws(() => outbox.put("datagram", 50, 40), /accepted: at most 40 bytes/);
  outbox.put("c", 60); // a must go for it
  const { waiting, waitingBytes, taken, droppedBy } = outbox.stats();
  assert.deepEqual([waiting, waitingBytes, taken], [2, 90, 5]);
  assert.deepEqual([droppedBy.tooLong, droppedBy.queueFull], [2, 1]);
  await turn();
  transport.holds = false;
  transport.release();
  assert.equal(await outbox.drain(10_000), true);
  assert.deepEqual(transport.sent, ["b", "c"]);
});

test("a refusal for good drops what was sent, and the next goes on", async () => {
  const { transport, outbox, listener } = bench();
  transport.batchFrames = 1;
  transport.error = new SendRefused("no");
  outbox.put("bad", 1);
  await until(() => outbox.stats().droppedBy.refused === 1);
  transport.error = null;
  outbox.put("good", 1);
  assert.equal(await outbox.drain(10_000), true);
  assert.deepEqual(transport.sent, ["good"]);
  assert.equal(transport.tries, 2);
  assert.deepEqual(listener.heard, ["hand://test refused what was sent; a record was dropped: no"]);
});

test("a refusal for now is tried so often, and no oftener", async () => {
  const { transport, outbox } = bench({ maxAttempts: 4 });
  transport.error = new SendRefused("busy", true);
  outbox.put("a", 1);
  await until(() => outbox.stats().waiting === 0);
  assert.equal(transport.tries, 4);
  assert.equal(outbox.stats().droppedBy.refused, 1);
  assert.equal(transport.destroyed, 0); // the connection is as good as before
});

test("drain says false when the time is up, and keeps what waits", async () => {
  const { transport, outbox } = bench();
  transport.holds = true;
  outbox.put("a", 1);
  assert.equal(await outbox.drain(5), false);
  assert.equal(outbox.stats().waiting, 1);
  transport.holds = false;
  transport.release();
  assert.equal(await outbox.drain(10_000), true);
  assert.deepEqual(transport.sent, ["a"]);
});

test("drain doesn't wait for a long back-off to pass", async () => {
  const { transport, outbox } = bench({ retryStartMs: 1_000_000, retryMaxMs: 1_000_000 });
  transport.error = new Error("away");
  outbox.put("a", 1);
  await until(() => outbox.stats().errors === 1);
  transport.error = null;
  assert.equal(await outbox.drain(10_000), true);
});

test("close sends what waits and says goodbye; what comes later opens it again", async () => {
  const { transport, outbox } = bench({ closeTimeoutMs: 20_000 });
  outbox.put("a", 1);
  outbox.close();
  await until(() => transport.ended === 1);
  assert.deepEqual(transport.sent, ["a"]);
  outbox.put("b", 1);
  assert.equal(await outbox.drain(10_000), true);
  assert.deepEqual(transport.sent, ["a", "b"]);
  assert.equal(transport.ended, 1);
  outbox.close();
  assert.equal(transport.ended, 2);
});

test("close drops what can't be sent in time, counts it, and a late success is nobody's", async () => {
  const { transport, outbox, listener } = bench();
  transport.holds = true;
  for (const each of ["a", "b", "c", "d"]) outbox.put(each, 1);
  await turn();
  outbox.close();
  await until(() => outbox.stats().waiting === 0);
  assert.equal(outbox.stats().droppedBy.closed, 4);
  transport.release(); // too late
  await turn();
  assert.equal(outbox.stats().sent, 0);
  assert.match(
    listener.heard.at(-1) ?? "",
    /the time to send it was up: 4 records could not be sent/,
  );
  transport.holds = false;
  outbox.put("e", 1);
  assert.equal(await outbox.drain(10_000), true);
  assert.deepEqual(transport.sent, ["e"]);
});

test("a listener that throws stops nothing", async () => {
  const { transport, outbox, listener } = bench();
  listener.handleTrouble = () => {
    throw new Error("mine");
  };
  transport.error = new Error("away");
  outbox.put("a", 1);
  await until(() => transport.tries > 2);
  transport.error = null;
  assert.equal(await outbox.drain(10_000), true);
  assert.match(stderr.text, /mine/);
});

test("a connection doesn't hold the context of the call that opened it", async () => {
  const { transport, outbox } = bench();
  const storage = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  const { send } = transport;
  transport.send = (frames) => {
    seen.push(storage.getStore());
    return send.call(transport, frames);
  };
  storage.run("a request", () => outbox.put("a", 1));
  assert.equal(await outbox.drain(10_000), true);
  assert.deepEqual(seen, [undefined]);
});

test("every option is checked, by name", () => {
  const bad: readonly [OutboxOptions, RegExp][] = [
    [{ maxQueueBytes: 0 }, /^maxQueueBytes can't be 0; accepted: a whole number, at least 1$/],
    [{ maxQueueRecords: 1.5 }, /^maxQueueRecords can't be 1\.5; /],
    [
      { retryStartMs: 0 },
      /^retryStartMs can't be 0; accepted: a whole number from 1 to 2147483647$/,
    ],
    [
      { retryStartMs: 50, retryMaxMs: 10 },
      /^retryMaxMs can't be 10; accepted: a whole number from 50 /,
    ],
    [{ retryFactor: 0.5 }, /^retryFactor can't be 0\.5; accepted: a number from 1 to 1000$/],
    [{ retryJitter: Number.NaN }, /^retryJitter can't be NaN; accepted: a number from 0 to 1$/],
    [{ maxAttempts: -1 }, /^maxAttempts can't be -1; /],
    [{ timeoutMs: "5" as unknown as number }, /^timeoutMs can't be '5'; /],
    [{ closeTimeoutMs: 1e10 }, /^closeTimeoutMs can't be 10000000000; /],
  ];
  for (const [options, message] of bad) {
    assert.throws(() => checkOutbox(options), { name: "ValueError", message });
  }
  assert.equal(checkOutbox({ retryStartMs: 60_000 }).retryMaxMs, 60_000);
});

test("drain waits without a limit for Infinity, and its own time for what is no time", async () => {
  const { transport, outbox } = bench({ closeTimeoutMs: 100_000 });
  transport.holds = true;
  outbox.put("a", 1);
  const drains = [Infinity, 2 ** 40, Number.NaN, -1, "x"].map((ms) => outbox.drain(ms as number));
  // Longer than the millisecond that setTimeout makes of all of these.
  await sleep(20);
  transport.holds = false;
  transport.release();
  assert.deepEqual(await Promise.all(drains), [true, true, true, true, true]);
});
