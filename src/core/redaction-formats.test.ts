import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { CALL, compare, recordOf } from "../../test/kit/encoded-lines.ts";
import type { Call, Fields } from "../../test/kit/encoded-lines.ts";
import { RedactFilter } from "../filters/redact.ts";
import { Formatter } from "../formatters/formatter.ts";
import { JsonFormatter } from "../formatters/json.ts";
import { LogfmtFormatter } from "../formatters/logfmt.ts";
import { PrettyFormatter } from "../formatters/pretty.ts";
import { setClock } from "./clock.ts";
import type { RecordFormatter } from "./formatter.ts";
import type { RedactOption } from "./redaction.ts";
import { applyExtra } from "./record.ts";
import type { LogRecord } from "./record.ts";

// Every secret begins like this, and nothing else does; code frames would show this file.
const SECRET = /s3cret/;

afterEach(() => setClock(null));

class User {
  name = "ada";
  password = "s3cret of a class";
  #hidden = "s3cret of toJSON";
  toJSON(): object {
    return { name: this.name, password: this.#hidden };
  }
}

function secrets(): Fields {
  const circle: Fields = { password: "s3cret in a circle" };
  circle["self"] = [circle];
  const cause = Object.assign(new Error("inner"), { password: "s3cret of a cause" });
  const failure = new AggregateError([cause], "outer", { cause });
  return {
    password: "s3cret on top",
    nested: { a: { b: { password: { deep: "s3cret in an object" } } } },
    list: [{ password: "s3cret in a list" }, [{ password: "s3cret in a list of lists" }]],
    map: new Map<unknown, unknown>([["password", "s3cret in a map"]]),
    set: new Set([{ password: "s3cret in a set" }]),
    bare: Object.assign(Object.create(null) as Fields, { password: "s3cret" }),
    proxy: new Proxy({ password: "s3cret behind a proxy" }, {}),
    user: new User(),
    failure: Object.assign(failure, { password: "s3cret of an error" }),
    circle,
  };
}

function callOf(): Call {
  const { failure, ...fields } = secrets();
  return { ...CALL, bound: { request: { password: "s3cret, bound" } }, fields, error: failure };
}

function recordWith(): LogRecord {
  const record = recordOf({ ...callOf(), fields: secrets() });
  applyExtra(record, { extra: { password: "s3cret extra" } });
  return record;
}

const REDACT: readonly RedactOption[] = [
  { keys: ["password"] },
  { keys: [/^PASS/i], remove: true },
  ["**.password"],
];

const FORMATS: readonly (readonly [string, (redact: RedactOption) => RecordFormatter])[] = [
  ["JsonFormatter", (redact) => new JsonFormatter({ redact })],
  ["LogfmtFormatter", (redact) => new LogfmtFormatter({ redact })],
  ["PrettyFormatter", (redact) => new PrettyFormatter({ redact, codeFrame: false })],
];

for (const [name, make] of FORMATS) {
  test(`${name} shows no secret of nested values, lists, errors, extras and bound fields`, () => {
    for (const redact of REDACT) {
      const line = make(redact).format(recordWith());
      assert.doesNotMatch(line, SECRET);
      for (const kept of ["ada", "inner", "outer", "Circular"])
        assert.ok(line.includes(kept), line);
      const isRemoved = "remove" in redact;
      assert.equal(line.includes("[Redacted]"), !isRemoved);
    }
    // What is shown where nothing is masked.
    assert.match(make([]).format(recordWith()), SECRET);
  });
}

test("by the way without a record the same is masked", () => {
  for (const redact of REDACT) {
    for (const formatter of [new JsonFormatter({ redact }), new LogfmtFormatter({ redact })]) {
      assert.ok((compare(formatter, callOf()) ?? 0) > 0);
    }
  }
});

test("behind a RedactFilter no format shows a secret, nor is anything of the record changed", () => {
  for (const redact of REDACT) {
    const filter = new RedactFilter(redact);
    const record = recordWith();
    for (const formatter of [
      new Formatter("%(message)s %(fields)s %(extra)s %(user)r"),
      new Formatter("{message} {nested} {list} {map} {user.password}", { style: "{" }),
      new JsonFormatter(),
      new LogfmtFormatter(),
      new PrettyFormatter({ codeFrame: false }),
    ]) {
      const before = formatter.format(record);
      assert.match(before, SECRET);
      const masked = filter.filter(record) as LogRecord;
      // With `remove` a format that names the value finds none.
      const isLost = "remove" in redact && formatter instanceof Formatter;
      if (!isLost || !formatter.fmt.includes("user.")) {
        assert.doesNotMatch(formatter.format(masked), SECRET);
      }
      assert.equal(formatter.format(record), before);
    }
  }
});
