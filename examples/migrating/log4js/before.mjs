import log4js from "log4js";

log4js.configure({
  appenders: {
    out: { type: "stdout", layout: { type: "pattern", pattern: "%p %c - %m" } },
    file: {
      type: "dateFile",
      filename: "shop.log",
      pattern: "yyyy-MM-dd",
      numBackups: 14,
      layout: { type: "pattern", pattern: "%p %c - %m" },
    },
    errors: { type: "logLevelFilter", appender: "file", level: "error" },
  },
  categories: {
    default: { appenders: ["out"], level: "info" },
    shop: { appenders: ["out", "errors"], level: "info" },
    "shop.db": { appenders: ["out", "errors"], level: "debug" },
  },
});

const log = log4js.getLogger("shop");
const db = log4js.getLogger("shop.db");

log.info("order %d paid by %s", 7, "ada");
log.debug("nobody hears this");
db.debug("asked for %d rows", 3);
log.error("could not ship %d", 7);
log4js.shutdown();
