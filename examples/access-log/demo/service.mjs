// The example's service under a fast clock, for `npm run demo`: a cluster of four
// workers whose days last about a second. Run with the log's path and the name of
// the handler, "stock" or "daybook"; tells its parent the port and the clock.

import cluster from "node:cluster";
import { Formatter, getLogger, setClock } from "daybook";
import { StockHandler } from "../../../dist/storm/specimens/stock.js";
import { StormClock } from "../../../dist/storm/storm-clock.js";
import { openAccessLog, serve } from "../server.mjs";

const WORKERS = 4;
const [path, handlerName, fakeStart, rate] = process.argv.slice(2);

if (cluster.isPrimary) {
  await runPrimary();
} else {
  // The clock starts only when all four are up, so that nobody sleeps through a day.
  process.once("message", async (setting) => {
    const clock = new StormClock(setting);
    setClock(clock);
    const log = handlerName === "stock" ? openStockLog(clock) : openAccessLog(path);
    await serve(log, 0);
  });
  process.send("ready");
}

async function runPrimary() {
  const workers = Array.from({ length: WORKERS }, () => cluster.fork());
  await Promise.all(workers.map((worker) => heard(worker, "message")));
  const clock = StormClock.start(Number(fakeStart), Number(rate));
  for (const worker of workers) worker.send(clock.setting);
  const [address] = await Promise.all(workers.map((worker) => heard(worker, "listening")));
  process.send({ port: address.port, clock: clock.setting });
  // The parent hangs up when it has seen enough.
  process.once("disconnect", () => {
    for (const worker of workers) worker.kill("SIGKILL");
    process.exit();
  });
}

function heard(worker, event) {
  return new Promise((resolve) => {
    worker.once(event, resolve);
  });
}

/** The same log as the example's, with the handler that most services begin with. */
function openStockLog(clock) {
  const handler = new StockHandler({ path, fileTime: (mtimeMs) => clock.fromWall(mtimeMs) });
  handler.setFormatter(new Formatter("%(asctime)s %(process)d %(message)s"));
  const log = getLogger("access");
  log.setLevel("INFO");
  log.propagate = false;
  log.addHandler(handler);
  return log;
}
