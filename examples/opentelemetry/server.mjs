// A server with a span for each request and one for each order that it looks up. Nothing
// in it puts trace ids into the log.
//
//   node --import ./tracing.mjs server.mjs 8080

import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { trace } from "@opentelemetry/api";
import { JsonFormatter, StreamHandler, getLogger, withContext } from "daybook";

const tracer = trace.getTracer("shop");
const handler = new StreamHandler(process.stdout);
handler.setFormatter(new JsonFormatter());
const root = getLogger();
root.setLevel("INFO");
root.addHandler(handler);
const log = getLogger("shop");

/** The order of this number; its lines belong to a span of its own. */
function findOrder(id) {
  return tracer.startActiveSpan("find order", async (span) => {
    await sleep(2);
    getLogger("shop.orders").info("looking", { spanId: span.spanContext().spanId });
    span.end();
    return { id };
  });
}

const server = createServer((request, response) => {
  tracer.startActiveSpan(`${request.method} ${request.url}`, (span) => {
    const { traceId, spanId } = span.spanContext();
    response.on("close", () => span.end());
    withContext({ path: request.url }, async () => {
      log.info("begun");
      const order = await findOrder(request.url.slice(1));
      log.info("found", order);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ traceId, spanId }));
    });
  });
});
server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () => {
  log.info("listening", { port: server.address().port });
});
