import assert from "node:assert/strict";
import { test } from "node:test";

import { serializers } from "./serializers.ts";

type Data = Record<string, unknown>;

function shown(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

test("a request is its method, URL, headers and where it came from", () => {
  const same = { id: "r1", method: "GET", url: "/a?b=1", headers: { host: "x" } };
  const socket = { remoteAddress: "::1", remotePort: 7, secret: 1 };
  const request = { ...same, socket, more: 1 };
  assert.deepEqual(shown(serializers.req(request)), {
    ...same,
    remoteAddress: "::1",
    remotePort: 7,
  });
  const express = { ...request, originalUrl: "/app/a", query: { b: 1 }, params: {}, id: () => 9 };
  const told = shown(serializers.req(express)) as Data;
  assert.deepEqual(
    [told["url"], told["query"], told["params"], told["id"]],
    ["/app/a", { b: 1 }, {}, 9],
  );
  const hapi = { path: "/p", info: { id: "h", remoteAddress: "1.1.1.1", remotePort: 2 } };
  assert.deepEqual(shown(serializers.req(hapi)), {
    id: "h",
    url: "/p",
    remoteAddress: "1.1.1.1",
    remotePort: 2,
  });
  assert.deepEqual(shown(serializers.req({ url: { path: "/q" } })), { url: "/q" });
});

test("a response is its status, once that is sent, and its headers", () => {
  const response = { headersSent: false, statusCode: 201, getHeaders: () => ({ a: "b" }) };
  assert.deepEqual(shown(serializers.res(response)), { statusCode: null, headers: { a: "b" } });
  response.headersSent = true;
  assert.deepEqual(shown(serializers.res(response)), { statusCode: 201, headers: { a: "b" } });
  assert.deepEqual(shown(serializers.res({ _headers: { c: "d" } })), {
    statusCode: null,
    headers: { c: "d" },
  });
});

test("an error tells its causes in message and stack, and shows what else it has", () => {
  class PayError extends Error {}
  const inner = Object.assign(new Error("inner"), { hidden: 1 });
  const error = Object.assign(new PayError("outer", { cause: inner }), {
    code: "E",
    other: new TypeError("beside"),
  });
  const { other, ...rest } = shown(serializers.err(error)) as Data;
  assert.deepEqual(rest, {
    type: "PayError",
    message: "outer: inner",
    stack: `${error.stack}\ncaused by: ${inner.stack}`,
    code: "E",
  });
  assert.equal((other as Data)["type"], "TypeError");
  assert.equal(error.cause, inner);
});

test("the members of an error are errors in turn, and chains and cycles end", () => {
  const members = new AggregateError([new RangeError("a"), "b"], "all");
  const told = shown(serializers.err(members)) as Data;
  const [first, second] = told["aggregateErrors"] as Data[];
  assert.deepEqual([first?.["type"], second], ["RangeError", "b"]);
  const one = new Error("one");
  one.cause = new Error("two", { cause: one });
  const { message, stack } = serializers.err(one) as Data;
  assert.equal(message, "one: two: one: ...");
  assert.match(String(stack), /causes have become circular\.\.\.$/);
  members.errors.push(members);
  const again = shown(serializers.err(members)) as Data;
  assert.equal((again["aggregateErrors"] as unknown[])[2], "[Circular]");
  const inside = Object.assign(new Error("self"), { self: null as unknown });
  inside.self = inside;
  assert.deepEqual((shown(serializers.err(inside)) as Data)["self"], undefined);
});

test("the cause of a VError is in its message already", () => {
  const cause = new Error("why");
  const error = Object.assign(new Error("what: why"), { cause: () => cause });
  const { message, stack } = serializers.err(error) as Data;
  assert.equal(message, "what: why");
  assert.equal(stack, `${error.stack}\ncaused by: ${cause.stack}`);
  const throwing = Object.assign(new Error("x"), {
    cause() {
      throw new Error("no");
    },
  });
  assert.equal((serializers.err(throwing) as Data)["message"], "x");
});

test("what is no error, request or response comes back as it is", () => {
  for (const value of [null, undefined, "text", 7, false, Symbol("s")]) {
    for (const serializer of Object.values(serializers)) {
      assert.equal(serializer(value), value);
    }
  }
  const data = { a: 1 };
  assert.equal(serializers.err(data), data);
});

test("no value makes a serializer throw", () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const throwing = new Proxy(
    {},
    {
      get() {
        throw new Error("get");
      },
      ownKeys() {
        throw new Error("ownKeys");
      },
    },
  );
  const hostile = new Error("x");
  for (const key of ["stack", "message", "cause", "errors", "constructor", "code"]) {
    Object.defineProperty(hostile, key, {
      enumerable: true,
      get() {
        throw new Error("no");
      },
    });
  }
  const hook = { getHeaders: () => hostile.message, id: () => hostile.message };
  const listed = Object.assign(new Error("x"), { errors: revokedList() });
  for (const value of [revoked.proxy, throwing, hostile, hook, listed]) {
    for (const serializer of Object.values(serializers)) serializer(value);
  }
});

function revokedList(): unknown {
  const { proxy, revoke } = Proxy.revocable<unknown[]>([], {});
  revoke();
  return proxy;
}

test("errors that share members are told up to a number, then by their messages", () => {
  let shared: Error = new Error("inner");
  for (let i = 0; i < 18; i++) shared = new AggregateError([shared, shared], `level ${i}`);
  let count = 0;
  const visit = (shown: unknown): void => {
    if (typeof shown !== "object" || shown === null) return;
    count += 1;
    for (const member of (shown as { aggregateErrors?: unknown[] }).aggregateErrors ?? []) {
      visit(member);
    }
  };
  visit(serializers.err(shared));
  assert.equal(count, 1000);
});
