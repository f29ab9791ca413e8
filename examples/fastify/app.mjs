// A Fastify service that logs through daybook. `buildApp` is what to copy: the option
// `loggerInstance`, and nothing else; every `request.log` carries the request's id.

import { fastifyLogger } from "daybook/fastify";
import Fastify from "fastify";

export function buildApp() {
  const app = Fastify({ loggerInstance: fastifyLogger("shop.web") });

  app.get("/orders/:id", (request) => {
    request.log.info({ order: request.params.id }, "looking for order %s", request.params.id);
    return { id: request.params.id };
  });

  // A route that may tell more than the others.
  app.get("/search", { logLevel: "debug" }, (request) => {
    request.log.debug({ q: request.query.q }, "searching");
    return [];
  });

  // And one that nobody wants to hear of.
  app.get("/health", { logLevel: "silent" }, () => "ok");

  app.get("/broken", () => {
    throw new Error("the database is gone", { cause: new Error("ECONNREFUSED") });
  });

  app.setErrorHandler((error, request, reply) => {
    request.log.error(error, "%s failed", request.url);
    reply.code(500).send({ error: "sorry" });
  });

  return app;
}
