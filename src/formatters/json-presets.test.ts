import assert from "node:assert/strict";
import { hostname } from "node:os";
import { afterEach, test } from "node:test";

import { failure, lineOf, parsed } from "../../test/kit/json-line.ts";
import type { Data } from "../../test/kit/json-line.ts";
import { setClock } from "../core/clock.ts";
import { getLogger } from "../core/hierarchy.ts";
import { Handler } from "../core/handler.ts";
import { addLevelName, resetLevelNames } from "../core/level.ts";
import { applyExtra, LogRecord, makeLogRecord } from "../core/record.ts";
import { JsonFormatter } from "./json.ts";
import type { JsonFormatterOptions } from "./json.ts";
import { otelSeverity, pinoLevel } from "./json-levels.ts";

const MOMENT = Date.UTC(2026, 10, 22, 15, 7, 6, 123);
const TRACE = {
  trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
  span_id: "00f067aa0ba902b7",
  trace_flags: "01",
};

afterEach(() => {
  setClock(null);
  resetLevelNames();
});

function recordWith(fields: Data | null, error: unknown = null, name = "app.db"): LogRecord {
  setClock({ now: () => MOMENT });
  const record = new LogRecord(name, 30, null, 0, "paid", [], error);
  record.fields = fields;
  record.process = 7;
  return record;
}

test("pino's preset has pino's keys in pino's order, and its errors", () => {
  assert.equal(
    lineOf({ preset: "pino" }, recordWith({ id: 7, time: "field" })),
    `{"level":40,"time":${MOMENT},"pid":7,"hostname":${JSON.stringify(hostname())},` +
      '"name":"app.db","id":7,"time_":"field","msg":"paid"}',
  );
  const cause = new Error("inner");
  const error = Object.assign(new TypeError("outer", { cause }), { code: "E" });
  const line = parsed({ preset: "pino" }, recordWith(null, error));
  assert.deepEqual(line["err"], {
    type: "TypeError",
    message: "outer: inner",
    stack: `${error.stack}\ncaused by: ${cause.stack}`,
    code: "E",
  });
  assert.deepEqual(Object.keys(line).slice(-2), ["err", "msg"]);
});

test("a line of pino's preset leaves out what pino's leaves out", () => {
  for (const name of ["root", ""]) {
    assert.ok(!("name" in parsed({ preset: "pino" }, recordWith(null, null, name))));
  }
  const empty = recordWith({ a: 1 });
  empty.msg = "";
  assert.ok(!("msg" in parsed({ preset: "pino" }, empty)));
  assert.deepEqual(parsed({ preset: "pino" }, recordWith({ err: "text" }))["err"], "text");
  const field = parsed({ preset: "pino" }, recordWith({ err: failure() }))["err"] as Data;
  assert.deepEqual([field["type"], field["code"]], ["RangeError", "E_MUCH"]);
  const both = parsed({ preset: "pino" }, recordWith({ err: 1 }, failure()));
  assert.equal(both["err_"], 1);
  const keys = { time: null, level: null, pid: null, hostname: null, logger: null } as const;
  const nothing = recordWith(null);
  nothing.msg = "";
  assert.equal(lineOf({ preset: "pino", keys }, nothing), "{}");
  assert.equal(lineOf({ preset: "pino", keys }, recordWith(null)), '{"msg":"paid"}');
});

test("pino's level numbers are ten above ours, and twice ours below DEBUG", () => {
  const ours = [0, 5, 9, 10, 15, 20, 25, 30, 40, 50, 60];
  const theirs = [0, 10, 18, 20, 25, 30, 35, 40, 50, 60, 70];
  assert.deepEqual(ours.map(pinoLevel), theirs);
});

test("severity numbers follow OpenTelemetry's for Python, and TRACE is below DEBUG", () => {
  const pairs = [
    [-5, 0],
    [0, 0],
    [1, 1],
    [5, 1],
    [6, 2],
    [9, 4],
    [10, 5],
    [11, 6],
    [15, 8],
    [19, 8],
    [20, 9],
    [25, 12],
    [30, 13],
    [31, 14],
    [40, 17],
    [50, 21],
    [53, 24],
    [99, 24],
    [Infinity, 24],
    [Number.NaN, 0],
  ] as const;
  for (const [level, severity] of pairs) assert.equal(otelSeverity(level), severity, `${level}`);
});

