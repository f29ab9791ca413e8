import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../../test/kit/captured-stderr.ts";
import { selfSigned } from "../../../test/kit/self-signed.ts";
import { SmtpServer } from "../../../test/kit/smtp-server.ts";
import type { ReceivedMail } from "../../../test/kit/smtp-server.ts";
import { until } from "../../../test/kit/until.ts";
import { setClock } from "../../core/clock.ts";
import { makeLogRecord } from "../../core/record.ts";
import type { LogRecord } from "../../core/record.ts";
import type { SMTPHandlerOptions } from "./smtp-options.ts";
import { SMTPHandler } from "./smtp.ts";

const stderr = new CapturedStderr();
const identity = selfSigned();
let server = new SmtpServer();
let handlers: SMTPHandler[] = [];

beforeEach(async () => {
  stderr.start();
  server = new SmtpServer();
  await server.start();
});

afterEach(async () => {
  for (const handler of handlers) handler.close();
  await Promise.all(handlers.map((handler) => handler.drain()));
  handlers = [];
  await server.stop();
  stderr.stop();
});

function optionsOf(options: Partial<SMTPHandlerOptions> = {}): SMTPHandlerOptions {
  return {
    mailhost: ["127.0.0.1", server.port],
    fromaddr: "me",
    toaddrs: "you",
    subject: "Log",
    retryStartMs: 10,
    retryMaxMs: 20,
    ...options,
  };
}

function handlerOf(options: Partial<SMTPHandlerOptions> = {}): SMTPHandler {
  const handler = new SMTPHandler(optionsOf(options));
  handlers.push(handler);
  return handler;
}

function recordOf(msg: string): LogRecord {
  return makeLogRecord({ msg, name: "a", levelname: "ERROR" });
}

