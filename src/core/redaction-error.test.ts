import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect, types } from "node:util";

import { exceptionText } from "./exception.ts";
import { compileRedaction } from "./redaction.ts";
import type { RedactOption } from "./redaction.ts";

type Fields = Record<string, unknown>;

const X = "[Redacted]";

function masked(redact: RedactOption, fields: Fields): Fields {
  return { ...compileRedaction(redact).fields(fields) };
}

test("an error keeps its class, its frames and what it is, without its secrets", () => {
  class HttpError extends TypeError {
    override name = "HttpError";
    config = { headers: { authorization: "Bearer x" }, url: "/" };
    code = 401;
  }
  const cause = Object.assign(new Error("inner"), { password: "p" });
  const error = new HttpError("outer", { cause });
  for (const redact of [
    { keys: ["authorization", "password"] },
    ["error.config.headers.authorization", "err.cause.password"],
    ["**.authorization", "**.password"],
  ] as RedactOption[]) {
    const copy = compileRedaction(redact).error(error) as HttpError;
    assert.notEqual(copy, error);
    assert.ok(copy instanceof HttpError && types.isNativeError(copy));
    assert.equal(copy.name, "HttpError");
    assert.equal(copy.message, "outer");
    assert.equal(copy.stack, error.stack);
    assert.equal(copy.code, 401);
    assert.deepEqual(copy.config, { headers: { authorization: X }, url: "/" });
    assert.equal((copy.cause as typeof cause).password, X);
    assert.equal((copy.cause as Error).stack, cause.stack);
    assert.deepEqual(Object.keys(copy), Object.keys(error));
    assert.equal(error.config.headers.authorization, "Bearer x");
    assert.equal(cause.password, "p");
  }
});

test("errors in fields, in arrays, in aggregates and in circles are looked through", () => {
  const inner = Object.assign(new RangeError("in"), { token: "t" });
  const all = new AggregateError([inner, new Error("ok")], "all", { cause: inner });
  const copy = masked({ keys: ["token"] }, { failures: [all] })["failures"] as AggregateError[];
  assert.ok(copy[0] instanceof AggregateError);
  assert.equal((copy[0].errors[0] as typeof inner).token, X);
  assert.equal(copy[0].errors[1], all.errors[1]);
  assert.equal((copy[0].cause as typeof inner).token, X);
  assert.equal(inner.token, "t");
  const paths = masked(["failures[*].errors[0].token"], { failures: [all] });
  const shown = paths["failures"] as AggregateError[];
  assert.equal((shown[0] as { errors: (typeof inner)[] }).errors[0]?.token, X);
  const round = Object.assign(new Error("round"), { token: "t", cause: null as unknown });
  round.cause = round;
  const masking = compileRedaction({ keys: ["token"] }).error(round) as typeof round;
  assert.deepEqual([masking.token, masking.cause], [X, "[Circular]"]);
});

test("a message that is masked is not in the stack either", () => {
  const error = new Error("card 4111\n    at nowhere (x.js:1:1)");
  const frames = error.stack?.split("\n").slice(2).join("\n");
  const copy = compileRedaction(["error.message"]).error(error) as Error;
  assert.equal(copy.message, X);
  assert.equal(copy.stack, `Error: ${X}\n${frames}`);
  error.message = "changed since";
  const later = compileRedaction(["err.message"]).error(error) as Error;
  assert.ok(!later.stack?.includes("4111 "), later.stack);
  const gone = compileRedaction({ paths: ["error.stack", "error.message"], remove: true });
  const bare = gone.error(error) as Error;
  assert.deepEqual([bare.message, bare.stack], ["", null]);
});

test("what was thrown and is no error is masked as well", () => {
  const redaction = compileRedaction({ keys: ["token"] });
  assert.deepEqual(redaction.error({ token: 1, a: 2 }), { token: X, a: 2 });
  assert.equal(redaction.error("text"), "text");
  assert.equal(redaction.error(null), null);
  assert.equal(compileRedaction(["error"]).error(new Error("x")), X);
  assert.equal(compileRedaction({ keys: ["err"] }).error(new Error("x")), X);
});

test("the text of a masked error is that of the error, without its secrets", () => {
  const cause = Object.assign(new RangeError("inner"), { token: "secret1" });
  const error = Object.assign(new AggregateError([cause], "outer", { cause }), {
    token: "secret2",
  });
  const copy = compileRedaction({ keys: ["token"] }).error(error);
  const text = exceptionText(error);
  assert.match(text, /secret1/);
  assert.match(text, /\[shown above\]/);
  assert.equal(exceptionText(copy), text.replace(/secret\d/g, X));
  const plain = Object.assign(new Error("x"), { token: "secret", code: 7 });
  assert.equal(
    exceptionText(compileRedaction({ keys: ["token"] }).error(plain)),
    exceptionText(plain).replace("secret", X),
  );
});

test("what an error has of its class is masked as its own is", () => {
  class Kept extends Error {
    #cause = new Error("s3cret of a cause");
    #code = "s3cret code";
    #name = "s3cret name";
    override get cause(): unknown {
      return this.#cause;
    }
    get code(): string {
      return this.#code;
    }
    get errors(): unknown[] {
      return [Object.assign(new Error("member"), { token: "s3cret token" })];
    }
    override get name(): string {
      return this.#name;
    }
  }
  const error = new Kept("outer");
  error.stack = `${error.name}: outer\n    at here (a.js:1:1)`;
  for (const redact of [
    { keys: ["message", "code", "token", "name"] },
    { keys: ["cause", "code", "errors", "name"] },
    { keys: ["cause", "code", "errors", "name"], remove: true },
    ["error.cause.message", "error.code", "err.errors[*].token", "error.name"],
  ] as RedactOption[]) {
    const copy = compileRedaction(redact).error(error) as Kept;
    assert.doesNotMatch(exceptionText(copy), /s3cret/);
    assert.ok(exceptionText(copy).includes("at here"));
    assert.doesNotMatch(
      inspect([copy, copy.cause, copy.errors, copy.code], { depth: 9, showHidden: true }),
      /s3cret/,
    );
  }
  const one = compileRedaction({ keys: ["code"] }).error(error) as Kept;
  assert.deepEqual([one.code, (one.cause as Error).message], [X, "s3cret of a cause"]);
});

test("the name of an error's class is no secret, but one of its own is, in the stack too", () => {
  const redaction = compileRedaction({ keys: ["name"] });
  const plain = new TypeError("x");
  assert.equal(redaction.error(plain), plain);
  const named = new Error("x");
  named.name = "s3cret";
  named.stack = "s3cret: x\n    at here (a.js:1:1)";
  const copy = redaction.error(named) as Error;
  assert.deepEqual([copy.name, copy.stack], [X, `${X}: x\n    at here (a.js:1:1)`]);
  const asked = compileRedaction(["error.name"]).error(plain) as Error;
  assert.equal(asked.name, X);
});
