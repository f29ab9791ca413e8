import winston from "winston";

const { combine, errors, json, printf, splat, timestamp, uncolorize } = winston.format;

const log = winston.createLogger({
  level: "info",
  defaultMeta: { service: "shop" },
  format: combine(errors({ stack: true }), splat()),
  transports: [
    new winston.transports.Console({
      format: printf(({ level, message }) => `${level.toUpperCase()}: ${message}`),
    }),
    new winston.transports.File({
      filename: "errors.log",
      level: "error",
      format: combine(uncolorize(), timestamp(), json()),
    }),
  ],
});

log.info("order %d paid", 7, { user: "ada" });
log.debug("nobody hears this");
log.child({ requestId: "7f" }).warn("stock is low");
log.error("could not ship", { order: 7, error: new Error("no stock").message });
