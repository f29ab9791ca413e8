// A program full of console.log and debug, its own and that of its packages. With the
// three lines at the top all of it goes through daybook's handlers.
//
//     DEBUG=shop:* node app.mjs

import { basicConfig } from "daybook";
import { patchConsole } from "daybook/console";
import { captureDebug, createDebug } from "daybook/debug";
import debug from "debug";

basicConfig({
  level: "INFO",
  format: "%(levelname)s %(name)s: %(message)s",
  stream: process.stdout,
});
const restoreConsole = patchConsole();
const releaseDebug = captureDebug(debug);

// A package that uses `debug`.
const pool = debug("shop:pool");
// Code of one's own that logs by namespaces, without the package.
const db = createDebug("shop:db");

console.log("started in %s", "development", { port: 8080 });
pool("%d connections", 4);
db("asked for %o", { order: 7 });
console.table([{ id: 7, cents: 1990 }]);
console.group("order", 7);
console.warn("no address");
console.groupEnd();
console.error("could not send:", new Error("no route"));

releaseDebug();
restoreConsole();
console.log("printed as ever");
