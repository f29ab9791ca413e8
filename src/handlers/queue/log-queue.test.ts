import assert from "node:assert/strict";
import { test } from "node:test";

import { LogQueue } from "./log-queue.ts";

test("what is put first is got first, however much goes through", () => {
  const queue = new LogQueue();
  let put = 0;
  let got = 0;
  for (let round = 0; round < 300; round += 1) {
    for (let i = 0; i < 40; i += 1) queue.put(put++);
    for (let i = 0; i < 30 + (round % 20); i += 1) {
      const item = queue.get();
      if (item === undefined) break;
      assert.equal(item, got);
      got += 1;
    }
    assert.equal(queue.size, put - got);
  }
  while (queue.get() !== undefined) got += 1;
  assert.equal(got, put);
});

test("a full queue refuses, counts, and has room again when something is got", () => {
  const queue = new LogQueue(2);
  queue.put("a");
  queue.put("b");
  assert.throws(() => queue.put("c"), { name: "QueueFull", message: /full: 2 records/ });
  assert.equal(queue.refused, 1);
  queue.put(null); // a listener must be able to end
  assert.equal(queue.get(), "a");
  assert.equal(queue.get(), "b");
  queue.put("d");
  assert.equal(queue.get(), null);
  assert.equal(queue.get(), "d");
  assert.equal(queue.get(), undefined);
});

test("who subscribes is told of each item until the subscription ends", () => {
  const queue = new LogQueue();
  let told = 0;
  const wake = (): void => void (told += 1);
  const ends = [queue.subscribe(wake), queue.subscribe(wake)];
  queue.put("a");
  assert.equal(told, 2);
  ends[0]?.();
  ends[0]?.();
  queue.put("b");
  assert.equal(told, 3);
  ends[1]?.();
  queue.put("c");
  assert.equal(told, 3);
});

test("join waits until all that was put is told done", async () => {
  const queue = new LogQueue();
  await queue.join();
  queue.put("a");
  queue.put("b");
  let joined = false;
  const join = queue.join().then(() => void (joined = true));
  queue.get();
  queue.taskDone();
  await Promise.resolve();
  assert.equal(joined, false);
  assert.equal(queue.unfinished, 1);
  queue.get();
  queue.taskDone();
  await join;
  assert.throws(() => queue.taskDone(), {
    name: "ValueError",
    message: "task_done() called too many times",
  });
});

test("a size that is no whole number is refused, one below zero means none", () => {
  assert.throws(() => new LogQueue(1.5), {
    name: "ValueError",
    message: /^maxsize can't be 1.5; /,
  });
  assert.throws(() => new LogQueue("9" as unknown as number), { name: "TypeError" });
  assert.equal(new LogQueue(-1).maxsize, 0);
});

test("undefined, which stands for an empty queue, can't be put", () => {
  const queue = new LogQueue();
  assert.throws(() => queue.put(undefined), {
    name: "TypeError",
    message: "an item of a queue can't be undefined; accepted: a record, or null to end a listener",
  });
  assert.equal(queue.size, 0);
});
