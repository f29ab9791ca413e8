// One of several processes that share a log. It opens the log, starts at the moment it
// is told, logs until the end of the run, flat out or at a pace, and says how many
// records it wrote and, at a pace, for how long that held it up around ends of periods.

import { setImmediate, setTimeout } from "node:timers/promises";

import { loadDaybook, openHandler } from "../contestants/daybook.mjs";
import { FIRST_CALL, MESSAGE } from "../scenarios.mjs";

/** Calls of one turn: flat out, and at a pace. */
const FLAT_OUT = 200;
const PACED = 2;
/** Around the end of a period is from so long before it until so long after it. */
const BEFORE_MS = 30;
const AFTER_MS = 150;

process.on("message", (order) => {
  run(order).then(
    (answer) => process.send(answer),
    (error) => process.send({ failed: String(error?.stack ?? error) }),
  );
});
process.on("disconnect", () => process.exit());
process.send({ ready: true });

async function run({ setting, startAt, runMs, firstEndMs, rate, paced }) {
  const daybook = await loadDaybook(setting.dist);
  const noon = Date.UTC(2026, 0, 1) + 86_400_000 - firstEndMs * 86_400;
  // Whole milliseconds of the one clock that all processes share; a day passes in a second.
  daybook.setClock({ now: () => noon + (Date.now() - startAt) * rate, rate });
  const handler = openHandler(daybook, setting);
  handler.setFormatter(new daybook.JsonFormatter());
  const log = daybook.getLogger("bench");
  log.propagate = false;
  log.setLevel("INFO");
  log.addHandler(handler);
  while (Date.now() < startAt) await setTimeout(Math.max(0, startAt - Date.now() - 2));
  const answer = await write(log, { startAt, runMs, firstEndMs, paced });
  log.removeHandler(handler);
  // What is being packed gets done, so that the files can be looked at.
  if (setting.options.compress !== undefined) await handler.maintain();
  handler.close();
  daybook.setClock(null);
  const { dropped, errors } = handler.stats();
  if (dropped + errors > 0) throw new Error(`${dropped} records dropped, ${errors} errors`);
  return answer;
}

async function write(log, { startAt, runMs, firstEndMs, paced }) {
  const turn = paced ? pacedTurn : flatOutTurn;
  const begun = performance.now();
  const offset = Date.now() - startAt;
  let records = 0;
  let worstMs = 0;
  for (;;) {
    const at = performance.now() - begun + offset;
    if (at >= runMs) return { records, worstMs };
    const spentMs = await turn(log, FIRST_CALL + records);
    const sinceEnd = (at - firstEndMs + BEFORE_MS + 1000) % 1000;
    if (sinceEnd < BEFORE_MS + AFTER_MS) worstMs = Math.max(worstMs, spentMs);
    records += paced ? PACED : FLAT_OUT;
  }
}

async function flatOutTurn(log, from) {
  for (let call = from; call < from + FLAT_OUT; call += 1) log.info(MESSAGE, { call });
  await setImmediate();
  return 0;
}

/** @returns the milliseconds for which the calls, and what they left for the end of the turn, held up the process */
async function pacedTurn(log, from) {
  const start = performance.now();
  for (let call = from; call < from + PACED; call += 1) log.info(MESSAGE, { call });
  await setImmediate();
  const end = performance.now();
  await setTimeout(1);
  return end - start;
}
