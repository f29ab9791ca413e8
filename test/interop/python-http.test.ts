// Does a web server that was written for CPython's HTTPHandler see the same requests
// from ours? The real one sends a record to the same server, and what came is compared.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";

import * as fc from "fast-check";

import { makeLogRecord } from "../../src/core/record.ts";
import { urlencode } from "../../src/handlers/network/http-form.ts";
import { HTTPHandler } from "../../src/handlers/network/http.ts";
import { pythonCommand, pythonMissing } from "./python.ts";

const skip = pythonMissing();

const ENCODE = `
import json, sys
from urllib.parse import urlencode
for line in sys.stdin:
    print(urlencode(json.loads(line)))
`;

test("forms are to the byte those of Python's urlencode", { skip }, () => {
  const rest = [
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((each) => !Number.isInteger(each)),
  ];
  // Within lists, what is printable is a matter of the Unicode that a Python knows.
  const old = fc.string({
    unit: fc.constantFrom(..."aZ09 '\"\\\n\0\x7f\xa0\xadéß\u0301漢\u2028😀"),
  });
  const { inner } = fc.letrec<{ inner: unknown }>((tie) => ({
    inner: fc.oneof(
      { maxDepth: 3 },
      fc.oneof(old, ...rest),
      fc.array(tie("inner"), { maxLength: 4 }),
      fc.dictionary(old, tie("inner"), { maxKeys: 4 }),
    ),
  }));
  const value = fc.oneof(fc.string(), fc.string({ unit: "grapheme" }), inner);
  const dicts = fc
    .sample(fc.dictionary(fc.string(), value, { maxKeys: 5 }), { numRuns: 500, seed: 11 })
    .map((dict) => JSON.parse(JSON.stringify(dict)) as Record<string, unknown>)
    // Names with a meaning of their own, and keys that JavaScript sorts by number.
    .filter((dict) => !("args" in dict) && !/"\d+":/.test(JSON.stringify(dict)));
  const { stdout, stderr, status } = spawnSync(pythonCommand, ["-c", ENCODE], {
    encoding: "utf8",
    input: dicts.map((dict) => `${JSON.stringify(dict)}\n`).join(""),
  });
  assert.equal(status, 0, stderr);
  const lines = stdout.split("\n").slice(0, -1);
  assert.equal(lines.length, dicts.length);
  for (const [index, dict] of dicts.entries()) {
    assert.equal(urlencode(dict), lines[index], JSON.stringify(dict));
  }
});

const SEND = `
import json, logging, logging.handlers, sys
host, attributes = json.loads(sys.argv[1])
attributes["args"] = tuple(attributes["args"])
for method, url in (("GET", "/log"), ("GET", "/log?a=b"), ("POST", "/log")):
    handler = logging.handlers.HTTPHandler(host, url, method, credentials=("user", "pass"))
    handler.handle(logging.makeLogRecord(attributes))
`;

const ATTRIBUTES = {
  name: "shop.cart",
  msg: "user %s paid %d & left",
  args: ["ünï", 12],
  levelname: "ERROR",
  levelno: 40,
  pathname: "/srv/shop/cart.py",
  filename: "cart.py",
  module: "cart",
  exc_info: null,
  exc_text: null,
  stack_info: null,
  lineno: 12,
  funcName: "pay",
  created: 1_700_000_000.25,
  msecs: 250.5,
  relativeCreated: 1234.5,
  thread: 7,
  threadName: "MainThread",
  processName: "MainProcess",
  process: 4711,
  taskName: null,
  tenant: "a=b&c d~e*",
};

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly headers: readonly unknown[];
}

test("requests are those of CPython's HTTPHandler", { skip }, async () => {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("latin1")));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const told = ["host", "authorization", "content-type", "content-length"];
      // taskName is there since CPython 3.12.
      const strip = (text: string): string => text.replace("&taskName=None", "");
      const lengthless = told.map((name) => (name === told[3] ? name in headers : headers[name]));
      asked.push({ method, url: strip(url), body: strip(body), headers: lengthless });
      response.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const python = spawn(pythonCommand, ["-c", SEND, JSON.stringify([host, ATTRIBUTES])], {
      stdio: "inherit",
    });
    assert.deepEqual(await once(python, "exit"), [0, null]);
    for (const [method, url] of [
      ["GET", "/log"],
      ["GET", "/log?a=b"],
      ["POST", "/log"],
    ] as const) {
      const handler = new HTTPHandler(host, url, { method, credentials: ["user", "pass"] });
      handler.handle(makeLogRecord(ATTRIBUTES));
      assert.equal(await handler.drain(30_000), true);
      handler.close();
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
  assert.equal(asked.length, 6);
  assert.deepEqual(asked.slice(3), asked.slice(0, 3));
});
