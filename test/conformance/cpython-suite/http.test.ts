import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";

import { getLogger } from "../../../src/index.ts";
import { HTTPHandler } from "../../../src/handlers/network/http.ts";
import type { ServerIdentity } from "../../kit/loopback-server.ts";
import { selfSigned } from "../../kit/self-signed.ts";
import { until } from "../../kit/until.ts";
import { useSuiteLogging } from "./suite-logging.ts";

interface Request {
  readonly method: string | undefined;
  readonly path: string;
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
}

async function readRequest(message: IncomingMessage): Promise<Request> {
  const { method, headers, url = "" } = message;
  const body = await text(message);
  const { pathname, search } = new URL(url, "http://localhost");
  const form = new URLSearchParams(method === "POST" ? body : search);
  return { method, path: pathname, form, authorization: headers.authorization };
}

describe("HTTPHandlerTest", () => {
  const suite = useSuiteLogging();
  const servers: Server[] = [];
  after(() => {
    for (const server of servers) server.close();
  });

  /** Logs once by GET and once by POST; what the server was sent. */
  async function requests(identity: ServerIdentity | null): Promise<Request[]> {
    const received: Request[] = [];
    const answer: RequestListener = (message, response) => {
      void (async () => {
        received.push(await readRequest(message));
        response.end();
      })();
    };
    const server = identity === null ? createServer(answer) : createSecureServer(identity, answer);
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const host = `localhost:${(server.address() as AddressInfo).port}`;
    for (const method of ["GET", "POST"] as const) {
      const handler = new HTTPHandler(host, "/inbox", {
        method,
        secure: identity !== null,
        context: identity === null ? null : { ca: identity.cert },
        credentials: ["user", "p\u00e4ss"],
      });
      suite.now.root.addHandler(handler);
      const before = received.length;
      getLogger("http.suite").error("gr\u00fcn & %s", "blau");
      await until(
        () => received.length > before,
        () => suite.stderr.text,
      );
      suite.now.root.removeHandler(handler);
      assert.equal(await handler.drain(30_000), true);
      handler.close();
      assert.equal(handler.stats().sent, 1);
    }
    return received;
  }

  it("output", async (test) => {
    suite.now.root.removeHandler(suite.now.handler);
    const identity = selfSigned();
    if (identity === null) test.diagnostic("no openssl here: HTTPS was left out");
    for (const secure of identity === null ? [null] : [null, identity]) {
      const received = await requests(secure);
      assert.deepEqual(
        received.map(({ method }) => method),
        ["GET", "POST"],
      );
      for (const { path, form, authorization } of received) {
        assert.equal(path, "/inbox");
        assert.equal(form.get("name"), "http.suite");
        assert.equal(form.get("msg"), "gr\u00fcn & %s");
        assert.equal(form.get("funcName"), "requests");
        assert.equal(form.get("levelno"), "40");
        const token = Buffer.from("user:p\u00e4ss").toString("base64");
        assert.equal(authorization, `Basic ${token}`);
      }
    }
    assert.equal(suite.stderr.text, "");
  });
});
