// A program that logs with winston. Its calls stay as they are; the transport at the top
// hands them to daybook's handlers, here a file that rotates at midnight and that any
// number of processes may share.

import { getLogger, JsonFormatter, TimedRotatingFileHandler } from "daybook";
import { DaybookTransport } from "daybook/winston";
import winston from "winston";

const handler = new TimedRotatingFileHandler(process.argv[2] ?? "shop.log", {
  when: "midnight",
  backupCount: 14,
});
handler.setFormatter(new JsonFormatter());
getLogger("shop").addHandler(handler);

const log = winston.createLogger({
  level: "debug",
  format: winston.format.splat(),
  defaultMeta: { service: "shop" },
  transports: [new DaybookTransport({ logger: "shop" })],
});

log.info("hello %s", "world", { user: "ada" });
log.http("GET /orders", { status: 200 });
log.child({ requestId: "7f" }).warn("slow");
try {
  JSON.parse("{");
} catch (error) {
  log.error("an order could not be read", error);
}