/** Header fields, unfolded, by lower-case name. */
function headersOf({ data }: ReceivedMail): ReadonlyMap<string, string> {
  const [head = ""] = data.split("\n\n");
  const lines = head.replace(/\n[ \t]+/g, " ").split("\n");
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

/** The text, whatever the transfer encoding. */
function textOf(mail: ReceivedMail): string {
  const body = mail.data.slice(mail.data.indexOf("\n\n") + 2);
  const encoding = headersOf(mail).get("content-transfer-encoding");
  if (encoding === "base64") return Buffer.from(body, "base64").toString();
  if (encoding === "7bit") return body;
  const bytes = body
    .replace(/=\n/g, "")
    .replace(/=(?<hex>[0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}

async function mails(count: number): Promise<readonly ReceivedMail[]> {
  await until(
    () => server.mails.length >= count,
    () => stderr.text,
  );
  assert.equal(server.mails.length, count);
  return server.mails;
}

test("a record is a mail, as CPython's", async () => {
  setClock({ now: () => Date.UTC(2026, 10, 22, 15, 7, 6) });
  try {
    const handler = handlerOf();
    assert.deepEqual(handler.toaddrs, ["you"]);
    handler.handle(recordOf("Hello \u2713"));
    const [mail] = await mails(1);
    assert.ok(mail !== undefined);
    assert.deepEqual([mail.from, mail.to, mail.user, mail.overTls], ["me", ["you"], null, false]);
    const headers = headersOf(mail);
    assert.equal(headers.get("subject"), "Log");
    assert.equal(headers.get("from"), "<me>");
    assert.equal(headers.get("to"), "<you>");
    assert.equal(headers.get("date"), "Sun, 22 Nov 2026 15:07:06 +0000");
    assert.equal(headers.get("content-type"), "text/plain; charset=utf-8");
    assert.equal(textOf(mail), "Hello \u2713\n");
    await handler.drain();
    assert.equal(handler.stats().sent, 1);
  } finally {
    setClock(null);
  }
});

test("names of addresses are shown, and only the addresses are told the server", async () => {
  const handler = handlerOf({
    fromaddr: "The Äpp <app@example.com>",
    toaddrs: ['"Doe, Jane" <jane@example.com>, bob@example.com', "<eve@example.com>"],
  });
  handler.handle(recordOf("x"));
  const [mail] = await mails(1);
  assert.ok(mail !== undefined);
  assert.equal(mail.from, "app@example.com");
  assert.deepEqual(mail.to, ["jane@example.com", "bob@example.com", "eve@example.com"]);
  const headers = headersOf(mail);
  assert.equal(
    headers.get("to"),
    '"Doe, Jane" <jane@example.com>, bob@example.com, eve@example.com',
  );
  assert.match(headers.get("from") ?? "", /^=\?UTF-8\?.*\?= <app@example\.com>$/);
});

test("getSubject may depend on the record, and no subject adds a header", async () => {
  class ByLevel extends SMTPHandler {
    override getSubject(record: LogRecord): string {
      return `${record.levelname}: ${String(record.msg)}`;
    }
  }
  const handler = new ByLevel(optionsOf());
  handlers.push(handler);
  const evil = "a\r\nBcc: eve@example.com\r\n\r\nb\0\u2028\u0085c";
  handler.handle(recordOf(evil));
  handler.handle(recordOf(`${"x".repeat(600)}`));
  const [mail, long] = await mails(2);
  assert.ok(mail !== undefined && long !== undefined);
  const headers = headersOf(mail);
  assert.equal(headers.get("subject"), "ERROR: a Bcc: eve@example.com b c");
  assert.equal(headers.has("bcc"), false);
  assert.deepEqual(mail.to, ["you"]);
  const subject = headersOf(long).get("subject") ?? "";
  assert.equal(subject.replaceAll(" ", ""), `ERROR:${"x".repeat(493)}...`);
});

test("lines that are a dot, and those of any length, arrive as they are", async () => {
  const text = `.\n..\n.hidden\n${"y".repeat(3000)}\nend`;
  const handler = handlerOf();
  handler.handle(recordOf(text));
  const [mail] = await mails(1);
  assert.ok(mail !== undefined);
  assert.equal(textOf(mail), `${text}\n`);
});

test("credentials are used, and without them nobody logs in", async () => {
  const handler = handlerOf({ credentials: ["user", "secret"] });
  handler.handle(recordOf("x"));
  const [mail] = await mails(1);
  assert.equal(mail?.user, "user");
  assert.equal(mail.overTls, false);
});

test("credentials that the server refuses drop the record, and the report doesn't show them", async () => {
  const handler = handlerOf({ credentials: ["user", "wrong"] });
  handler.handle(recordOf("x"));
  await until(() => handler.stats().droppedBy.refused === 1);
  assert.match(stderr.text, /Invalid login.*535/);
  assert.doesNotMatch(stderr.text, /wrong/);
});

test("secure means STARTTLS, or nothing is sent", async (t) => {
  if (identity === null) {
    t.skip("no openssl to make a certificate with");
    return;
  }
  const plain = handlerOf({ secure: [], closeTimeoutMs: 1 });
  plain.handle(recordOf("secret"));
  await until(() => plain.stats().errors > 0);
  assert.equal(server.mails.length, 0);
  plain.close();
  await plain.drain();

  await server.stop();
  server = new SmtpServer(identity);
  await server.start();
  const stranger = handlerOf({ secure: true, closeTimeoutMs: 1 });
  stranger.handle(recordOf("secret"));
  await until(() => stranger.stats().errors > 0);
  assert.equal(server.mails.length, 0);
  stranger.close();
  await stranger.drain();

  const handler = handlerOf({ secure: { ca: identity.cert }, credentials: ["user", "secret"] });
  handler.handle(recordOf("x"));
  const [mail] = await mails(1);
  assert.deepEqual([mail?.overTls, mail?.user], [true, "user"]);
  const login = server.commands.findIndex((line) => line.startsWith("AUTH"));
  assert.ok(server.commands.indexOf("STARTTLS") < login);
});

test("implicitTls is TLS from the first byte", async (t) => {
  if (identity === null) {
    t.skip("no openssl to make a certificate with");
    return;
  }
  await server.stop();
  server = new SmtpServer(identity, true);
  await server.start();
  const handler = handlerOf({ secure: { ca: identity.cert }, implicitTls: true });
  handler.handle(recordOf("x"));
  const [mail] = await mails(1);
  assert.equal(mail?.overTls, true);
  assert.equal(server.commands.includes("STARTTLS"), false);
});

test("a server that is away, or says not now, gets the mails later, in order and once", async () => {
  let refusals = 2;
  server.answer = (command) => (command === "(connect)" && refusals-- > 0 ? "421 too busy" : null);
  await server.stop();
  const handler = handlerOf();
  for (const msg of ["a", "b", "c"]) handler.handle(recordOf(msg));
  await until(() => handler.stats().errors > 0);
  assert.equal(handler.stats().waiting, 3);
  await server.start();
  const got = await mails(3);
  assert.deepEqual(got.map(textOf), ["a\n", "b\n", "c\n"]);
  await handler.drain();
  const { sent, dropped, waiting, errors } = handler.stats();
  assert.deepEqual([sent, dropped, waiting], [3, 0, 0]);
  assert.ok(errors >= 3);
});

test("a mail that the server takes for no one is dropped, counted and told", async () => {
  server.answer = (command) => (command.startsWith("RCPT") ? "550 no such user" : null);
  const handler = handlerOf();
  handler.handle(recordOf("a"));
  await until(() => handler.stats().dropped === 1);
  assert.equal(handler.stats().droppedBy.refused, 1);
  assert.match(stderr.text, /550 no such user/);
});

test("recipients that the server refuses are told, the others get the mail", async () => {
  server.answer = (command) => (command.includes("eve") ? "550 no such user" : null);
  const handler = handlerOf({ toaddrs: ["bob@example.com", "eve@example.com"] });
  handler.handle(recordOf("a"));
  const [mail] = await mails(1);
  assert.deepEqual(mail?.to, ["bob@example.com"]);
  await handler.drain();
  assert.match(stderr.text, /the server refused eve@example\.com/);
  assert.equal(handler.stats().sent, 1);
});

test("a server that never answers is given up after the time limit, and tried again", async () => {
  server.answer = (command) => {
    if (command !== "(connect)") return null;
    server.answer = () => null;
    // An SMTP reply of several lines that has no end.
    return "220-wait";
  };
  const handler = handlerOf({ timeoutMs: 200 });
  handler.handle(recordOf("a"));
  const [mail] = await mails(1);
  assert.equal(mail === undefined ? "" : textOf(mail), "a\n");
  assert.ok(handler.stats().errors >= 1);
});

test("with an interval the first record is a mail at once, and those that follow are one", async () => {
  const handler = handlerOf({ intervalMs: 60_000 });
  for (const msg of ["a", "b", "c", "d"]) handler.handle(recordOf(msg));
  const [first] = await mails(1);
  assert.equal(first === undefined ? "" : textOf(first), "a\n");
  await until(() => handler.stats().sent === 1);
  const { taken, waiting, sent } = handler.stats();
  assert.deepEqual([taken, waiting, sent], [4, 3, 1]);
  assert.equal(await handler.drain(30_000), true);
  const [, second] = await mails(2);
  assert.ok(second !== undefined);
  assert.equal(headersOf(second).get("subject"), "Log (and 2 more)");
  assert.equal(textOf(second), "b\n\nc\n\nd\n");
  assert.equal(handler.stats().sent, 4);
});

test("an interval that is over sends what was gathered by itself", async () => {
  const handler = handlerOf({ intervalMs: 50 });
  for (const msg of ["a", "b", "c"]) handler.handle(recordOf(msg));
  await until(() => handler.stats().sent === 3);
  assert.deepEqual(server.mails.map(textOf), ["a\n", "b\n\nc\n"]);
});

test("what is gathered is bounded, too, and close sends it", async () => {
  await server.stop();
  const handler = handlerOf({ intervalMs: 60_000, maxQueueRecords: 3 });
  for (let n = 0; n < 11; n++) handler.handle(recordOf(`m${n}`));
  const { taken, waiting, droppedBy } = handler.stats();
  assert.equal(taken, 11);
  assert.ok(waiting <= 6);
  assert.equal(waiting + droppedBy.queueFull, 11);
  await until(() => handler.stats().errors > 0);
  handler.close();
  await server.start();
  await handler.drain(30_000);
  const { sent, dropped } = handler.stats();
  assert.equal(sent + dropped, 11);
  assert.ok(sent >= 3);
  assert.match(server.mails.map(textOf).join(""), /m10\n$/);
});

test("bad options are refused, naming the value, and a password is never shown", () => {
  const cases: readonly [Record<string, unknown>, RegExp][] = [
    [{ mailhost: 5 }, /^mailhost can't be 5; accepted: a host, or \[host, port\]/],
    [{ mailhost: ["a", 70_000] }, /^mailhost can't be/],
    [{ mailhost: ["a"] }, /^mailhost can't be/],
    [{ mailhost: undefined }, /^mailhost can't be/],
    [{ fromaddr: "me\r\nBcc: eve" }, /^fromaddr can't be 'me\\r\\nBcc: eve'/],
    [{ fromaddr: "a, b" }, /^fromaddr can't be 'a, b'; accepted: one address/],
    [{ fromaddr: 5 }, /^fromaddr can't be 5; accepted: a text/],
    [{ toaddrs: [] }, /^toaddrs can't be/],
    [{ toaddrs: [5] }, /^toaddrs can't be \[ 5 \]/],
    [{ toaddrs: "a\0b" }, /^toaddrs can't be 'a\\x00b'/],
    [{ toaddrs: "A <a> <b>" }, /^toaddrs can't be/],
    [{ toaddrs: "" }, /^toaddrs can't be/],
    [{ subject: undefined }, /^subject can't be undefined; accepted: a text/],
    [{ secure: 5 }, /^secure can't be/],
    [{ secure: ["a", "b", "c"] }, /^secure can't be/],
    [{ secure: ["/nowhere/key.pem"] }, /ENOENT/],
    [{ implicitTls: 1 }, /^implicitTls can't be/],
    [{ intervalMs: 0 }, /^intervalMs can't be 0; accepted: a whole number from 1/],
    [{ credentials: ["user"] }, /^credentials can't be used; accepted: \[user, password\]/],
    [{ maxQueueBytes: -1 }, /^maxQueueBytes can't be -1/],
    [{ nope: 1 }, /^unknown option "nope"/],
  ];
  for (const [options, message] of cases) {
    const make = (): SMTPHandler => new SMTPHandler({ ...optionsOf(), ...options } as never);
    assert.throws(make, (error: Error) => {
      assert.match(error.message, message);
      return true;
    });
  }
  assert.throws(() => new SMTPHandler(undefined as never), /mailhost/);
  assert.throws(
    () => handlerOf({ credentials: { user: "u", password: "pssst" } as never }),
    (error: Error) => !JSON.stringify(error).includes("pssst") && !error.message.includes("pssst"),
  );
});

test("the ports are 25 and 465 where none is said", () => {
  const plain = handlerOf({ mailhost: "mail.example.com" });
  const tls = handlerOf({ mailhost: ["mail.example.com", null], implicitTls: true });
  assert.deepEqual([plain.mailport, tls.mailport, tls.mailhost], [25, 465, "mail.example.com"]);
});

const moduleUrl = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);

test("a program that ends by itself sends what it gathered first", async () => {
  const options = { ...optionsOf(), intervalMs: 600_000, closeTimeoutMs: 60_000 };
  const script = `
    import { SMTPHandler } from ${moduleUrl("./smtp.js")};
    import { makeLogRecord } from ${moduleUrl("../../core/record.js")};
    const handler = new SMTPHandler(${JSON.stringify(options)});
    for (const msg of ["a", "b", "c"]) handler.handle(makeLogRecord({ msg }));
    await new Promise((resolve) => setImmediate(resolve));
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: "inherit",
  });
  const [code] = (await once(child, "exit")) as [number | null];
  assert.equal(code, 0);
  assert.deepEqual(server.mails.map(textOf).join("").replace(/\n+/g, " "), "a b c ");
});

test("without nodemailer the handler says which package to install", () => {
  const script = `
    import Module from "node:module";
    const resolve = Module._resolveFilename;
    Module._resolveFilename = function (name, ...rest) {
      if (name !== "nodemailer") return resolve.call(this, name, ...rest);
      throw Object.assign(new Error("Cannot find module"), { code: "MODULE_NOT_FOUND" });
    };
    const { SMTPHandler } = await import(${moduleUrl("./smtp.js")});
    try {
      new SMTPHandler(${JSON.stringify(optionsOf())});
    } catch (error) {
      console.log(error.message);
    }
  `;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  assert.equal(
    stdout,
    "SMTPHandler needs the package nodemailer, which is not installed: npm install nodemailer\n",
  );
});
