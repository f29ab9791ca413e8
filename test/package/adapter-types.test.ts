// The types of the doors for other libraries and frameworks, as a strict consumer of the
// built package meets them: what fits is accepted without a cast, fields and levels are
// inferred, and what is wrong is an error. No framework is installed here.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { topFolder } from "../kit/doc-examples.ts";

const root = topFolder(fileURLToPath(import.meta.url));
let consumer: string;

/** A program by door. Each must compile; TypeScript complains about an error that isn't one. */
const PROGRAMS: Readonly<Record<string, string>> = {
  main: `
    import { DEBUG, getLogger, withContext, type BoundLogger, type Level, type Logger } from "daybook";
    import { installProcessHooks, JsonFormatter, PrettyFormatter, ConsoleHandler } from "daybook";
    const log: Logger = getLogger("app");
    const bound: BoundLogger = log.with({ requestId: "7f", nested: { deep: [1, 2n] } });
    bound.info("paid %d of %s", 3, "five", { cents: 1 }, new Error("x"));
    const level: Level = "WARNING";
    log.setLevel(level);
    log.setLevel(DEBUG);
    const answer: number = withContext({ user: 1 }, () => 42);
    const later: Promise<string> = withContext({ user: 1 }, async () => "x");
    const stop: () => void = installProcessHooks({ logger: log, signals: ["SIGTERM"] });
    new JsonFormatter({ preset: "pino", serializers: { user: (value: unknown) => String(value) } });
    new ConsoleHandler({ format: "auto", pretty: { codeFrame: false } }).setFormatter(new PrettyFormatter());
    // @ts-expect-error: a level is a name or a number
    log.setLevel({ name: "INFO" });
    // @ts-expect-error: no such preset
    new JsonFormatter({ preset: "bunyan" });
    // @ts-expect-error: no such option
    new JsonFormatter({ presets: "pino" });
    // @ts-expect-error: fields are an object
    log.with("requestId");
    // @ts-expect-error: signals are a list
    installProcessHooks({ signals: "SIGTERM" });
    export { answer, later, stop };`,
  pino: `
    import pinoDefault, { pino, pinoLogger, toDaybookLevel, type PinoLogger } from "daybook/pino";
    import { getLogger, StreamHandler } from "daybook";
    const log: PinoLogger = pinoDefault({ level: "debug", redact: ["card"], name: "shop" }, process.stdout);
    log.info({ card: 1 }, "order %d", 7);
    log.error(new Error("x"), "failed");
    log.child({ requestId: 1 }, { level: "trace" }).debug("x");
    const own = pino({ customLevels: { audit: 35 } }, new StreamHandler());
    own.audit({ id: 1 }, "seen");
    const number: number = toDaybookLevel(30);
    export const over: PinoLogger = pinoLogger(getLogger("shop"), { msgPrefix: "[x] " });
    // @ts-expect-error: no such method
    log.audit("x");
    // @ts-expect-error: a prefix is a string
    pinoLogger("shop", { msgPrefix: number });
    // @ts-expect-error: a destination can be written to
    pino({}, { path: "x.log" });`,
  fastify: `
    import { fastifyLogger } from "daybook/fastify";
    import { getLogger } from "daybook";
    fastifyLogger().child({ reqId: 1 }).info({ responseTime: 1 }, "done");
    fastifyLogger(getLogger("web"), { level: "warn" });
    // @ts-expect-error: the name comes first
    fastifyLogger("web", { name: "web" });
    // @ts-expect-error: a logger or its name
    fastifyLogger({ level: "warn" });`,
  winston: `
    import { DaybookTransport, type DaybookTransportOptions } from "daybook/winston";
    const options: DaybookTransportOptions = { logger: "shop", levels: { loud: "ERROR", quiet: 5 } };
    const transport: NodeJS.WritableStream = new DaybookTransport(options);
    transport.end();
    // @ts-expect-error: winston's levels are names
    new DaybookTransport({ level: 3 });`,
  console: `
    import { patchConsole, type ConsoleMethod } from "daybook/console";
    const methods: ConsoleMethod[] = ["log", "warn"];
    const restore: () => void = patchConsole({ logger: "console", methods, levels: { log: "DEBUG" } });
    restore();
    // @ts-expect-error: no such method of the console
    patchConsole({ methods: ["shout"] });`,
  debug: `
    import createDebug, { captureDebug, type DebugFunction } from "daybook/debug";
    const debug: DebugFunction = createDebug("app:db");
    debug("query %o", { sql: "x" });
    const deeper: boolean = debug.extend("pool").enabled;
    createDebug.enable(deeper ? "app:*" : "");
    // @ts-expect-error: a namespace is a string
    createDebug(7);
    // @ts-expect-error: that is not the package debug
    captureDebug("debug");`,
  express: `
    import { errorLogger, requestLogger } from "daybook/express";
    import { createServer } from "node:http";
    import { getLogger } from "daybook";
    const middleware = requestLogger({
      logger: getLogger("http").with({ region: "eu" }),
      level: (_req, res, { durationMs }) => (res.statusCode > 499 || durationMs > 1000 ? "ERROR" : null),
      ignore: (req) => req.url === "/health",
      customFields: () => ({ tenant: 7 }),
      responseHeader: null,
    });
    createServer((req, res) => middleware(req, res, () => res.end()));
    errorLogger({ logger: getLogger("http") });
    // @ts-expect-error: fields are an object
    requestLogger({ customFields: () => "tenant" });
    // @ts-expect-error: no such option
    requestLogger({ logLevel: "INFO" });`,
  hono: `
    import { requestLogger, type RequestLogVariables } from "daybook/hono";
    requestLogger({ requestId: "x-trace", level: (_c, { status }) => (status === 500 ? 40 : undefined) });
    declare const variables: RequestLogVariables;
    variables.log.info("%s", variables.requestId.toUpperCase());
    // @ts-expect-error: a header's name, or a function
    requestLogger({ requestId: 7 });`,
  nest: `
    import { NestLogger, VERBOSE, type NestLogLevel } from "daybook/nest";
    import { getLogger } from "daybook";
    const levels: NestLogLevel[] = ["log", "fatal"];
    const logger = new NestLogger({ logger: getLogger("shop"), context: "Shop", logLevels: levels });
    logger.error("failed", "stack", "Shop");
    const enabled: boolean = logger.isLevelEnabled("verbose");
    export const five: number = enabled ? VERBOSE : 0;
    // @ts-expect-error: no such level of Nest's
    new NestLogger({ logLevels: ["info"] });`,
  next: `
    import { createOnRequestError, onRequestError, register, type OnRequestError } from "daybook/next";
    import { getLogger } from "daybook";
    export const hook: OnRequestError = createOnRequestError({ logger: getLogger("web") });
    export const done: Promise<void> = register(async () => {});
    void onRequestError;
    // @ts-expect-error: what configures is a function
    register("logging.json");`,
  hooks: `
    import { knexLog, PRISMA_EVENTS, prismaLogging, undiciLogging, type HookOptions } from "daybook/hooks";
    import { getLogger } from "daybook";
    const options: HookOptions = { slowMs: 100, level: "DEBUG", errorLevel: 40 };
    const stop: () => void = undiciLogging(getLogger("fetch"), { ...options, query: true });
    stop();
    knexLog(getLogger("db")).warn("x");
    prismaLogging({ $on: () => {} }, getLogger("db"), { params: true });
    export const events = PRISMA_EVENTS;
    // @ts-expect-error: milliseconds are a number
    undiciLogging(getLogger("fetch"), { slowMs: "1s" });`,
  opentelemetry: `
    import { traceContext, traceFields } from "daybook/opentelemetry";
    import { setContextProvider } from "daybook";
    setContextProvider(traceContext({ traceId: "dd.trace_id", traceFlags: null }));
    const id: string | undefined = traceFields()?.trace_id;
    export default id;
    // @ts-expect-error: no such id
    traceContext({ parentId: "x" });`,
};

