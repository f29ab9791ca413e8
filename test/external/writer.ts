// A process that logs numbered lines through a WatchedFileHandler until it is told to
// stop, as an application does whose log is rotated from outside. Started by the
// tests of this folder; the lines that it has been told are written are its output.

import type * as Main from "../../src/index.ts";
import { builtUrl } from "../kit/built.ts";

const { WatchedFileHandler, installReopenSignals, makeLogRecord } = (await import(
  builtUrl("index.js")
)) as typeof Main;

const [path = "", worker = "", checkIntervalMs = "0", pauseMs = "1"] = process.argv.slice(2);

installReopenSignals();
const handler = new WatchedFileHandler(path, { checkIntervalMs: Number(checkIntervalMs) });
let written = 0;

/** A few lines in one go, then a pause: rotation may fall anywhere. */
function work(): void {
  for (let i = 0; i < 20; i += 1) {
    written += 1;
    handler.handle(makeLogRecord({ msg: `${worker} ${written} ${"x".repeat(written % 90)}` }));
  }
}

const timer = setInterval(work, Number(pauseMs));
process.on("message", () => {
  clearInterval(timer);
  work();
  handler.close();
  process.send?.({ written });
  process.disconnect();
});
process.send?.("ready");
