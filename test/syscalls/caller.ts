// The program whose system calls are counted: it opens a log through the public
// door, writes some records so that everything is warm and open, and then, between
// two calls that no program makes by chance, the records that count. Started under
// strace by count-calls.ts, with its orders as the one argument.

import { existsSync } from "node:fs";

import { Formatter, RotatingFileHandler, TimedRotatingFileHandler } from "../../src/index.ts";
import { getLogger } from "../../src/index.ts";
import { BEGIN, END } from "./count-calls.ts";
import type { CallOrders } from "./count-calls.ts";

const orders = JSON.parse(process.argv[2] ?? "") as CallOrders;
const handler =
  orders.kind === "size"
    ? new RotatingFileHandler(orders.path, orders.options)
    : new TimedRotatingFileHandler(orders.path, orders.options);
handler.setFormatter(new Formatter("%(asctime)s %(levelname)s %(message)s"));
const logger = getLogger("caller");
logger.addHandler(handler);
logger.propagate = false;
logger.setLevel("DEBUG");

for (let count = 0; count < 50; count += 1) logger.info("warming up %d", count);
handler.flush();
// A timer's turn: what was set going by the opening is over before the counting.
setTimeout(() => {
  logger.info("ready");
  handler.flush();
  existsSync(BEGIN);
  for (let count = 0; count < orders.records; count += 1) logger.info("record number %d", count);
  handler.flush();
  existsSync(END);
  handler.close();
}, 50);
