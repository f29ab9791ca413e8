import { getLogger } from "daybook";
import { dictConfig } from "daybook/config";

dictConfig({
  version: 1,
  formatters: {
    pattern: { format: "%(levelname)s %(name)s - %(message)s" },
  },
  handlers: {
    out: { class: "StreamHandler", stream: process.stdout, formatter: "pattern" },
    errors: {
      class: "TimedRotatingFileHandler",
      filename: "shop.log",
      when: "midnight",
      backupCount: 14,
      level: "ERROR",
      formatter: "pattern",
    },
  },
  root: { handlers: ["out"], level: "INFO" },
  loggers: {
    shop: { handlers: ["errors"] },
    "shop.db": { level: "DEBUG" },
  },
});

const log = getLogger("shop");
const db = getLogger("shop.db");

log.info("order %d paid by %s", 7, "ada");
log.debug("nobody hears this");
db.debug("asked for %d rows", 3);
log.error("could not ship %d", 7);
