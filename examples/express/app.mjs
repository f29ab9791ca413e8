// A small shop on Express: each request has an id and a line in the log, and whatever
// is logged while it is handled carries that id.
//
//   node app.mjs      then   curl -i http://127.0.0.1:8080/orders/7

import { pathToFileURL } from "node:url";
import { JsonFormatter, StreamHandler, getLogger } from "daybook";
import { errorLogger, requestLogger } from "daybook/express";
import express from "express";

const orders = getLogger("shop.orders");

/** The application; `createExpress` is Express itself, 5 or 4. */
export function createApp(createExpress = express) {
  const app = createExpress();
  app.disable("x-powered-by");
  app.use(
    requestLogger({
      ignore: (req) => req.path === "/health",
      customFields: (req) => ({ userAgent: req.get("user-agent") }),
    }),
  );
  app.get("/health", (_req, res) => res.send("ok"));
  app.use("/orders", orderRoutes(createExpress));
  app.use(errorLogger());
  // Without this Express answers with the stack, and prints it besides.
  app.use((_error, _req, res, _next) => res.status(500).json({ error: "sorry" }));
  return app;
}

function orderRoutes(createExpress) {
  const routes = createExpress.Router();
  routes.get("/:id", (req, res, next) => {
    req.log.info("looking for order %s", req.params.id);
    findOrder(Number(req.params.id)).then((order) => res.json(order), next);
  });
  routes.get("/:id/invoice", () => {
    throw new Error("the printer is on fire");
  });
  routes.get("/:id/events", (_req, res) => {
    // A stream that goes on until the client has had enough.
    res.write("data: packed\n\n");
  });
  return routes;
}

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
  createApp().listen(8080, () => getLogger("shop").info("listening on http://127.0.0.1:8080"));
}
