// Calls as programs that log with pino make them, one function each. `test.mjs` gives
// them to the real pino and to daybook's, and compares the lines.

class PaymentError extends Error {
  name = "PaymentError";
  code = "E_CARD";
  statusCode = 402;
}

const cyclic = { name: "cyclic" };
cyclic.self = cyclic;

/** A request, as far as pino looks at it. */
const request = Object.assign(Object.create({ inherited: true }), {
  id: 7,
  method: "GET",
  url: "/orders?limit=10",
  headers: { host: "shop.example", "user-agent": "curl" },
  socket: { remoteAddress: "10.0.0.7", remotePort: 51_234 },
});

/** A response. */
const response = {
  statusCode: 201,
  headersSent: true,
  getHeaders: () => ({ "content-type": "application/json" }),
  setHeader() {},
};

/** By name: what is done with a logger `log`; options of the logger, where it needs some. */
export const calls = {
  "a message": (log) => log.info("started"),
  "a message with text": (log) => log.info("hello %s", "world"),
  numbers: (log) => log.info("%d of %i at %f", 1.5, 2.9, "3.25"),
  "numbers that are none": (log) => log.info("%d %i %f", "x", {}, Symbol.iterator.description),
  "objects in a message": (log) => log.info("%o %O %j", { a: 1 }, [1, "2"], "text"),
  "a function in a message": (log) =>
    log.info(
      "%o %o",
      function named() {},
      () => {},
    ),
  "null and undefined in a message": (log) =>
    log.info("%s %d %j %s", null, null, undefined, undefined),
  "a percent sign": (log) => log.info("100% of %s", "it"),
  "two percent signs": (log) => log.info("100%% of %s", "it"),
  "two percent signs alone": (log) => log.info("100%%"),
  "a percent sign behind fields": (log) => log.info({ a: 1 }, "100%% sure, 5%d"),
  "a percent sign in an argument": (log) => log.info({ a: 1 }, "%s", "%s %d %%"),
  "a percent sign at the end": (log) => log.info("all %s 100%", "of"),
  "too few arguments": (log) => log.info("%s and %s", "one"),
  "too many arguments": (log) => log.info("%s", "one", "two", { three: 3 }),
  "arguments without placeholders": (log) => log.info("one", "two", { three: 3 }),
  fields: (log) => log.info({ user: "ada", cents: 1990 }, "paid"),
  "fields and arguments": (log) => log.warn({ user: "ada" }, "paid %d for %s", 1990, "books"),
  "fields alone": (log) => log.info({ user: "ada" }),
  "fields with a message of their own": (log) => log.info({ msg: "from the fields", a: 1 }),
  "fields with a message beside the call's": (log) =>
    log.info({ msg: "from the fields", a: 1 }, "own"),
  "nested fields": (log) => log.info({ a: { b: { c: [1, { d: null }] } }, when: new Date(0) }, "x"),
  "values that JSON leaves out": (log) => log.info({ u: undefined, f: () => {}, kept: null }, "x"),
  "values with toJSON": (log) => log.info({ v: { toJSON: () => ({ shown: true }) } }, "x"),
  "no fields at all": (log) => log.info({}, "x"),
  "null for fields": (log) => log.info(null, "x %s", "y"),
  "undefined for fields": (log) => log.info(undefined, "x %s", "y"),
  "an error": (log) => log.error(new Error("it broke")),
  "an error and a message": (log) =>
    log.error(new PaymentError("refused"), "could not pay %s", "ada"),
  "an error in fields": (log) =>
    log.error({ err: new PaymentError("refused"), order: 7 }, "failed"),
  "an error in fields without a message": (log) => log.error({ err: new TypeError("bad") }),
  "an error with causes": (log) =>
    log.error(
      new Error("outer", { cause: new Error("middle", { cause: new TypeError("inner") }) }),
    ),
  "several errors": (log) =>
    log.fatal(new AggregateError([new Error("a"), new TypeError("b")], "both")),
  "an error-like object": (log) => log.error({ err: { message: "not an Error", code: 5 } }, "x"),
  "what is no error": (log) => log.error({ err: "just text" }, "x"),
  "all levels": (log) => {
    for (const level of ["trace", "debug", "info", "warn", "error", "fatal", "silent"])
      log[level](level);
  },
  "levels that are off": (log) => {
    log.level = "warn";
    for (const level of ["trace", "debug", "info", "warn", "error", "fatal"]) log[level](level);
    log.level = "silent";
    log.fatal("nobody hears this");
    log.level = "debug";
    log.debug("%s", log.level);
  },
  "a child": (log) => log.child({ module: "db", tries: 3 }).info({ ms: 12 }, "asked"),
  "a child of a child": (log) => log.child({ a: 1 }).child({ b: 2, a: 3 }).info("x"),
  "a field that a child has bound": (log) => log.child({ a: 1, b: 1 }).info({ b: 2 }, "x"),
  "a child with a level": (log) => {
    const child = log.child({ c: 1 }, { level: "error" });
    child.info("off");
    child.error("on");
    log.info(`${child.level} ${child.isLevelEnabled("warn")} ${log.isLevelEnabled("warn")}`);
  },
  "a child that follows its parent": (log) => {
    const child = log.child({});
    log.level = "error";
    log.error(child.level);
  },
  "a child with a prefix": (log) =>
    log
      .child({}, { msgPrefix: "[db] " })
      .child({}, { msgPrefix: "[pool] " })
      .info("asked %s", "it"),
  "a child with serializers": (log) =>
    log
      .child({ user: { id: 7 } }, { serializers: { user: ({ id }) => id } })
      .info({ user: { id: 8 } }, "x"),
  bindings: (log) => {
    const child = log.child({ a: 1 }).child({ b: { c: 2 } });
    child.setBindings({ d: 3 });
    child.info(child.bindings(), "bound");
  },
  "names that children can't bind": (log) =>
    log.child({ level: "x", serializers: 1, ok: 2 }).info("x"),
  "a request": (log) => log.info(request, "incoming"),
  "a request as a field": {
    options: (pino) => ({ serializers: pino.stdSerializers }),
    call: (log) => log.info({ req: request, res: response }, "done"),
  },
  "a response": (log) => log.info(response, "done"),
  serializers: {
    options: () => ({ serializers: { user: (user) => user.id, secret: () => undefined } }),
    call: (log) => log.info({ user: { id: 7, password: "x" }, secret: "x", other: 1 }, "x"),
  },
  "a serializer of errors": {
    options: () => ({ serializers: { err: (error) => ({ short: error.message }) } }),
    call: (log) => log.error(new Error("it broke"), "x"),
  },
  "a mixin": {
    options: () => ({
      mixin: (fields, level) => ({ host: "h", level10: level, a: 0, of: Object.keys(fields) }),
    }),
    call: (log) => log.info({ a: 1 }, "x"),
  },
  "a mixin merged otherwise": {
    options: () => ({
      mixin: () => ({ a: 0 }),
      mixinMergeStrategy: (fields, mixed) => ({ ...fields, ...mixed }),
    }),
    call: (log) => log.info({ a: 1, b: 1 }, "x"),
  },
  "a formatter of fields": {
    options: () => ({
      formatters: { log: (fields) => ({ ...fields, count: Object.keys(fields).length }) },
    }),
    call: (log) => {
      log.info({ a: 1, b: 2 }, "x");
      log.info("no fields");
    },
  },
  "a nested key": {
    options: () => ({ nestedKey: "payload" }),
    call: (log) => {
      log.info({ a: 1 }, "x");
      log.info("no fields");
      log.child({ bound: 1 }).error({ err: new Error("it broke"), a: 1 }, "x");
    },
  },
  "keys of one's own": {
    options: () => ({ messageKey: "message", errorKey: "error" }),
    call: (log) => {
      log.info("x");
      log.error(new Error("it broke"));
      log.error({ error: new Error("it broke") }, "x");
      log.error({ error: new Error("it broke") });
      log.info({ message: "from the fields" });
    },
  },
  "a name": { options: () => ({ name: "shop" }), call: (log) => log.info("x") },
  "a base": { options: () => ({ base: { service: "shop" } }), call: (log) => log.info("x") },
  "no base": { options: () => ({ base: null }), call: (log) => log.info({ a: 1 }, "x") },
  "a prefix": {
    options: () => ({ msgPrefix: "[shop] " }),
    call: (log) => {
      log.info("x %s", "y");
      log.info({ a: 1 }, "x");
      log.error(new Error("it broke"));
    },
  },
  "levels of one's own": {
    options: () => ({ customLevels: { notice: 35, audit: 70 }, level: "notice" }),
    call: (log) => {
      log.info("off");
      log.notice({ a: 1 }, "on %s", log.level);
      log.child({ b: 1 }).audit("on");
      log.warn(`${log.levelVal} ${log.levels.labels[35]} ${log.isLevelEnabled("audit")}`);
    },
  },
  "levels of a child's own": (log) =>
    log.child({}, { customLevels: { loud: 55 }, level: "loud" }).loud("on"),
  "a level by its number": {
    options: () => ({ level: "debug" }),
    call: (log) => log.info(`${log.levelVal} ${log.level}`),
  },
  "a hook": {
    options: () => ({
      hooks: {
        logMethod(args, method, level) {
          if (args.length >= 2 && typeof args[0] === "string")
            method.call(this, { first: args[0], level10: level }, args[1]);
          else method.apply(this, args);
        },
      },
    }),
    call: (log) => {
      log.info("first", "second");
      log.info("alone");
    },
  },
  redaction: {
    options: () => ({
      redact: ["password", "user.card", "list[*].secret", 'headers["x-api-key"]'],
    }),
    call: (log) => {
      const user = { name: "ada", card: "1234" };
      log.info(
        {
          password: "x",
          user,
          list: [{ secret: 1, shown: 2 }],
          headers: { "x-api-key": "k", host: "h" },
        },
        "x",
      );
      log.child({ password: "bound" }).info({ user }, "x");
      log.info({ after: user.card }, "x");
    },
  },
  "redaction that removes": {
    options: () => ({ redact: { paths: ["a.b", "c"], remove: true } }),
    call: (log) => log.info({ a: { b: 1, d: 2 }, c: 3 }, "x"),
  },
  "redaction with a censor": {
    options: () => ({ redact: { paths: ["card"], censor: (value) => `...${value.slice(-4)}` } }),
    call: (log) => log.info({ card: "1111222233334444" }, "x"),
  },
  "a child's redaction": (log) =>
    log.child({ secret: 1 }, { redact: ["secret"] }).info({ secret: 2, shown: 3 }, "x"),
  "switched off": {
    options: () => ({ enabled: false }),
    call: (log) => log.fatal("nobody hears this"),
  },
  "quotes and line breaks": (log) =>
    log.info({ text: 'a "b"\n\tc\\d\u0000\u001b[31m' }, 'say "%s"\n', "é€😀"),
  "keys that are special": (log) => log.info({ "a b": 1, 'q"uote': 2, "": 3, toString: 4 }, "x"),
  "an array for fields": (log) => log.info(["a", { b: 1 }], "x"),
  "a cycle": (log) => log.info({ cyclic }, "x"),
};
