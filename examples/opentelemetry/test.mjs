// The server of server.mjs with the real OpenTelemetry, under requests at the same time:
// each line has the ids of the span that it was logged in.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { Lines } from "../lines.mjs";

const folder = dirname(fileURLToPath(import.meta.url));
const lines = new Lines();
let server;
let port;

before(async () => {
  const tracing = pathToFileURL(join(folder, "tracing.mjs")).href;
  const args = ["--import", tracing, join(folder, "server.mjs"), "0"];
  server = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  server.stdout.setEncoding("utf8").on("data", (text) => lines.write(text));
  ({ port } = await lines.find((line) => line.msg === "listening"));
});
after(async () => {
  server.kill();
  if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
});

test("lines outside of any span have no ids", async () => {
  const line = await lines.find(({ msg }) => msg === "listening");
  assert.deepEqual(
    Object.keys(line).filter((key) => /trace|span/.test(key)),
    [],
  );
});

test("each line has the ids of its own span, while requests are handled at once", async () => {
  const ids = Array.from({ length: 20 }, (_, index) => `order-${index}`);
  const answers = await Promise.all(
    ids.map(async (id) => (await fetch(`http://127.0.0.1:${port}/${id}`)).json()),
  );
  assert.equal(new Set(answers.map(({ traceId }) => traceId)).size, ids.length);
  for (const [index, id] of ids.entries()) {
    const { traceId, spanId } = answers[index];
    const [begun, looking, found] = await lines.find(({ path }) => path === `/${id}`, 3);
    const own = { path: `/${id}`, trace_id: traceId, span_id: spanId, trace_flags: "01" };
    assert.deepEqual(fieldsOf(begun), own);
    assert.deepEqual(fieldsOf(found), { ...own, id });
    // The span of the lookup is another one of the same trace.
    assert.deepEqual(fieldsOf(looking), {
      ...own,
      span_id: looking.spanId,
      spanId: looking.spanId,
    });
    assert.notEqual(looking.span_id, spanId);
  }
});

function fieldsOf({
  time: _time,
  level: _level,
  logger: _logger,
  pid: _pid,
  msg: _msg,
  ...fields
}) {
  return fields;
}