test("the ECS preset has the names and the order of the ecs-logging specification", () => {
  assert.equal(
    lineOf({ preset: "ecs", base: { "service.name": "shop" } }, recordWith({ ...TRACE, id: 7 })),
    '{"@timestamp":"2026-11-22T15:07:06.123Z","log.level":"warning","message":"paid",' +
      '"ecs.version":"8.11.0","log.logger":"app.db","process.pid":7,"service.name":"shop",' +
      `"trace.id":"${TRACE.trace_id}","span.id":"${TRACE.span_id}","trace_flags":"01","id":7}`,
  );
  const error = failure();
  error.cause = new Error("why");
  const line = parsed({ preset: "ecs" }, recordWith({ message: "mine", "error.type": 1 }, error));
  assert.equal(line["message_"], "mine");
  assert.equal(line["error.type_"], 1);
  const { "error.type": type, "error.message": message, "error.code": code } = line;
  assert.deepEqual([type, message, code], ["RangeError", "too much", "E_MUCH"]);
  assert.match(String(line["error.stack_trace"]), /at pay[^]*Caused by: Error: why/);
});

test("the ids of a trace keep their names where the new one is taken, or they are no texts", () => {
  const taken = parsed({ preset: "ecs" }, recordWith({ trace_id: "a", "trace.id": "b" }));
  assert.deepEqual([taken["trace_id"], taken["trace.id"]], ["a", "b"]);
  const odd = parsed({ preset: "ecs" }, recordWith({ trace_id: 7 }));
  assert.deepEqual([odd["trace_id"], odd["trace.id"]], [7, undefined]);
  const inside = parsed({ preset: "otel" }, recordWith({ trace_id: 7, span_id: "s" }));
  assert.deepEqual([inside["Attributes"], inside["SpanId"]], [{ trace_id: 7 }, "s"]);
});

test("the OpenTelemetry preset has the names of the log data model", () => {
  const base = { "service.name": "shop", "host.name": "h1" };
  assert.equal(
    lineOf({ preset: "otel", base }, recordWith({ id: 7, ...TRACE, Body: "mine" })),
    `{"Timestamp":"${MOMENT}000000","SeverityText":"WARNING","SeverityNumber":13,` +
      '"Body":"paid","Resource":{"service.name":"shop","host.name":"h1","process.pid":7},' +
      '"InstrumentationScope":{"Name":"app.db"},"Attributes":{"id":7,"Body":"mine"},' +
      `"TraceId":"${TRACE.trace_id}","SpanId":"${TRACE.span_id}","TraceFlags":"01"}`,
  );
  assert.ok(!("Attributes" in parsed({ preset: "otel" }, recordWith({ ...TRACE }))));
  assert.ok(!("Attributes" in parsed({ preset: "otel" }, recordWith(null))));
  const line = parsed({ preset: "otel" }, recordWith(null, failure()));
  assert.deepEqual(line["Attributes"], {
    "exception.type": "RangeError",
    "exception.message": "too much",
    "exception.stacktrace": `${failure().stack}\n    { code: 'E_MUCH' }`,
  });
});

test("whatever was thrown has a type and a message where the parts have keys of their own", () => {
  const told = (thrown: unknown): unknown =>
    parsed({ preset: "otel" }, recordWith(null, thrown))["Attributes"];
  assert.deepEqual(told("text"), { "exception.type": "string", "exception.message": "text" });
  assert.deepEqual(told({ a: 1 }), { "exception.type": "object", "exception.message": "{ a: 1 }" });
  assert.deepEqual(told({ type: "T", message: "m" }), {
    "exception.type": "T",
    "exception.message": "m",
  });
  assert.deepEqual(told(0), { "exception.type": "number", "exception.message": "0" });
});

