// A shop's database by Prisma: each query is in the log with its duration, slow ones
// and failures stand out.
//
//   npx prisma generate && node app.mjs

import { pathToFileURL } from "node:url";
import { PrismaLibSql } from "@prisma/adapter-libsql";
import { JsonFormatter, StreamHandler, getLogger, withContext } from "daybook";
import { PRISMA_EVENTS, prismaLogging } from "daybook/hooks";

import { PrismaClient } from "./generated/index.js";

const log = getLogger("shop.db");

/** A database in memory; its client emits events, and those are logged. */
export async function openDatabase(options = {}) {
  const adapter = new PrismaLibSql({ url: "file::memory:" });
  const prisma = new PrismaClient({ adapter, log: PRISMA_EVENTS });
  prismaLogging(prisma, log, { slowMs: 200, ...options });
  // Yours is there already, by migrations.
  await prisma.$executeRaw`CREATE TABLE "Order" (id integer PRIMARY KEY, item text NOT NULL)`;
  return prisma;
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
  const prisma = await openDatabase();
  await withContext({ requestId: "7f" }, async () => {
    await prisma.order.create({ data: { item: "tea" } });
    log.info("there are %d orders", await prisma.order.count());
  });
  await prisma.$disconnect();
}
