// The clients of the demo: a bounded number of connections that ask the service
// for numbered things, one after another, and write down which were answered.

import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const CONNECTIONS = 16;
const PAUSE_MS = 25;
const MOST_REQUESTS = 20_000;
const PATIENCE_MS = 5000;

/**
 * Sends requests until `isOver()`; resolves to the ids of those that were
 * answered. A request that gets no answer is not in the list: nobody can say
 * whether it should be in the log.
 */
export async function sendRequests(port, isOver) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const answered = [];
  let sent = 0;
  const client = async () => {
    while (!isOver() && sent < MOST_REQUESTS) {
      const id = sent;
      sent += 1;
      if (await ask(agent, port, `/orders/${id}`)) answered.push(id);
      await sleep(PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  agent.destroy();
  return answered;
}

function ask(agent, port, path) {
  return new Promise((resolve) => {
    const request = http.get({ host: "127.0.0.1", port, path, agent }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode === 200));
      response.once("error", () => resolve(false));
    });
    request.setTimeout(PATIENCE_MS, () => request.destroy());
    request.once("error", () => resolve(false));
  });
}
