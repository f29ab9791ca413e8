import assert from "node:assert/strict";
import { test } from "node:test";

import { Handler } from "../core/handler.ts";
import { Manager, RootLogger } from "../core/hierarchy.ts";
import type { Logger } from "../core/logger.ts";
import { applyExtra, LogRecord } from "../core/record.ts";
import { Formatter } from "../formatters/formatter.ts";
import { JsonFormatter } from "../formatters/json.ts";
import { RedactFilter } from "./redact.ts";

const X = "[Redacted]";

class ListHandler extends Handler {
  readonly records: LogRecord[] = [];
  readonly lines: string[] = [];

  override emit(record: LogRecord): void {
    this.records.push(record);
    this.lines.push(this.format(record));
  }
}

function app(...handlers: Handler[]): Logger {
  const logger = new Manager(new RootLogger(0)).getLogger("app");
  for (const handler of handlers) logger.addHandler(handler);
  return logger;
}

test("one handler's records are masked, the other's are not, and the application's objects stay", () => {
  const open = new ListHandler();
  const masked = new ListHandler();
  masked.addFilter(new RedactFilter({ keys: ["password"] }));
  masked.setFormatter(new JsonFormatter());
  const user = { name: "ada", password: "p" };
  app(masked, open).info("in", { user });
  assert.match(masked.lines[0] ?? "", /"user":\{"name":"ada","password":"\[Redacted\]"\}/);
  assert.deepEqual(open.records[0]?.fields["user"], { name: "ada", password: "p" });
  assert.equal(open.records[0]?.fields["user"], user);
});

test("on a logger it masks for all handlers, bound fields, extras and errors too", () => {
  const handler = new ListHandler();
  handler.setFormatter(new JsonFormatter());
  const logger = app(handler);
  logger.addFilter(new RedactFilter(["token", "user.password", "session.id", "error.code"]));
  const error = Object.assign(new Error("boom"), { code: "C" });
  logger.with({ token: "t" }).error("in", { user: { password: "p" } }, error);
  const line = JSON.parse(handler.lines[0] ?? "") as Record<string, Record<string, unknown>>;
  assert.equal(line["token"], X);
  assert.deepEqual(line["user"], { password: X });
  assert.equal(line["error"]?.["code"], X);
  assert.equal(line["error"]?.["message"], "boom");
  assert.equal(error.code, "C");
  logger.logRecord("INFO", "in", [], { extra: { session: { id: 7, at: 1 } } });
  assert.match(handler.lines[1] ?? "", /"session":\{"id":"\[Redacted\]","at":1\}/);
});

test("objects among the message's arguments are masked, as if they were fields", () => {
  const handler = new ListHandler();
  handler.addFilter(new RedactFilter({ paths: ["token", "[0].card"], keys: ["password"] }));
  const logger = app(handler);
  logger.info("%s and %s of %s", { password: 1, a: 2 }, { token: 3, b: { token: 4 } }, "token");
  logger.info("%(token)s for %(name)s", { token: "t", name: "ada" });
  logger.info("list %s", [{ card: 1 }, { card: 2 }]);
  logger.info({ password: 1 });
  logger.error("failed: %s", Object.assign(new Error("no"), { password: 1 }));
  assert.deepEqual(
    handler.lines.map((line) => line.split("\n")[0]),
    [
      `{ password: '${X}', a: 2 } and { token: '${X}', b: { token: 4 } } of token`,
      `${X} for ada`,
      `list [ { card: '${X}' }, { card: 2 } ]`,
      `{ password: '${X}' }`,
      "failed: Error: no",
    ],
  );
  assert.match(handler.lines[4] ?? "", /\{ password: '\[Redacted\]' \}/);
});

test("an error's text that another formatter made before is made anew", () => {
  const open = new ListHandler();
  const masked = new ListHandler();
  masked.addFilter(new RedactFilter({ keys: ["password"] }));
  app(open, masked).error("no", Object.assign(new Error("boom"), { password: "p4ss" }));
  assert.match(open.lines[0] ?? "", /p4ss/);
  assert.doesNotMatch(masked.lines[0] ?? "", /p4ss/);
  assert.match(masked.lines[0] ?? "", /^no\nError: boom\n {4}at /);
});

test("a record without a match passes as it is, and no fields are made for it", () => {
  const filter = new RedactFilter({ keys: ["password"] });
  const record = new LogRecord("app", 20, null, 0, "in %s", [Number.NaN], new Error("e"));
  applyExtra(record, { ip: Number.NaN });
  assert.equal(filter.filter(record), record);
  record.fields = { a: { b: [1] } };
  assert.equal(filter.filter(record), record);
});

test("with remove, fields and extras are left out of the record", () => {
  const filter = new RedactFilter({ keys: ["token"], remove: true });
  const record = new LogRecord("app", 20, null, 0, "in", [], null);
  applyExtra(record, { token: 1, ip: 2 });
  record.fields = { token: 3, id: 4 };
  const copy = filter.filter(record) as LogRecord;
  assert.notEqual(copy, record);
  assert.deepEqual({ ...copy.fields }, { id: 4 });
  assert.equal(Reflect.has(copy, "token"), false);
  assert.equal(Reflect.get(copy, "ip"), 2);
  assert.equal(Reflect.get(record, "token"), 1);
});

test("text formats read the masked record", () => {
  const handler = new ListHandler();
  handler.setFormatter(new Formatter("%(user)s %(fields)s"));
  handler.addFilter(new RedactFilter(["user.password"]));
  app(handler).info("in", { user: { password: 1 } });
  assert.equal(handler.lines[0], `{ password: '${X}' } { user: { password: '${X}' } }`);
});

test("hostile arguments and records pass without a throw", () => {
  const filter = new RedactFilter({ keys: ["password"] });
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  const record = new LogRecord("app", 20, null, 0, "%s", [proxy, { password: 1 }], null);
  const copy = filter.filter(record) as LogRecord;
  assert.match(copy.getMessage === undefined ? "" : String((copy.args as unknown[])[1]), /object/);
  assert.deepEqual((copy.args as unknown[])[1], { password: X });
  record.args = proxy;
  assert.notEqual(filter.filter(record), null);
});
