// A web service that PM2 runs as a cluster: all its processes share one log, and what
// waits in their memories is written before PM2 ends them.
//
//   pm2 start ecosystem.config.cjs      then   curl http://127.0.0.1:8080/orders/7
//   pm2 reload shop

import http from "node:http";
import { getLogger, installProcessHooks, JsonFormatter, TimedRotatingFileHandler } from "daybook";

const handler = new TimedRotatingFileHandler(process.env.SHOP_LOG ?? "logs/shop.log", {
  when: "midnight",
  // Lines wait in memory, here for as long as an hour: no calls are cheaper.
  durability: "buffered",
  flushIntervalMs: 3_600_000,
});
handler.setFormatter(new JsonFormatter());
const log = getLogger("shop");
log.setLevel("INFO");
log.addHandler(handler);
// They are written when PM2 says that this process is to end.
installProcessHooks();

const server = http.createServer((req, res) => {
  log.info("asked for %s", req.url, { url: req.url });
  res.end("done\n");
});
server.listen(process.env.PORT ?? 8080);
