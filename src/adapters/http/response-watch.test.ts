// Against Node's own servers: what they send is what counts.

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";

import { until } from "../../../test/kit/until.ts";
import { watchResponse } from "./response-watch.ts";
import type { HttpResponse, ResponseEnd } from "./response-watch.ts";

const servers: { close(): unknown; closeAllConnections?(): void }[] = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections?.();
    server.close();
  }
});

/** A server whose responses `answer` makes; returns its address and the ends of its responses. */
async function serve(
  answer: (response: http.ServerResponse, request: http.IncomingMessage) => void,
): Promise<{ url: string; ends: ResponseEnd[] }> {
  const ends: ResponseEnd[] = [];
  const server = http.createServer((request, response) => {
    watchResponse(response, request.method ?? "", (end) => ends.push(end));
    answer(response, request);
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ends };
}

test("the length is that of the body, however it is written", async () => {
  const bodies: ((response: http.ServerResponse) => void)[] = [
    (response) => response.end("ä€😀"),
    (response) => response.end(Buffer.from("ä€😀")),
    (response) => {
      response.write("ä€");
      response.write(new Uint8Array(Buffer.from("😀")));
      response.end();
    },
    (response) => {
      response.write(Buffer.from("ä€😀").toString("hex"), "hex");
      response.end(() => undefined);
    },
    (response) => {
      response.setHeader("content-length", 9);
      response.end(Buffer.from("ä€😀").toString("latin1"), "latin1");
    },
  ];
  let turn = 0;
  const { url, ends } = await serve((response) => bodies[turn++]?.(response));
  for (const index of bodies.keys()) {
    assert.equal(await (await fetch(url)).text(), "ä€😀");
    await until(() => ends.length > index);
    assert.deepEqual(ends[index], { status: 200, aborted: false, bytes: 9 });
  }
});

test("a body that Node does not send is none", async () => {
  const { url, ends } = await serve((response, request) => {
    response.statusCode = request.method === "HEAD" ? 200 : Number(request.url?.slice(1));
    response.end("never sent");
  });
  await fetch(`${url}/200`, { method: "HEAD" });
  await fetch(`${url}/204`);
  await fetch(`${url}/304`);
  await until(() => ends.length === 3);
  assert.deepEqual(ends, [
    { status: 200, aborted: false, bytes: 0 },
    { status: 204, aborted: false, bytes: 0 },
    { status: 304, aborted: false, bytes: 0 },
  ]);
});

test("what compresses on the way is put in front: the bytes sent count", async () => {
  const compressed = gzipSync("tea ".repeat(1000));
  const { url, ends } = await serve((response) => {
    const { end } = response;
    // As compressing middleware does.
    response.end = (() => end.call(response, compressed, "utf8")) as typeof response.end;
    response.setHeader("content-encoding", "gzip");
    response.end("tea ".repeat(1000));
  });
  assert.equal(await (await fetch(url)).text(), "tea ".repeat(1000));
  await until(() => ends.length === 1);
  assert.equal(ends[0]?.bytes, compressed.length);
});

test("a connection that closes before the end of the response is told, once", async () => {
  const { url, ends } = await serve((response, request) => {
    if (request.url === "/begun") response.write("first");
    else response.on("newListener", () => undefined);
  });
  const begun = http.get(`${url}/begun`);
  begun.on("error", () => undefined);
  const [response] = (await once(begun, "response")) as [http.IncomingMessage];
  await once(response, "data");
  begun.destroy();
  await until(() => ends.length === 1);
  assert.deepEqual(ends, [{ status: 200, aborted: true, bytes: 5 }]);
});

test("before a head was sent there is no status", async () => {
  let arrived = 0;
  const { url, ends } = await serve(() => {
    arrived += 1;
  });
  const request = http.get(url);
  request.on("error", () => undefined);
  await until(() => arrived === 1);
  request.destroy();
  await until(() => ends.length === 1);
  assert.deepEqual(ends, [{ status: null, aborted: true, bytes: 0 }]);
});

test("with http2 nothing is counted twice", async () => {
  const ends: ResponseEnd[] = [];
  const server = http2.createServer((request, response) => {
    watchResponse(response, request.method, (end) => ends.push(end));
    response.write("tea ");
    response.end("and milk");
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const stream = client.request({ ":path": "/" });
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  client.close();
  assert.equal(text, "tea and milk");
  await until(() => ends.length === 1);
  assert.deepEqual(ends, [{ status: 200, aborted: false, bytes: 12 }]);
});

test("an imitation of a response that only ever says 'finish' is over then, once", () => {
  const imitation = Object.assign(new EventEmitter(), {
    statusCode: 201,
    headersSent: true,
    writableFinished: true,
    setHeader: () => undefined,
    write: () => true,
    end: () => undefined,
  }) satisfies HttpResponse;
  const ends: ResponseEnd[] = [];
  watchResponse(imitation, "POST", (end) => ends.push(end));
  imitation.emit("finish");
  imitation.emit("close");
  assert.deepEqual(ends, [{ status: 201, aborted: false, bytes: 0 }]);
});
