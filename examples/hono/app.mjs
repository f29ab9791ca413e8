// A small shop on Hono: each request has an id and a line in the log, and whatever is
// logged while it is handled carries that id.
//
//   node app.mjs      then   curl -i http://127.0.0.1:8080/orders/7

import { pathToFileURL } from "node:url";
import { serve } from "@hono/node-server";
import { JsonFormatter, StreamHandler, getLogger } from "daybook";
import { requestLogger } from "daybook/hono";
import { Hono } from "hono";
import { streamText } from "hono/streaming";

const orders = getLogger("shop.orders");

export const app = new Hono();
app.use(requestLogger({ ignore: (c) => c.req.path === "/health" }));
app.get("/health", (c) => c.text("ok"));
app.get("/orders/:id", async (c) => {
  c.get("log").info("looking for order %s", c.req.param("id"));
  return c.json(await findOrder(Number(c.req.param("id"))));
});
app.get("/orders/:id/invoice", () => {
  throw new Error("the printer is on fire");
});
// A stream that goes on until the client has had enough.
app.get("/orders/:id/events", (c) =>
  streamText(c, async (stream) => {
    await stream.write("packed\n");
    await new Promise((resolve) => {
      stream.onAbort(resolve);
    });
  }),
);
app.onError((_error, c) => c.json({ error: "sorry" }, 500));

// Knows nothing of requests, and its line has the request's id all the same.
async function findOrder(id) {
  await new Promise(setImmediate);
  orders.info("found order %d", id);
  return { id };
}

/** Lines of JSON on stdout. */
export function configureLogging(stream = process.stdout) {
  const handler = new StreamHandler(stream);
  handler.setFormatter(new JsonFormatter());
  const root = getLogger();
  root.setLevel("INFO");
  root.addHandler(handler);
}

// Run it, or import its parts.
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  configureLogging();
  serve({ fetch: app.fetch, port: 8080 }, () =>
    getLogger("shop").info("listening on http://127.0.0.1:8080"),
  );
}
