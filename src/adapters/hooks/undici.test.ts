// With events that a test publishes itself, odd ones too. Node's own fetch, against a
// real server, runs in examples/undici.

import assert from "node:assert/strict";
import { channel } from "node:diagnostics_channel";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../../test/kit/captured-stderr.ts";
import { RecordedLog } from "../../../test/kit/recorded-log.ts";
import { undiciLogging } from "./undici.ts";
import type { UndiciLoggingOptions } from "./undici.ts";

const stderr = new CapturedStderr();
let recorded: RecordedLog;
let stop = (): void => undefined;
beforeEach(() => {
  recorded = new RecordedLog();
  stderr.start();
});
afterEach(() => {
  stop();
  stderr.stop();
});

function start(options: UndiciLoggingOptions = {}): void {
  stop = undiciLogging(recorded.logger("http"), options);
}

function publish(name: string, message: object): void {
  channel(`undici:request:${name}`).publish(message);
}

function request(path: string): object {
  const headers = ["authorization", "Bearer secret"];
  return { origin: "https://api.example", method: "GET", path, headers, body: "secret" };
}

test("a request is logged at its end, without query, headers and body", () => {
  start();
  const one = request("/a?key=secret#x");
  publish("create", { request: one });
  publish("headers", { request: one, response: { statusCode: 204, headers: ["secret"] } });
  assert.equal(recorded.calls.length, 0);
  publish("trailers", { request: one, trailers: [] });
  const { durationMs, firstByteMs, ...fields } = recorded.last.fields;
  assert.ok(Number(durationMs) >= Number(firstByteMs));
  assert.deepEqual(fields, { method: "GET", url: "https://api.example/a", status: 204 });
  assert.ok(!JSON.stringify(recorded.calls).includes("secret"));
});

test("of two ends of a request the first counts", () => {
  start();
  const one = request("/a");
  publish("create", { request: one });
  publish("error", { request: one, error: new Error("timed out") });
  publish("error", { request: one, error: new Error("refused") });
  publish("trailers", { request: one });
  assert.equal(recorded.calls.length, 1);
  assert.match(String(recorded.last.error), /timed out/);
});

test("requests that began before, and ignored ones, are left alone", () => {
  const before = request("/a");
  publish("create", { request: before });
  start({
    ignore: ({ origin, path, method }) =>
      `${method} ${origin}${path}` === "GET https://api.example/q?1",
  });
  publish("headers", { request: before, response: { statusCode: 200 } });
  publish("trailers", { request: before });
  const ignored = request("/q?1");
  publish("create", { request: ignored });
  publish("trailers", { request: ignored });
  assert.equal(recorded.calls.length, 0);
});

test("after the end nothing is logged", () => {
  start();
  const one = request("/a");
  publish("create", { request: one });
  stop();
  publish("trailers", { request: one });
  assert.equal(recorded.calls.length, 0);
});

test("nothing gets back into the request, whatever is published", async () => {
  start({
    ignore: () => {
      throw new Error("no answer");
    },
  });
  publish("create", { request: request("/a") });
  publish("create", {});
  publish("headers", { request: 7 });
  publish("trailers", { request: null });
  // diagnostics_channel would throw it in the next turn.
  await new Promise(setImmediate);
  assert.match(stderr.text, /a request could not be logged.*no answer|no answer/s);
  assert.equal(recorded.calls.length, 0);
});

test("options that are none are refused", () => {
  const wrong: [object, RegExp][] = [
    [
      { headers: true },
      /unknown option "headers"; accepted: level, slowMs, errorLevel, query, ignore/,
    ],
    [{ query: 1 }, /query can't be 1; accepted: true or false/],
    [{ ignore: "/q" }, /ignore can't be '\/q'; accepted: a function of { origin, method, path }/],
  ];
  for (const [options, message] of wrong) assert.throws(() => start(options), { message });
});
