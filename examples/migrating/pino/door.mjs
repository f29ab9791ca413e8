import { getLogger, JsonFormatter, TimedRotatingFileHandler } from "daybook";
import { pino } from "daybook/pino";

const handler = new TimedRotatingFileHandler("shop.log", { when: "midnight", backupCount: 14 });
handler.setFormatter(new JsonFormatter({ preset: "pino" }));
getLogger("shop").addHandler(handler);

const log = pino({ name: "shop", level: "info", redact: ["user.card"] });

log.info({ order: 7, user: { name: "ada", card: "4111" } }, "order %d paid", 7);
log.debug("nobody hears this");
log.child({ requestId: "7f" }).warn("stock is low");
log.error(new Error("no stock"), "could not ship");