test("a record from elsewhere may lack anything, in every preset", () => {
  for (const preset of ["daybook", "pino", "ecs", "otel"] as const) {
    const bare = makeLogRecord({ msg: "x", process: undefined, levelname: undefined });
    bare.created = Number.NaN;
    JSON.parse(lineOf({ preset }, bare));
    const told = makeLogRecord({ msg: "x", exc_text: "Error: far away\n    at x" });
    assert.ok(lineOf({ preset }, told).includes('"Error: far away\\n    at x"'), preset);
  }
});

test("extras and a stack have their place in every preset", () => {
  const places = {
    daybook: (line: Data) => [line["ip"], line["stackInfo"]],
    pino: (line: Data) => [line["ip"], line["stackInfo"]],
    ecs: (line: Data) => [line["ip"], line["daybook.stack_info"]],
    otel: (line: Data) => {
      const attributes = line["Attributes"] as Data;
      return [attributes["ip"], attributes["code.stacktrace"]];
    },
  };
  for (const [preset, place] of Object.entries(places)) {
    const record = recordWith(null);
    applyExtra(record, { ip: "::1" });
    record.stack_info = "Stack: x";
    const line = parsed({ preset: preset as keyof typeof places }, record);
    assert.deepEqual(place(line), ["::1", "Stack: x"], preset);
  }
});

test("keys get other names or are left out, and fields give way to the new ones", () => {
  const keys = {
    time: "@t",
    level: "severity",
    logger: null,
    pid: null,
    message: "message",
    error: "exception",
    stackInfo: "stack",
    hostname: "host",
  };
  const record = recordWith({ severity: 1, msg: 2, logger: 3, exception: 4 }, failure());
  record.stack_info = "Stack: x";
  const line = parsed({ keys, levelFormat: "lowercase" }, record);
  const { exception, ...rest } = line;
  assert.deepEqual(rest, {
    "@t": "2026-11-22T15:07:06.123Z",
    severity: "warning",
    host: hostname(),
    message: "paid",
    severity_: 1,
    msg: 2,
    logger: 3,
    exception_: 4,
    stack: "Stack: x",
  });
  assert.equal((exception as Data)["type"], "RangeError");
  const without = parsed({ keys: { error: null, stackInfo: null } }, record);
  assert.deepEqual([without["error"], without["stackInfo"]], [undefined, undefined]);
});

test("times and levels have the format that is asked for", () => {
  const record = recordWith(null);
  assert.ok(lineOf({ timeFormat: "epochMs" }, record).startsWith(`{"time":${MOMENT},`));
  assert.ok(lineOf({ levelFormat: "number" }, record).includes('"level":30,'));
  assert.ok(lineOf({ levelFormat: "lowercase" }, record).includes('"level":"warning",'));
  addLevelName(30, 'ÄH "so"');
  const named = recordWith(null);
  assert.ok(lineOf({ levelFormat: "lowercase" }, named).includes('"level":"äh \\"so\\"",'));
  assert.ok(lineOf({ preset: "pino", timeFormat: "iso" }, record).includes('"time":"2026-'));
  for (const [created, shown] of [
    [0, 0],
    [-0.001, -1],
    [1.9996, 2000],
    [8.7e12, null],
    [Number.NaN, null],
  ] as const) {
    record.created = created;
    assert.equal(parsed({ timeFormat: "epochMs" }, record)["time"], shown);
    const nanoseconds = shown === null ? null : `${BigInt(shown) * 1_000_000n}`;
    assert.equal(parsed({ preset: "otel" }, record)["Timestamp"], nanoseconds);
  }
});

test("base stands in every line, as it was when the formatter was made", () => {
  const base = { service: "shop", tags: ["a"], none: undefined, 'say "é"': 1n };
  const formatter = new JsonFormatter({ base });
  base.tags.push("b");
  const line = JSON.parse(formatter.format(recordWith({ service: "mine" }))) as Data;
  assert.deepEqual(line["tags"], ["a"]);
  assert.deepEqual([line["service"], line["service_"]], ["shop", "mine"]);
  assert.equal(line['say "é"'], "1");
  assert.ok(!("none" in line));
});

