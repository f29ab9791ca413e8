// The door for libraries that tell what they do by events: Knex, Prisma, and Node's
// fetch with undici. Nothing is defined here, and importing it does nothing but define.

export type { HookOptions } from "./hooks/hook-options.ts";
export { knexLog, knexLogging } from "./hooks/knex.ts";
export type { KnexEvents, KnexLog, KnexLoggingOptions } from "./hooks/knex.ts";
export { PRISMA_EVENTS, prismaLogging } from "./hooks/prisma.ts";
export type { PrismaEvents, PrismaEventSetting, PrismaLoggingOptions } from "./hooks/prisma.ts";
export { undiciLogging } from "./hooks/undici.ts";
export type { OutgoingRequest, UndiciLoggingOptions } from "./hooks/undici.ts";
