// A client of other people's services: each request that the process makes by `fetch`
// is in the log, with its status and duration.
//
//   node app.mjs https://example.com/

import { pathToFileURL } from "node:url";
import { JsonFormatter, StreamHandler, getLogger, withContext } from "daybook";
import { undiciLogging } from "daybook/hooks";

/** Logs all requests of the process from now on; ends with the function that is returned. */
export function logRequests() {
  return undiciLogging(getLogger("shop.http"), { level: "INFO", slowMs: 2000 });
}

/** What an order's parcel is up to, as the carrier says. */
export function track(carrier, orderId) {
  return withContext({ orderId }, async () => {
    const answer = await fetch(`${carrier}/parcels/${orderId}?key=SECRET`);
    return answer.json();
  });
}

/** Lines of JSON on stdout. */
export function configureLogging(stream = process.stdout) {
  const handler = new StreamHandler(stream);
  handler.setFormatter(new JsonFormatter());
  const root = getLogger();
  root.setLevel("INFO");
  root.addHandler(handler);
}

// Run it, or import its parts.
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  configureLogging();
  logRequests();
  const answer = await fetch(process.argv[2] ?? "https://example.com/");
  await answer.text();
}