test("the caller is shown where it is asked for", () => {
  const lines: string[] = [];
  class Keeper extends Handler {
    override emit(record: LogRecord): void {
      lines.push(this.format(record));
    }
  }
  const handler = new Keeper();
  const logger = getLogger("json-presets-caller");
  logger.propagate = false;
  logger.addHandler(handler);
  const placeOfCall = (options: JsonFormatterOptions): Data => {
    handler.setFormatter(new JsonFormatter({ caller: true, ...options }));
    logger.error("here", { file: "mine" });
    return JSON.parse(lines.pop() ?? "") as Data;
  };
  const own = placeOfCall({});
  assert.match(String(own["file"]), /json-presets\.test\.[jt]s$/);
  assert.equal(own["file_"], "mine");
  assert.equal(typeof own["line"], "number");
  assert.equal(own["function"], "placeOfCall");
  const ecs = placeOfCall({ preset: "ecs" });
  assert.match(String(ecs["log.origin.file.name"]), /^json-presets\.test\.[jt]s$/);
  assert.equal(ecs["log.origin.file.line"], own["line"]);
  assert.equal(ecs["log.origin.function"], "placeOfCall");
  const otel = placeOfCall({ preset: "otel" })["Attributes"] as Data;
  assert.deepEqual(
    [otel["code.file.path"], otel["code.line.number"], otel["code.function.name"]],
    [own["file"], own["line"], "placeOfCall"],
  );
  const renamed = placeOfCall({ keys: { file: "src", line: null, function: null } });
  assert.equal(renamed["src"], own["file"]);
  assert.deepEqual([renamed["line"], renamed["function"]], [undefined, undefined]);
  handler.close();
});

test("options that can't be are refused, with the value and what is accepted", () => {
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [{ preset: "ECS" }, /preset can't be 'ECS'; accepted: 'daybook', 'pino', 'ecs', 'otel'/],
    [{ timeFormat: "epoch" }, /timeFormat can't be 'epoch'; accepted: 'iso', 'epochMs'/],
    [{ levelFormat: "lower" }, /levelFormat can't be 'lower'/],
    [{ caller: 1 }, /caller can't be 1; accepted: true, false/],
    [{ keys: { msg: "m" } }, /unknown option "msg"; accepted: time, level/],
    [{ keys: { message: null } }, /the key of message can't be null; accepted: a name$/],
    [{ keys: { time: "" } }, /the key of time can't be ''; accepted: a name, or null/],
    [{ keys: { time: "t", level: "t" } }, /two keys can't be 't'; accepted: a name for each/],
    [{ keys: { time: "msg" } }, /two keys can't be 'msg'/],
    [{ preset: "ecs", keys: {} }, /keys can't be given with the preset 'ecs'/],
    [{ preset: "otel", levelFormat: "name" }, /levelFormat can't be given with the preset 'otel'/],
    [{ base: [] }, /base can't be \[\]; accepted: a plain object/],
    [{ base: { msg: 1 } }, /base can't have 'msg'; accepted: names other than time, level/],
    [{ preset: "otel", base: { "process.pid": 1 } }, /base can't have 'process.pid'/],
    [{ base: { error: 1 } }, /base can't have 'error'/],
    [{ base: { line: 1 }, caller: true }, /base can't have 'line'/],
    [{ keys: { time: "line" }, caller: true }, /two keys can't be 'line'/],
    [{ preset: "ecs", base: { error: 1 } }, /base can't have 'error'/],
    [{ preset: "ecs", base: { "error.type": 1 } }, /base can't have 'error.type'/],
    [{ preset: "pino", base: { hostname: 1 } }, /base can't have 'hostname'/],
    [{ serializers: { a: 1 } }, /the serializer of 'a' can't be 1; accepted: a function/],
    [{ serializers: new Map() }, /serializers can't be Map\(0\) \{\}; accepted: a plain object/],
    [{ redact: 7 }, /redact|options/],
  ];
  assert.ok(new JsonFormatter({ keys: { message: "line" }, base: { file: 1 } }));
  for (const [options, message] of cases) {
    assert.throws(() => new JsonFormatter(options as JsonFormatterOptions), message);
  }
});
