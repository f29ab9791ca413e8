// Runs the service: lines of JSON on stdout, from INFO up.

import { getLogger, JsonFormatter, StreamHandler } from "daybook";

import { buildApp } from "./app.mjs";

const handler = new StreamHandler(process.stdout);
handler.setFormatter(new JsonFormatter());
getLogger().addHandler(handler);
getLogger().setLevel("INFO");

const app = buildApp();
await app.listen({ port: Number(process.env.PORT ?? 3000), host: "127.0.0.1" });
process.once("SIGTERM", () => void app.close());
