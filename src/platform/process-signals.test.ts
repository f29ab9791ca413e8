// What a signal does to a process whose logs are saved first: each process of its own.

import assert from "node:assert/strict";
import { test } from "node:test";

import { runProgram } from "../../test/kit/child-program.ts";
import { listenForEnd } from "./process-signals.ts";

const MODULE = JSON.stringify(new URL("process-signals.js", import.meta.url).href);

/** Tells its steps on stdout; `finish` takes as long as `done` says. */
const PREPARE = `
  const { writeSync } = await import("node:fs");
  const say = (text) => writeSync(1, text + "\\n");
  const listen = async (name, done = () => Promise.resolve(), copy = "") => {
    const { listenForEnd } = await import(${MODULE} + copy);
    return listenForEnd(["SIGTERM", "SIGINT"], {
      save: () => say(name + " saves"),
      finish: async () => { say(name + " finishes"); await done(); },
      last: () => say(name + " ends"),
    });
  };
  const turns = async (count) => {
    for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const never = () => new Promise(() => {});
  const raise = (signal = "SIGTERM") => process.kill(process.pid, signal);
  setInterval(() => {}, 1000);
`;

async function steps(text: string): Promise<readonly (number | string)[]> {
  const { end, stdout, stderr } = await runProgram(PREPARE + text);
  assert.equal(stderr, "");
  return [...stdout.split("\n").filter((line) => line !== ""), end];
}

const WHOLE = ["a saves", "a finishes", "a ends"];

test("where nobody else listens, all steps are taken, and the process dies by the signal", async () => {
  assert.deepEqual(await steps(`await listen("a", () => turns(3)); raise();`), [
    ...WHOLE,
    "SIGTERM",
  ]);
  assert.deepEqual(await steps(`await listen("a"); raise("SIGINT");`), [...WHOLE, "SIGINT"]);
});

test("where the application listens, logs are saved, and the end is the application's", async () => {
  const own = `process.on("SIGTERM", () => { say("application"); setTimeout(() => process.exit(7), 5); });`;
  for (const text of [
    `await listen("a"); ${own} raise();`,
    `${own} await listen("a"); raise();`,
    `${own.replace("on(", "once(")} await listen("a"); raise();`,
  ]) {
    assert.deepEqual(await steps(text), ["a saves", "application", 7]);
  }
});

test("a listener that hears once, and then raises the signal again, gets its death", async () => {
  const text = `process.once("SIGTERM", () => { say("application"); raise(); }); await listen("a"); raise();`;
  assert.deepEqual(await steps(text), ["a saves", "application", ...WHOLE, "SIGTERM"]);
});

test("a second signal ends a process that is still finishing", async () => {
  const text = `await listen("a", never); raise(); await turns(5); raise("SIGINT");`;
  assert.deepEqual(await steps(text), [...WHOLE, "SIGINT"]);
});

test("who begins to listen while it is finishing gets the signal", async () => {
  const text = `
    await listen("a", async () => {
      process.on("SIGTERM", () => { say("application"); process.exit(6); });
    });
    raise();`;
  assert.deepEqual(await steps(text), [...WHOLE, "application", 6]);
});

test("several copies of the package wait for each other, and end by the signal once", async () => {
  const text = `await listen("a", () => turns(9)); await listen("b", () => turns(2), "?copy"); raise();`;
  const [first, second, third, fourth, ...ends] = await steps(text);
  assert.deepEqual([first, second, third, fourth].toSorted(), [
    "a finishes",
    "a saves",
    "b finishes",
    "b saves",
  ]);
  assert.deepEqual(ends.slice(0, 2).toSorted(), ["a ends", "b ends"]);
  assert.deepEqual(ends.slice(2), ["SIGTERM"]);
});

test("what was taken back does nothing any more, and leaves the signal's own effect", async () => {
  assert.deepEqual(await steps(`(await listen("a"))(); raise();`), ["SIGTERM"]);
  const busy = `const end = await listen("a", () => turns(5)); raise(); await turns(2); end();`;
  assert.deepEqual(await steps(busy), [...WHOLE, "SIGTERM"]);
});

test("a process that its signals can't kill exits with 128 and the signal's number", async () => {
  // As the first process of a container, whose kernel drops what would kill it.
  const text = `
    const kill = process.kill;
    await listen("a", async () => { process.kill = () => true; });
    process.on("exit", (code) => say("exit " + code));
    kill.call(process, process.pid, "SIGTERM");`;
  assert.deepEqual(await steps(text), [...WHOLE, "exit 143", 143]);
});

test("signal-exit, which waits to be alone, gets its turn after us, in either order", async () => {
  // Its listeners as it makes them: one for a signal, and a count where others find it.
  const other = `
    const emitter = { count: 1 };
    PLACE = emitter;
    const onSignal = () => {
      if (process.listeners("SIGTERM").length !== emitter.count) return;
      process.removeListener("SIGTERM", onSignal);
      say("signal-exit");
      raise();
    };
    process.on("SIGTERM", onSignal);`;
  for (const place of [
    'globalThis[Symbol.for("signal-exit emitter")]',
    "process.__signal_exit_emitter__",
  ]) {
    const made = other.replace("PLACE", place);
    for (const text of [`${made} await listen("a");`, `await listen("a"); ${made}`]) {
      assert.deepEqual(await steps(`${text} raise();`), [...WHOLE, "signal-exit", "SIGTERM"]);
    }
  }
});

test("a signal that ends no process, or that can't be caught, is refused by name", () => {
  const nothing = { save() {}, finish: () => Promise.resolve(), last() {} };
  for (const name of ["SIGKILL", "SIGWINCH", "SIGUSR1", "TERM", "constructor"]) {
    assert.throws(() => listenForEnd(["SIGTERM", name], nothing), {
      name: "ValueError",
      message: new RegExp(
        `^signal '${name}' is none that ends a process and can be caught; accepted: SIGTERM, SIGINT`,
      ),
    });
  }
  assert.throws(() => listenForEnd([1 as unknown as string], nothing), /^ValueError: signal 1 is/);
  assert.equal(process.listenerCount("SIGTERM"), 0);
});
