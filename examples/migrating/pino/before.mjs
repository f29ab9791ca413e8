import { pino } from "pino";

const log = pino(
  { name: "shop", level: "info", redact: ["user.card"] },
  pino.destination({ dest: "shop.log", sync: true }),
);

log.info({ order: 7, user: { name: "ada", card: "4111" } }, "order %d paid", 7);
log.debug("nobody hears this");
log.child({ requestId: "7f" }).warn("stock is low");
log.error(new Error("no stock"), "could not ship");
