// Errors that are masked and go through our serializer of errors, which makes one text of
// the messages and stacks of several: what is masked must not stand in those texts.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CALL, compare } from "../../test/kit/encoded-lines.ts";
import type { RedactOption } from "../core/redaction.ts";
import { LogRecord } from "../core/record.ts";
import { JsonFormatter } from "./json.ts";
import type { JsonFormatterOptions } from "./json.ts";
import { serializers } from "./serializers.ts";

type Data = Record<string, unknown>;

const SECRET = "s3cret";

function line(options: JsonFormatterOptions, fields: Data | null, error: unknown): string {
  const record = new LogRecord("app", 20, null, 0, "paid", [], error);
  record.fields = fields;
  return new JsonFormatter(options).format(record);
}

function failures(): readonly (readonly [RedactOption, Error])[] {
  const withSecret = new Error(SECRET);
  const withCause = new Error("outer", { cause: withSecret });
  const member = Object.assign(new Error("member"), { token: SECRET });
  return [
    [["error.message"], withSecret],
    [{ keys: ["message"] }, withSecret],
    [{ keys: ["message"] }, withCause],
    [{ keys: ["message"], remove: true }, withCause],
    [["error.cause"], withCause],
    [["error.cause.message"], withCause],
    [{ keys: ["cause"] }, withCause],
    [["error.errors[*].token"], new AggregateError([member], "all")],
  ];
}

for (const options of [
  { preset: "pino" },
  { serializers: { err: serializers.err } },
] as JsonFormatterOptions[]) {
  const name = options.preset === undefined ? "an own serializer" : "pino's preset";
  test(`what is masked of an error is in no text that ${name} makes of it`, () => {
    for (const [redact, error] of failures()) {
      const text = line({ ...options, redact }, null, error);
      assert.ok(!text.includes(SECRET), `${JSON.stringify(redact)}: ${text}`);
      assert.ok(text.includes("    at "), text);
      assert.ok(line(options, null, error).includes(SECRET));
      assert.ok((compare(new JsonFormatter({ ...options, redact }), { ...CALL, error }) ?? 0) > 0);
    }
  });
}

test("an error among the fields is masked before it is serialized", () => {
  const options: JsonFormatterOptions = {
    serializers: { err: serializers.err },
    redact: ["err.message"],
  };
  const text = line(options, { err: new Error(SECRET) }, null);
  assert.ok(!text.includes(SECRET), text);
  assert.ok(text.includes("[Redacted]"), text);
});

test("a censor doesn't hear of what it made itself", () => {
  const options: JsonFormatterOptions = {
    preset: "pino",
    redact: { paths: ["err.message"], censor: (value) => `${String(value).length} letters` },
  };
  for (const text of [
    line(options, null, new Error(SECRET)),
    line(options, { err: new Error(SECRET) }, null),
  ]) {
    const shown = (JSON.parse(text) as { err: Data })["err"];
    assert.equal(shown["message"], "6 letters");
  }
});
