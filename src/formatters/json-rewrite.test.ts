import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";

import { CALL, compare } from "../../test/kit/encoded-lines.ts";
import { setClock } from "../core/clock.ts";
import { MessageFormatter } from "../core/formatter.ts";
import { applyExtra, LogRecord } from "../core/record.ts";
import { closeReports } from "../core/self-report.ts";
import { JsonFormatter } from "./json.ts";
import type { JsonFormatterOptions } from "./json.ts";
import { serializers } from "./serializers.ts";

type Data = Record<string, unknown>;

afterEach(() => {
  setClock(null);
  mock.restoreAll();
});

function parsed(options: JsonFormatterOptions, fields: Data | null, error: unknown = null): Data {
  const record = new LogRecord("app", 20, null, 0, "paid", [], error);
  record.fields = fields;
  return JSON.parse(new JsonFormatter(options).format(record)) as Data;
}

function stderrOf(run: () => void): string {
  let text = "";
  const write = mock.method(process.stderr, "write", (chunk: string) => {
    text += chunk;
    return true;
  });
  run();
  closeReports();
  write.mock.restore();
  return text;
}

test("a serializer makes what is written in the place of a field of its name", () => {
  const request = { url: "/pay", socket: { huge: "x" } };
  const options = { serializers: { req: ({ url }: typeof request) => ({ url }) } };
  const line = parsed(options, {
    id: 1,
    req: request,
    deep: { req: request },
  });
  assert.deepEqual(line["req"], { url: "/pay" });
  assert.deepEqual(line["deep"], { req: request });
  assert.deepEqual(Object.keys(line).slice(5), ["id", "req", "deep"]);
});

test("a serializer that gives undefined leaves the field out, and one is not asked about undefined", () => {
  const asked: unknown[] = [];
  const gone = (value: unknown): undefined => void asked.push(value);
  const line = parsed({ serializers: { a: gone, b: gone } }, { a: 1, b: undefined, c: 2 });
  assert.deepEqual([line["c"], "a" in line, "b" in line, asked], [2, false, false, [1]]);
});

test("what is serialized is written as any value is, cycles and all", () => {
  const cyclic: Data = { n: 1n };
  cyclic["self"] = cyclic;
  const line = parsed({ serializers: { a: () => cyclic } }, { a: 0 });
  assert.deepEqual(line["a"], { n: "1", self: "[Circular]" });
});

test("a serializer that throws is reported, and the line says so", () => {
  const bad = (): never => {
    throw new TypeError("not this one");
  };
  let line: Data = {};
  const text = stderrOf(() => {
    line = parsed({ serializers: { user: bad, error: bad } }, { user: 1, id: 2 }, new Error("x"));
  });
  assert.equal(line["user"], "[serializer threw TypeError: not this one]");
  assert.equal(line["error"], "[serializer threw TypeError: not this one]");
  assert.equal(line["id"], 2);
  assert.match(text, /TypeError: not this one/);
  assert.match(text, /In <JsonFormatter>: the serializer of "user" failed/);
  assert.match(text, /the serializer of "error" failed/);
});

test("the serializer of the error is that of its key, else error's, else err's", () => {
  const by = (who: string) => () => ({ by: who });
  const error = new Error("x");
  const all = { error: by("error"), err: by("err") };
  assert.deepEqual(parsed({ serializers: all }, null, error)["error"], { by: "error" });
  assert.deepEqual(parsed({ serializers: { err: by("err") } }, null, error)["error"], {
    by: "err",
  });
  assert.deepEqual(parsed({ serializers: all, preset: "pino" }, null, error)["err"], {
    by: "err",
  });
  const renamed = { ...all, exception: by("exception") };
  const keys = { error: "exception" };
  assert.deepEqual(parsed({ serializers: renamed, keys }, null, error)["exception"], {
    by: "exception",
  });
  const nothing = { error: () => undefined };
  assert.ok(!("error" in parsed({ serializers: nothing }, null, error)));
});

