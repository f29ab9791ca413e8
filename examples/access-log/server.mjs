// A web service with four processes and one access log. Each process opens the
// same log by itself; nobody coordinates anything, and no line is lost when the
// day changes.
//
//   node server.mjs            then   curl http://127.0.0.1:8080/hello
//   tail -F logs/access.log

import cluster from "node:cluster";
import http from "node:http";
import { pathToFileURL } from "node:url";
import { Formatter, TimedRotatingFileHandler, getLogger } from "daybook";

const WORKERS = 4;
const PORT = 8080;

/**
 * The access log: `access.log.2019-09-03`, one file a day, fourteen past days
 * kept, and `access.log` as a link to today's.
 */
export function openAccessLog(path) {
  const handler = new TimedRotatingFileHandler(path, { when: "midnight", backupCount: 14 });
  handler.setFormatter(new Formatter("%(asctime)s %(process)d %(message)s"));
  const log = getLogger("access");
  log.setLevel("INFO");
  log.propagate = false;
  log.addHandler(handler);
  return log;
}

/** Answers requests and writes a line for each; resolves when it listens. */
export function serve(log, port) {
  const server = http.createServer((request, response) => {
    // When this call returns, the line is in the file: who gets an answer is on record.
    log.info("%s %s %d", request.method, request.url, 200);
    response.end("hello\n");
  });
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

function main() {
  if (cluster.isPrimary) {
    for (let worker = 0; worker < WORKERS; worker += 1) cluster.fork();
    // A worker that dies is replaced; the new one simply opens the log.
    cluster.on("exit", () => cluster.fork());
    console.log(`listening on http://127.0.0.1:${PORT}, writing logs/access.log`);
  } else {
    serve(openAccessLog("logs/access.log"), PORT);
  }
}

// Run it, or import its parts.
if (import.meta.url === pathToFileURL(process.argv[1]).href) main();
