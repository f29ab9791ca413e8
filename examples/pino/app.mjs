// A program that was written for pino. The import is all that changed.

import { pino } from "daybook/pino";

const log = pino({ name: "shop", level: "debug", redact: ["user.card"] });

const user = { id: 7, card: "4111 1111 1111 1111" };
log.info({ user }, "%s signed in", "ada");

const db = log.child({ module: "db" }, { msgPrefix: "[db] " });
db.debug({ ms: 12 }, "asked for %d orders", 3);

try {
  JSON.parse("{");
} catch (error) {
  log.error(error, "an order could not be read");
}
