// The option `onEnd` of request loggers, on a server of Node's.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, test } from "node:test";

import { CapturedStderr } from "../../../test/kit/captured-stderr.ts";
import { RecordedLog } from "../../../test/kit/recorded-log.ts";
import { Recorder } from "../../../test/kit/recorder.ts";
import { until } from "../../../test/kit/until.ts";
import { getContext } from "../../core/context.ts";
import { FingersCrossedHandler } from "../../handlers/fingers-crossed.ts";
import { requestLogger } from "../express.ts";
import type { RequestLoggerOptions } from "../express.ts";

const stderr = new CapturedStderr();
let recorded: RecordedLog;
beforeEach(() => {
  recorded = new RecordedLog();
  stderr.start();
});
afterEach(() => stderr.stop());

/** Asks a server with the middleware once, as the request of this id. */
async function ask(
  id: string,
  options: RequestLoggerOptions,
  handle: (response: http.ServerResponse) => void,
): Promise<void> {
  const log = requestLogger({ logger: recorded.logger("http"), ...options });
  const server = http.createServer((request, response) => {
    log(request, response, () => handle(response));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const headers = { "x-request-id": id };
  await (await fetch(`http://127.0.0.1:${port}/`, { headers })).arrayBuffer();
  server.closeAllConnections();
  server.close();
}

test("the end of a request is told behind its line, in its context, with or without a line", async () => {
  const ends: unknown[] = [];
  const onEnd: RequestLoggerOptions["onEnd"] = (requestId, outcome, request, response) => {
    const { status, aborted, error, durationMs } = outcome;
    assert.ok(durationMs > 0 && !aborted && error === undefined);
    assert.ok(request.method === "GET" && response.headersSent);
    assert.equal(getContext()["requestId"], requestId);
    ends.push([requestId, status, recorded.calls.length]);
  };
  const kinds: RequestLoggerOptions[] = [{}, { level: () => null }, { ignore: () => true }];
  for (const [at, options] of kinds.entries()) {
    await ask(`r${at}`, { ...options, onEnd }, (response) => response.writeHead(404).end());
    await until(() => ends.length > at);
  }
  assert.deepEqual(ends, [
    ["r0", 404, 1],
    ["r1", 404, 1],
    ["r2", 404, 1],
  ]);
  assert.equal(stderr.text, "");
});

test("fingers-crossed handlers forget a request when it is over, if they are told so", async () => {
  const target = new Recorder();
  const crossed = new FingersCrossedHandler(target, { key: "requestId" });
  const logger = recorded.logger("http");
  logger.addHandler(crossed);
  const shop = logger.getChild("shop");
  let over = 0;
  const onEnd = (requestId: string): void => {
    crossed.forget(requestId);
    over += 1;
  };
  for (const status of [200, 500, 200]) {
    const before = over;
    await ask("same", { onEnd }, (response) => {
      shop.debug(`looking, for a ${status}`);
      response.writeHead(status).end();
    });
    await until(() => over > before);
    assert.equal(crossed.held, 0);
  }
  assert.deepEqual(target.texts, ["looking, for a 500", "GET / 500"]);
  crossed.close();
});
