// The logging of the whole server: lines of JSON, a file a day, shared by all of its
// processes. `instrumentation.js` calls this once in each.

import { JsonFormatter, TimedRotatingFileHandler, getLogger } from "daybook";

export function configureLogging() {
  const path = process.env.SHOP_LOG ?? "logs/shop.log";
  const handler = new TimedRotatingFileHandler(path, { when: "midnight", backupCount: 14 });
  handler.setFormatter(new JsonFormatter());
  const root = getLogger();
  root.setLevel("INFO");
  root.addHandler(handler);
}
