// What handlers and filters that hold records back do with any sequence of calls, pauses
// and flushes, compared with what simple models say: nothing may be lost, told twice, or
// come in another order.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import * as fc from "fast-check";

import { setClock } from "../core/clock.ts";
import { Handler } from "../core/handler.ts";
import { LogRecord } from "../core/record.ts";
import { RateLimitFilter } from "../filters/rate-limit.ts";
import { CollapseRepeatsHandler } from "./collapse-repeats.ts";
import { FingersCrossedHandler } from "./fingers-crossed.ts";

afterEach(() => setClock(null));

class ListHandler extends Handler {
  readonly records: LogRecord[] = [];

  override emit(record: LogRecord): void {
    this.records.push(record);
  }
}

function record(msg: string, level: number, fields: Record<string, unknown> = {}): LogRecord {
  const made = new LogRecord("a", level, "/a.js", 1, msg, [], null);
  made.fields = fields;
  return made;
}

type Step = { readonly log: string } | { readonly pause: number } | { readonly flush: true };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ log: fc.constantFrom("x", "x", "x", "y") }) },
    { weight: 2, arbitrary: fc.record({ pause: fc.integer({ min: -50, max: 150 }) }) },
    { weight: 1, arbitrary: fc.constant({ flush: true } as const) },
  ),
  { maxLength: 60, size: "max" },
);

test("what CollapseRepeatsHandler tells stands for just what was logged", () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      let time = 1_000_000;
      setClock({ now: () => time });
      const target = new ListHandler();
      const handler = new CollapseRepeatsHandler(target, { windowMs: 100 });
      const logged: string[] = [];
      for (const step of sequence) {
        if ("pause" in step) time += step.pause;
        else if ("flush" in step) handler.flush();
        else {
          logged.push(step.log);
          handler.handle(record(step.log, 20));
        }
      }
      handler.close();
      const told = target.records.flatMap((each) => {
        const count = each.fields["repeated"];
        if (count === undefined) return [String(each.msg)];
        assert.ok(typeof count === "number" && count > 1);
        const text = String(each.msg);
        assert.ok(text.startsWith(`last message repeated ${count} times: `));
        return Array.from({ length: count }, () => text.slice(text.indexOf(": ") + 2));
      });
      assert.deepEqual(told, logged);
    }),
    { numRuns: 500 },
  );
});

test("what RateLimitFilter passes and tells is all that there was, and never above the limit", () => {
  fc.assert(
    fc.property(
      steps,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      (sequence, limit, burst) => {
        let time = 1_000_000;
        setClock({ now: () => time });
        const filter = new RateLimitFilter({ limit, perMs: 100, burst });
        const passed = { x: [] as number[], y: [] as number[] };
        const waiting = { x: 0, y: 0 };
        for (const step of sequence) {
          if ("pause" in step) time += Math.max(0, step.pause);
          if (!("log" in step)) continue;
          const kind = step.log as "x" | "y";
          const answer = filter.filter(record(kind, 20));
          waiting[kind] += 1;
          if (answer === false) continue;
          passed[kind].push(time);
          const told = answer instanceof LogRecord ? Number(answer.fields["suppressed"]) : 0;
          assert.equal(told, waiting[kind] - 1);
          waiting[kind] = 0;
        }
        const logged = sequence.filter((step) => "log" in step).length;
        assert.equal(filter.suppressed, logged - passed.x.length - passed.y.length);
        for (const times of [passed.x, passed.y]) {
          times.forEach((start, i) => {
            const within = times.slice(i).filter((at) => at - start < 100).length;
            assert.ok(within <= limit + burst, `${within} within the time of ${limit}`);
          });
        }
      },
    ),
    { numRuns: 500 },
  );
});

const calls = fc.array(
  fc.record({
    key: fc.constantFrom(null, "k1", "k2", "k3"),
    level: fc.constantFrom(10, 10, 20, 30, 40),
    forget: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
  }),
  { maxLength: 60, size: "max" },
);

test("FingersCrossedHandler hands on what a simple model does, in its order", () => {
  fc.assert(
    fc.property(calls, fc.integer({ min: 1, max: 4 }), fc.boolean(), (list, capacity, stop) => {
      const target = new ListHandler();
      const options = { key: "key", capacity, stopBuffering: stop };
      const handler = new FingersCrossedHandler(target, options);
      const expected: string[] = [];
      const model = new Map<string | null, { held: string[]; dropped: number; open: boolean }>();
      list.forEach(({ key, level, forget }, i) => {
        if (forget && key !== null) {
          handler.forget(key);
          model.delete(key);
        }
        handler.handle(record(`n ${i}`, level, key === null ? {} : { key }));
        const state = model.get(key) ?? { held: [], dropped: 0, open: false };
        model.set(key, state);
        if (state.open || level >= 40) {
          if (state.dropped > 0) expected.push(`${state.dropped} older`);
          expected.push(...state.held, `n ${i}`);
          Object.assign(state, { held: [], dropped: 0, open: stop });
        } else {
          state.held.push(`n ${i}`);
          if (state.held.length > capacity) {
            state.held.shift();
            state.dropped += 1;
          }
        }
      });
      const texts = target.records.map((each) => each.getMessage().replace(/ records were.*/, ""));
      assert.deepEqual(texts, expected);
      const held = [...model.values()].reduce((sum, state) => sum + state.held.length, 0);
      assert.equal(handler.held, held);
      handler.close();
      assert.equal(handler.held, 0);
      assert.equal(target.records.length, expected.length);
    }),
    { numRuns: 500 },
  );
});
