import assert from "node:assert/strict";
import { test } from "node:test";

import * as fc from "fast-check";

import { WaitingFrames } from "./waiting-frames.ts";

test("frames come out in order, as many as may go together", () => {
  const frames = new WaitingFrames<string>(10, 1000);
  for (const each of ["a", "b", "c", "d"]) frames.add(each, 10);
  assert.deepEqual(
    frames.take(3, 25).map(({ frame }) => frame),
    ["a", "b"],
  );
  assert.equal(frames.done(), 20);
  assert.deepEqual(
    frames.take(1, 25).map(({ frame }) => frame),
    ["c"],
  );
  assert.equal(frames.records, 2);
});

test("a frame that is longer than what may go together goes alone", () => {
  const frames = new WaitingFrames<string>(10, 1000);
  frames.add("long", 500);
  frames.add("next", 1);
  assert.deepEqual(
    frames.take(5, 100).map(({ frame }) => frame),
    ["long"],
  );
});

test("for want of room the oldest go, but not those on their way", () => {
  const frames = new WaitingFrames<string>(3, 1000);
  for (const each of ["a", "b", "c"]) assert.equal(frames.add(each, 1), 0);
  frames.take(2, 1000);
  assert.equal(frames.add("d", 1), 1); // c
  frames.giveBack();
  assert.equal(frames.add("e", 1), 1); // a
  assert.deepEqual(
    frames.take(9, 1000).map(({ frame }) => frame),
    ["b", "d", "e"],
  );
  assert.equal(frames.add("f", 1), 1); // itself: all the others are on their way
  assert.equal(frames.records, 3);
});

// What WaitingFrames must be, without any care for speed.
class Model {
  waiting: [name: number, bytes: number][] = [];
  away: [name: number, bytes: number][] = [];
  dropped = 0;

  get all(): [number, number][] {
    return [...this.away, ...this.waiting];
  }

  get bytes(): number {
    return this.all.reduce((sum, [, bytes]) => sum + bytes, 0);
  }
}

type Step =
  | { readonly do: "add"; readonly bytes: number }
  | { readonly do: "take" | "done" | "back" };

test("whatever is done in whatever order, order and bounds hold, and all is counted", () => {
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("add" as const),
        bytes: fc.integer({ min: 0, max: 40 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        { do: "take" as const },
        { do: "done" as const },
        { do: "back" as const },
      ),
    },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const frames = new WaitingFrames<number>(5, 100);
      const model = new Model();
      for (const [name, each] of steps.entries()) apply(each, name, frames, model);
      assert.equal(frames.clear(), model.all.length);
      assert.deepEqual([frames.records, frames.bytes], [0, 0]);
    }),
    { numRuns: 300 },
  );
});

function apply(step: Step, name: number, frames: WaitingFrames<number>, model: Model): void {
  if (step.do === "add") {
    const dropped = frames.add(name, step.bytes);
    let expected = 0;
    model.waiting.push([name, step.bytes]);
    while (model.all.length > 5 || model.bytes > 100) {
      model.waiting.shift();
      expected += 1;
    }
    assert.equal(dropped, expected);
  } else if (step.do === "take" && model.away.length === 0) {
    const taken = frames.take(3, 60).map(({ frame }) => frame);
    let bytes = 0;
    while (model.away.length < 3 && model.waiting.length > 0) {
      bytes += model.waiting[0]?.[1] ?? 0;
      if (model.away.length > 0 && bytes > 60) break;
      model.away.push(...model.waiting.splice(0, 1));
    }
    assert.deepEqual(
      taken,
      model.away.map(([each]) => each),
    );
  } else if (step.do === "done") {
    assert.equal(
      frames.done(),
      model.away.reduce((sum, [, bytes]) => sum + bytes, 0),
    );
    model.away = [];
  } else if (step.do === "back") {
    frames.giveBack();
    model.waiting = model.all;
    model.away = [];
  }
  assert.equal(frames.records, model.all.length);
  assert.equal(frames.bytes, model.bytes);
  assert.ok(frames.records <= 5 && frames.bytes <= 100);
}