describe("the types of the doors", () => {
  before(() => {
    consumer = mkdtempSync(join(tmpdir(), "daybook-types-"));
    mkdirSync(join(consumer, "node_modules"));
    for (const name of ["@types", "undici-types"]) {
      symlinkSync(join(root, "node_modules", name), join(consumer, "node_modules", name));
    }
    symlinkSync(root, join(consumer, "node_modules", "daybook"));
    writeFileSync(join(consumer, "package.json"), JSON.stringify({ type: "module" }));
  });

  after(() => rmSync(consumer, { recursive: true, force: true }));

  it("let a strict consumer write what fits, and nothing else", () => {
    const files = Object.entries(PROGRAMS).map(([door, text]) => {
      writeFileSync(join(consumer, `${door}.ts`), text);
      return `${door}.ts`;
    });
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    const options =
      "--noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --isolatedModules " +
      "--module nodenext --target es2023 --types node";
    const args = [tsc, ...options.split(" "), ...files];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: consumer,
      encoding: "utf8",
    });
    assert.equal(status, 0, `${stdout}${stderr}`);
  });

  it("are tried for every door that is no room of our own", () => {
    const rooms = ["config", "network", "testing"];
    const doors = Object.keys(exportsOfPackage())
      .filter((door) => !door.endsWith(".json"))
      .map((door) => (door === "." ? "main" : door.slice(2)))
      .filter((door) => !rooms.includes(door));
    assert.deepEqual(Object.keys(PROGRAMS).toSorted(), doors.toSorted());
  });
});

function exportsOfPackage(): Record<string, unknown> {
  const text = readFileSync(join(root, "package.json"), "utf8");
  return (JSON.parse(text) as { exports: Record<string, unknown> }).exports;
}
