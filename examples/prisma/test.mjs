// The database of app.mjs: a client that Prisma generates here, on a real SQLite.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { getLogger, withContext } from "daybook";
import { prismaLogging } from "daybook/hooks";

import { Lines } from "../lines.mjs";

const lines = new Lines();
let prisma;
before(async () => {
  generateClient();
  const { configureLogging, openDatabase } = await import("./app.mjs");
  configureLogging(lines);
  prisma = await openDatabase();
});
after(() => prisma?.$disconnect());

function generateClient() {
  const cli = dirname(createRequire(import.meta.url).resolve("prisma/package.json"));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(cli, "build", "index.js"), "generate"],
    {
      cwd: fileURLToPath(new URL(".", import.meta.url)),
      encoding: "utf8",
      // No migration is made here: any program will do in place of the engine for them,
      // which Prisma would download.
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: "1",
        CHECKPOINT_DISABLE: "1",
      },
    },
  );
  assert.equal(status, 0, stdout + stderr);
}

test("a query has its line, with the context in which it was made, and without values", async () => {
  await withContext({ requestId: "7f" }, async () => {
    await prisma.order.create({ data: { item: "secret tea" } });
  });
  const line = await lines.find((each) => each.sql?.startsWith("INSERT"));
  assert.deepEqual([line.level, line.logger, line.msg], ["DEBUG", "shop.db", "query"]);
  assert.equal(line.requestId, "7f");
  assert.match(line.sql, /INSERT INTO `main`.`Order` \(`item`\) VALUES \(\?\)/);
  assert.ok(line.durationMs >= 0);
  assert.ok(!JSON.stringify(lines.all).includes("secret"));
});

test("what Prisma calls an error is one", async () => {
  await assert.rejects(prisma.$executeRaw`DELETE FROM missing`);
  const line = await lines.find((each) => each.level === "ERROR");
  assert.match(line.msg, /^Invalid `prisma.*no such table: missing/s);
  assert.equal(line.target, "$executeRaw");
});

test("slow queries are warnings, and values show where they are asked for", async () => {
  prismaLogging(prisma, getLogger("slow"), { slowMs: 0, params: true });
  await prisma.order.findMany({ where: { item: "tea" } });
  const line = await lines.find((each) => each.logger === "slow");
  assert.deepEqual([line.level, line.msg], ["WARNING", "slow query"]);
  assert.match(line.params, /tea/);
});
