// The database of app.mjs: the real Knex on a real SQLite.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { getLogger, withContext } from "daybook";
import { knexLogging } from "daybook/hooks";

import { Lines } from "../lines.mjs";
import { configureLogging, openDatabase } from "./app.mjs";

const lines = new Lines();
configureLogging(lines);
const knex = openDatabase();
before(() =>
  knex.schema.createTable("orders", (table) => {
    table.increments("id");
    table.string("item");
  }),
);
after(() => knex.destroy());

test("a query has its line, with the context in which it was made, and without values", async () => {
  await withContext({ requestId: "7f" }, async () => {
    // Knex begins when somebody waits: that must be in here.
    await knex("orders").insert({ item: "secret tea" });
  });
  const line = await lines.find((each) => each.requestId === "7f");
  const { time, pid, durationMs, ...rest } = line;
  assert.deepEqual(rest, {
    level: "DEBUG",
    logger: "shop.db",
    msg: "query",
    requestId: "7f",
    sql: "insert into `orders` (`item`) values (?)",
    method: "insert",
  });
  assert.ok(durationMs > 0 && pid === process.pid && Date.parse(time) > 0);
  assert.ok(!JSON.stringify(lines.all).includes("secret"));
});

test("statements that change the schema have theirs, with a duration", async () => {
  const line = await lines.find((each) => each.sql?.startsWith("create table"));
  assert.ok(line.durationMs > 0);
});

test("a failure is at ERROR, with the error, and without values", async () => {
  await assert.rejects(() => knex("nothing").where({ item: "secret" }));
  const line = await lines.find((each) => each.msg === "query failed");
  assert.equal(line.level, "ERROR");
  assert.equal(line.sql, "select * from `nothing` where `item` = ?");
  assert.match(JSON.stringify(line.error), /no such table: nothing/);
  assert.ok(!JSON.stringify(line).includes("secret"));
});

test("the queries of a transaction name it", async () => {
  await knex.transaction(async (trx) => {
    await Promise.all([trx("orders").insert({ item: "a" }), trx("orders").insert({ item: "b" })]);
  });
  const found = await lines.find(
    (each) => each.transaction !== undefined && each.method === "insert",
    2,
  );
  assert.equal(found[0].transaction, found[1].transaction);
  assert.ok(found.every((line) => line.durationMs > 0));
});

test("slow queries are warnings, and values show where they are asked for", async () => {
  const stop = knexLogging(knex, getLogger("slow"), { slowMs: 0, bindings: true });
  await knex("orders").where({ item: "tea" });
  stop();
  await knex("orders");
  const found = lines.all.filter((each) => each.logger === "slow");
  assert.equal(found.length, 1);
  assert.deepEqual(
    [found[0].level, found[0].msg, found[0].bindings],
    ["WARNING", "slow query", ["tea"]],
  );
});

test("what Knex says goes to the logger", async () => {
  await knex("orders").debug(true).where({ item: "secret" });
  const debug = lines.all.filter((line) => line.sql === "select * from `orders` where `item` = ?");
  assert.ok(debug.length >= 2); // the event's line, and that of debug(true)
  knex.client.logger.warn("100% sure");
  assert.ok(lines.all.some((line) => line.level === "WARNING" && line.msg === "100% sure"));
});
