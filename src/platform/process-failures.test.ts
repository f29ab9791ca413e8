// What nobody has caught, as it is told; and that being told changes nothing.

import assert from "node:assert/strict";
import { test } from "node:test";

import { runProgram } from "../../test/kit/child-program.ts";

const MODULE = JSON.stringify(new URL("process-failures.js", import.meta.url).href);
const LISTEN = `
  import { writeSync } from "node:fs";
  import { listenForFailures } from ${MODULE};
  const say = (text) => writeSync(1, text + "\\n");
  let end = () => {};
  if (true) {
    end = listenForFailures(
      { uncaughtExceptions: true, unhandledRejections: true },
      (value, origin) => say(origin + ": " + (value?.message ?? value)),
    );
  }
  const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
`;

/** A program that is not told and one that is: they must end alike, and say the same on stderr. */
async function toldOf(text: string, flags: readonly string[] = []): Promise<readonly string[]> {
  const plain = await runProgram(LISTEN.replace("if (true)", "if (false)") + text, flags);
  const told = await runProgram(LISTEN + text, flags);
  assert.equal(told.end, plain.end);
  assert.equal(withoutPlace(told.stderr), withoutPlace(plain.stderr));
  return [...told.stdout.split("\n").filter((line) => line !== ""), String(told.end)];
}

const withoutPlace = (text: string): string =>
  text.replaceAll(/eval\d|:\d+(?::\d+)?|node:\d+\b/g, "");

test("an exception is told, whatever was thrown, and ends the process as ever", async () => {
  // Not while the module runs: to Node that is a rejection, of the promise of its import.
  assert.deepEqual(await toldOf(`setTimeout(() => { throw new Error("one"); });`), [
    "uncaughtException: one",
    "1",
  ]);
  assert.deepEqual(await toldOf(`setTimeout(() => { throw null; });`), [
    "uncaughtException: null",
    "1",
  ]);
});

test("a rejection is told as such, and ends the process as ever", async () => {
  assert.deepEqual(await toldOf(`Promise.reject(new Error("two"));`), [
    "unhandledRejection: two",
    "1",
  ]);
});

test("an exception that the application takes is told, too, and the process lives on", async () => {
  const text = `process.on("uncaughtException", () => say("taken")); setTimeout(() => { throw new Error("three"); });`;
  assert.deepEqual(await toldOf(text).then(withoutTaken), ["uncaughtException: three", "0"]);
});

test("a rejection that the application takes is told while, and only while, it listens", async () => {
  const takes = `process.on("unhandledRejection", () => say("taken"));`;
  const reject = (text: string): string => `Promise.reject(new Error("${text}")); await turn();`;
  assert.deepEqual(await toldOf(takes + reject("four")).then(withoutTaken), [
    "unhandledRejection: four",
    "0",
  ]);
  const gone = `process.removeAllListeners("unhandledRejection");`;
  assert.deepEqual(await toldOf(takes + reject("five") + gone + reject("six")).then(withoutTaken), [
    "unhandledRejection: five",
    "unhandledRejection: six",
    "1",
  ]);
  const once = takes.replace("on(", "once(");
  assert.deepEqual(await toldOf(once + reject("seven") + reject("eight")).then(withoutTaken), [
    "unhandledRejection: seven",
    "unhandledRejection: eight",
    "1",
  ]);
});

test("who listened before is seen, and one that throws what it gets is told once", async () => {
  const early = `process.on("unhandledRejection", (reason) => { throw reason; });\n`;
  const { end, stdout } = await runProgram(
    `${LISTEN.replace("let end", `${early} let end`)} Promise.reject(new Error("nine"));`,
  );
  assert.deepEqual([stdout, end], ["unhandledRejection: nine\n", 1]);
});

test("the modes of --unhandled-rejections stay what they are", async () => {
  const text = `Promise.reject(new Error("ten")); await turn(); say("on");`;
  const mode = (name: string): string[] => [`--unhandled-rejections=${name}`];
  assert.deepEqual(await toldOf(text, mode("strict")), ["unhandledRejection: ten", "1"]);
  assert.deepEqual(await toldOf(text, mode("throw")), ["unhandledRejection: ten", "1"]);
  assert.deepEqual(await toldOf(text, mode("warn")), ["on", "0"]);
  assert.deepEqual(await toldOf(text, mode("none")), ["on", "0"]);
  assert.deepEqual(await toldOf(text, mode("warn-with-error-code")), ["on", "1"]);
});

test("several copies don't take each other for the application", async () => {
  const text = `
    const other = await import(${MODULE} + "?copy");
    other.listenForFailures({ uncaughtExceptions: true, unhandledRejections: true }, () => say("copy"));
    const taken = () => {};
    process.on("unhandledRejection", taken);
    Promise.reject(new Error("eleven"));
    await turn();
    process.removeAllListeners("unhandledRejection");
    await turn();
    Promise.reject(new Error("twelve"));`;
  const { end, stdout, stderr } = await runProgram(LISTEN + text);
  assert.equal(end, 1, stderr);
  assert.deepEqual(stdout.split("\n").toSorted(), [
    "",
    "copy",
    "copy",
    "unhandledRejection: eleven",
    "unhandledRejection: twelve",
  ]);
});

test("nothing is told any more when that is taken back", async () => {
  const text = `
    process.on("unhandledRejection", () => {});
    end();
    const left = ["uncaughtExceptionMonitor", "newListener", "removeListener", "unhandledRejection"];
    say(left.map((name) => process.listenerCount(name)).join(" "));
    throw new Error("thirteen");`;
  const plain = `say(["newListener", "removeListener"].map((name) => process.listenerCount(name)).join(" "));`;
  const before = (await runProgram(LISTEN.replace(/let end[^]*\n  }\n/, "") + plain)).stdout.trim();
  const { stdout, end } = await runProgram(LISTEN + text);
  assert.deepEqual([stdout, end], [`0 ${before} 1\n`, 1]);
});

/** What the application itself says in both runs. */
function withoutTaken(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line !== "taken");
}
