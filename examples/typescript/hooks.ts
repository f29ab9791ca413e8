// Hooks and Next.js in TypeScript: what they are given needs no cast.

import { getLogger } from "daybook";
import { knexLog, knexLogging, undiciLogging } from "daybook/hooks";
import { createOnRequestError, onRequestError, register } from "daybook/next";
import createKnex from "knex";
import type { Knex } from "knex";
import type { Instrumentation } from "next";

const log = getLogger("shop.db");
const knex: Knex = createKnex({ client: "pg", log: knexLog(log) });
export const stopKnex: () => void = knexLogging(knex, log.with({ database: "shop" }));
export const stopUndici: () => void = undiciLogging(log, {
  level: "INFO",
  ignore: ({ origin }) => origin.endsWith(".internal"),
});
// @ts-expect-error -- a logger is needed
undiciLogging(console);

export const hooks: Instrumentation.onRequestError[] = [
  onRequestError,
  createOnRequestError({ logger: log }),
];
await register(() => getLogger().setLevel("INFO"));
