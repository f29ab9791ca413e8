import { getLogger, JsonFormatter, TimedRotatingFileHandler } from "daybook";

const handler = new TimedRotatingFileHandler("shop.log", { when: "midnight", backupCount: 14 });
handler.setFormatter(new JsonFormatter({ preset: "pino", redact: ["user.card"] }));

const log = getLogger("shop");
log.setLevel("INFO");
log.addHandler(handler);

log.info("order %d paid", 7, { order: 7, user: { name: "ada", card: "4111" } });
log.debug("nobody hears this");
log.with({ requestId: "7f" }).warning("stock is low");
log.error("could not ship", new Error("no stock"));
