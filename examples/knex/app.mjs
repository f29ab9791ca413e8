// A shop's database by Knex: each query is in the log with its duration, slow ones and
// failures stand out, and so does what Knex itself has to say.
//
//   node app.mjs

import { pathToFileURL } from "node:url";
import { JsonFormatter, StreamHandler, getLogger, withContext } from "daybook";
import { knexLog, knexLogging } from "daybook/hooks";
import createKnex from "knex";
import BetterSqlite from "knex/lib/dialects/better-sqlite3/index.js";
import Database from "libsql";

const log = getLogger("shop.db");

/** A database in memory. Yours says `client: "pg"`, or whatever it is. */
export function openDatabase(options = {}) {
  const knex = createKnex({
    client: LibsqlClient,
    connection: { filename: ":memory:" },
    useNullAsDefault: true,
    // Error messages without the values of the query.
    compileSqlOnError: false,
    log: knexLog(log),
  });
  knexLogging(knex, log, { slowMs: 200, ...options });
  return knex;
}

// SQLite as a package that needs no compiler, behind Knex's dialect for it.
class LibsqlClient extends BetterSqlite {
  _driver() {
    return Database;
  }
}

/** Lines of JSON on stdout, queries included. */
export function configureLogging(stream = process.stdout) {
  const handler = new StreamHandler(stream);
  handler.setFormatter(new JsonFormatter());
  const root = getLogger();
  root.setLevel("INFO");
  root.addHandler(handler);
  log.setLevel("DEBUG");
}

// Run it, or import its parts.
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  configureLogging();
  const knex = openDatabase();
  await knex.schema.createTable("orders", (table) => {
    table.increments("id");
    table.string("item");
  });
  await withContext({ requestId: "7f" }, async () => {
    await knex("orders").insert({ item: "tea" });
    log.info("there are %d orders", (await knex("orders")).length);
  });
  await knex.destroy();
}