test("a serialized error gives its parts where they have keys of their own", () => {
  const made = { type: "T", message: "m", stack: "s", code: 7 };
  const line = parsed({ preset: "ecs", serializers: { err: () => made } }, null, new Error("x"));
  const parts = ["type", "message", "stack_trace", "code"].map((part) => line[`error.${part}`]);
  assert.deepEqual(parts, ["T", "m", "s", "7"]);
  const other = parsed({ preset: "ecs", serializers: { err: (e) => e } }, null, new Error("x"));
  assert.deepEqual([other["error.type"], other["error.message"]], ["Error", "x"]);
  const text = parsed({ preset: "ecs", serializers: { err: () => "gone" } }, null, new Error("x"));
  assert.deepEqual([text["error.type"], text["error.message"]], ["string", "gone"]);
});

test("the extras of a record are serialized and masked as fields are", () => {
  const record = new LogRecord("app", 20, null, 0, "paid", [], null);
  applyExtra(record, { user: "ann", token: "t", id: 1 });
  const options = { serializers: { user: () => "someone" }, redact: { keys: ["token"] } };
  const line = JSON.parse(new JsonFormatter(options).format(record)) as Data;
  assert.deepEqual([line["user"], line["token"], line["id"]], ["someone", "[Redacted]", 1]);
});

test("masks are put over what serializers made, in fields, bound fields and errors", () => {
  const error = Object.assign(new TypeError("x", { cause: new Error("y") }), { token: "t" });
  const options = {
    serializers: { user: () => ({ name: "ann", token: "t" }) },
    redact: { paths: ["card.number"], keys: ["token"] },
  };
  const line = parsed(options, { user: 0, card: { number: 1, of: 2 } }, error);
  assert.deepEqual(line["user"], { name: "ann", token: "[Redacted]" });
  assert.deepEqual(line["card"], { number: "[Redacted]", of: 2 });
  const shown = line["error"] as Data;
  assert.deepEqual([shown["type"], shown["token"]], ["TypeError", "[Redacted]"]);
  assert.equal((shown["cause"] as Data)["message"], "y");
  assert.equal(error.token, "t");
  for (const preset of ["daybook", "pino", "ecs", "otel"] as const) {
    const formatter = new JsonFormatter({ preset, ...options });
    const bound = { token: "bound", user: 1, card: { number: "4111" } };
    const code = compare(formatter, { ...CALL, bound, fields: { token: "call" }, error });
    assert.ok(code !== null && code > 0, preset);
    const record = new LogRecord("app", 20, null, 0, "paid", [], error);
    record.fields = bound;
    assert.doesNotMatch(formatter.format(record), /"t"|'t'|bound|4111/, preset);
  }
});

test("an error that is masked as a whole doesn't come back by the text that another formatter made", () => {
  const record = new LogRecord("app", 20, null, 0, "paid", [], new Error("secret words"));
  new MessageFormatter().format(record);
  assert.match(record.exc_text ?? "", /secret words/);
  const removed = new JsonFormatter({ redact: { paths: ["error"], remove: true } }).format(record);
  assert.doesNotMatch(removed, /secret words|"error"/);
  const masked = new JsonFormatter({ redact: ["error"] }).format(record);
  assert.equal((JSON.parse(masked) as Data)["error"], "[Redacted]");
});

test("pino's preset keeps its errors' shape beside other serializers and masks", () => {
  const error = new TypeError("outer", { cause: new Error("inner") });
  for (const options of [{ serializers: { req: serializers.req } }, { redact: ["user"] }]) {
    const line = parsed({ preset: "pino", ...options }, { err: error });
    assert.equal((line["err"] as Data)["message"], "outer: inner");
    const own = parsed({ preset: "pino", ...options }, null, error);
    assert.equal((own["err"] as Data)["message"], "outer: inner");
  }
});
