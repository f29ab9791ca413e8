// The same calls into a file that rotates at midnight. Whatever was configured for
// daybook's loggers, the pino logger of that name writes to.

import { getLogger, JsonFormatter, TimedRotatingFileHandler } from "daybook";
import { pino } from "daybook/pino";

const handler = new TimedRotatingFileHandler(process.argv[2] ?? "shop.log", {
  when: "midnight",
  backupCount: 14,
});
handler.setFormatter(new JsonFormatter({ preset: "pino" }));
getLogger("shop").addHandler(handler);

const log = pino({ name: "shop" });
log.info({ order: 7 }, "paid");
