// Express in TypeScript: `req.log` is known, and the options' functions may have
// Express's own types.

import http from "node:http";
import http2 from "node:http2";
import { errorLogger, requestLogger } from "daybook/express";
import express from "express";
import type { Request, Response } from "express";

export const app = express();
app.use(
  requestLogger<Request, Response>({
    ignore: (req) => req.path === "/health",
    customFields: (req, res) => ({ agent: req.get("user-agent"), etag: res.get("etag") }),
    level: (_req, _res, { status, durationMs }) =>
      status === 404 && durationMs < 10 ? "DEBUG" : undefined,
  }),
);
app.get("/orders/:id", (req, res) => {
  req.log.info("looking for order %s", req.params.id, { requestId: req.requestId.toUpperCase() });
  // @ts-expect-error -- no such method
  req.log.shout("tea");
  res.end();
});
app.use(errorLogger());

// Node's own servers.
const logRequest = requestLogger();
http.createServer((req, res) => logRequest(req, res, () => res.end("tea")));
http2.createServer((req, res) => logRequest(req, res, () => res.end("tea")));

// @ts-expect-error -- no such option
requestLogger({ autoLogging: false });
