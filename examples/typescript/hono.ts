// Hono in TypeScript: the app's type says what the middleware sets.

import { requestLogger } from "daybook/hono";
import type { RequestLogVariables } from "daybook/hono";
import { Hono } from "hono";
import type { Context } from "hono";

export const app = new Hono<{ Variables: RequestLogVariables }>();
app.use(requestLogger());
app.use(
  "/orders/*",
  requestLogger<Context>({
    ignore: (c) => c.req.path === "/health",
    customFields: (c) => ({ agent: c.req.header("user-agent") }),
    level: (_c, { aborted }) => (aborted ? "DEBUG" : null),
  }),
);
app.get("/orders/:id", (c) => {
  const requestId: string = c.get("requestId");
  c.get("log").info("looking for order %s", c.req.param("id"));
  // @ts-expect-error -- no such method
  c.get("log").shout("tea");
  return c.text(requestId);
});
