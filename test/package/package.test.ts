// The package as users get it: packed, unpacked into a folder of its own, imported
// from ES modules and from CommonJS, by each of its doors, type-checked by a consumer. The
// reference's pages name all that a door gives, and their examples run. It needs no network.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { runExamples, topFolder } from "../kit/doc-examples.ts";

const root = topFolder(fileURLToPath(import.meta.url));
let consumer: string;
let packed: string[];

/** Each import path with its pages of the reference and a name that it gives. */
const DOORS: readonly { door: string; pages: readonly string[]; built: string; gives: string }[] = [
  {
    door: "daybook",
    pages: ["../reference", "logging", "filters", "formatters", "handlers"],
    built: "index",
    gives: "getLogger",
  },
  {
    door: "daybook/config",
    pages: ["config"],
    built: "config/index",
    gives: "dictConfig",
  },
  {
    door: "daybook/network",
    pages: ["network"],
    built: "handlers/network/index",
    gives: "SocketHandler",
  },
  {
    door: "daybook/testing",
    pages: ["testing"],
    built: "testing/index",
    gives: "captureLogs",
  },
  { door: "daybook/pino", pages: ["adapters"], built: "adapters/pino", gives: "pino" },
  {
    door: "daybook/winston",
    pages: ["adapters"],
    built: "adapters/winston",
    gives: "DaybookTransport",
  },
  {
    door: "daybook/console",
    pages: ["adapters"],
    built: "adapters/console",
    gives: "patchConsole",
  },
  { door: "daybook/debug", pages: ["adapters"], built: "adapters/debug", gives: "createDebug" },
  {
    door: "daybook/fastify",
    pages: ["adapters"],
    built: "adapters/fastify",
    gives: "fastifyLogger",
  },
  {
    door: "daybook/opentelemetry",
    pages: ["adapters"],
    built: "adapters/opentelemetry",
    gives: "traceContext",
  },
  {
    door: "daybook/express",
    pages: ["frameworks"],
    built: "adapters/express",
    gives: "requestLogger",
  },
  { door: "daybook/hono", pages: ["frameworks"], built: "adapters/hono", gives: "requestLogger" },
  { door: "daybook/nest", pages: ["frameworks"], built: "adapters/nest", gives: "NestLogger" },
  { door: "daybook/next", pages: ["frameworks"], built: "adapters/next", gives: "register" },
  { door: "daybook/hooks", pages: ["frameworks"], built: "adapters/hooks", gives: "knexLogging" },
];

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  assert.equal(
    status,
    0,
    `${command} ${args.join(" ")}: ${error?.message ?? ""}\n${stdout}\n${stderr}`,
  );
  assert.equal(stderr, "");
  return stdout;
}

describe("the packed package", () => {
  before(() => {
    consumer = mkdtempSync(join(tmpdir(), "daybook-package-"));
    const installed = join(consumer, "node_modules", "daybook");
    mkdirSync(installed, { recursive: true });
    const { files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      files: string[];
    };
    // What npm packs: `files`, and these always.
    for (const entry of [...files, "package.json", "README.md", "LICENSE"]) {
      cpSync(join(root, entry), join(installed, entry), { recursive: true });
    }
    packed = readdirSync(installed, { recursive: true }) as string[];
    writeFileSync(
      join(consumer, "package.json"),
      JSON.stringify({ name: "consumer", type: "module" }),
    );
  });

  after(() => rmSync(consumer, { recursive: true, force: true }));

  it("holds no tests and no sources", () => {
    assert.deepEqual(
      packed.filter((path) => /\.test\.|(?<!\.d)\.ts$/.test(path)),
      [],
    );
  });

  it("logs from an ES module, without any dependency", () => {
    writeFileSync(
      join(consumer, "use.mjs"),
      `import { TimedRotatingFileHandler, getLogger } from "daybook";
       const log = getLogger("app");
       log.addHandler(new TimedRotatingFileHandler("logs/app.log", { when: "midnight" }));
       log.warning("hello %s", "module");`,
    );
    run(process.execPath, ["use.mjs"], consumer);
    assert.equal(readFileSync(join(consumer, "logs", "app.log"), "utf8"), "hello module\n");
  });

  it("logs from CommonJS, without a warning", () => {
    writeFileSync(
      join(consumer, "use.cjs"),
      `const { getLogger, StreamHandler } = require("daybook");
       const log = getLogger("app");
       log.addHandler(new StreamHandler(process.stdout));
       log.warning("hello %s", "require");`,
    );
    assert.equal(run(process.execPath, ["use.cjs"], consumer), "hello require\n");
  });

  it("loads neither the network nor the web before a handler needs them", () => {
    writeFileSync(
      join(consumer, "loaded.mjs"),
      `const loaded = () =>
         ["http", "https", "tls"].filter((name) =>
           process.moduleLoadList.includes("NativeModule " + name));
       await import("daybook");
       console.log(loaded().join());
       const { HTTPHandler } = await import("daybook/network");
       console.log(loaded().join());
       new HTTPHandler("localhost", "/", { secure: true });
       console.log(loaded().join());`,
    );
    assert.equal(run(process.execPath, ["loaded.mjs"], consumer), "\n\nhttps,tls\n");
  });

  it("opens every door to ES modules and to CommonJS, with its one dependency", () => {
    // npm installs what `dependencies` names; the optional peers stay away.
    symlinkSync(join(root, "node_modules", "valibot"), join(consumer, "node_modules", "valibot"));
    const lines = DOORS.map(({ door, gives }) => [door, gives]);
    writeFileSync(
      join(consumer, "doors.mjs"),
      lines
        .map(([door, gives]) => `console.log(typeof (await import("${door}")).${gives});`)
        .join("\n"),
    );
    writeFileSync(
      join(consumer, "doors.cjs"),
      lines.map(([door, gives]) => `console.log(typeof require("${door}").${gives});`).join("\n"),
    );
    const expected = "function\n".repeat(DOORS.length);
    assert.equal(run(process.execPath, ["doors.mjs"], consumer), expected);
    assert.equal(run(process.execPath, ["doors.cjs"], consumer), expected);
  });

  it("names the package that is missing where an optional one is needed", () => {
    writeFileSync(join(consumer, "logging.yaml"), "version: 1\n");
    writeFileSync(join(consumer, "logging.toml"), "version = 1\n");
    writeFileSync(
      join(consumer, "peers.mjs"),
      `import { configFile } from "daybook/config";
       import { SMTPHandler } from "daybook/network";
       const mail = { mailhost: "localhost", fromaddr: "a@b", toaddrs: "a@b", subject: "x" };
       for (const use of [
         () => configFile("logging.yaml"),
         () => configFile("logging.toml"),
         () => new SMTPHandler(mail),
       ]) {
         try {
           use();
         } catch (error) {
           console.log(/npm install (\\S+)/.exec(error.message)[1]);
         }
       }`,
    );
    const missing = run(process.execPath, ["peers.mjs"], consumer);
    assert.equal(missing, "yaml\nsmol-toml\nnodemailer\n");
  });

  it("brings the JSON Schema to the place that the guide names", () => {
    const guide = readFileSync(join(root, "docs", "guides", "configuration.md"), "utf8");
    const [, path = ""] = /"\$schema": "\.\/([^"]+)"/.exec(guide) ?? [];
    assert.match(path, /^node_modules\/daybook\//);
    assert.ok(existsSync(join(consumer, path)), path);
  });

  it("runs every complete example of the README as it stands", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const examples = [...readme.matchAll(/^```js\n(.*?)^```/gms)]
      .map(([, code = ""]) => code)
      .filter((code) => code.startsWith("import"));
    assert.equal(examples.length, 2);
    for (const [index, code] of examples.entries()) {
      writeFileSync(join(consumer, `readme-${index}.mjs`), code);
      const args = [`readme-${index}.mjs`];
      const { status, stderr } = spawnSync(process.execPath, args, {
        cwd: consumer,
        encoding: "utf8",
      });
      assert.equal(status, 0, stderr);
      if (index > 0) continue;
      // What the console is told.
      assert.match(stderr, /INFO +shop: user ada paid +requestId="7f3a" cents=1250\n/);
      assert.match(stderr, /Error: no address/);
    }
    const lines = readFileSync(join(consumer, "logs", "shop.log"), "utf8")
      .trimEnd()
      .split("\n");
    const [paid, failed] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const { time, pid, ...said } = paid ?? {};
    assert.match(String(time), /^\d{4}-\d\d-\d\dT/);
    assert.equal(typeof pid, "number");
    const ours = { level: "INFO", logger: "shop", msg: "user ada paid" };
    assert.deepEqual(said, { ...ours, requestId: "7f3a", cents: 1250 });
    assert.match(JSON.stringify(failed?.["error"]), /"message":"no address"/);
    assert.match(readFileSync(join(consumer, "script.log"), "utf8"), / it is done\n$/);
  });

  for (const page of new Set(DOORS.flatMap(({ pages }) => pages))) {
    it(`runs every example of ${page}.md, and each prints what the page says`, () => {
      const examples = runExamples(referenceOf([page]), consumer);
      assert.equal(examples, [...referenceOf([page]).matchAll(/^```js$/gm)].length);
    });
  }

  for (const { door, pages, built, gives } of DOORS) {
    it(`names every export of ${door} in its pages of the reference, types included`, () => {
      const reference = referenceOf(pages);
      const names = exportsOf(join(consumer, "node_modules", "daybook", "dist", `${built}.d.ts`));
      assert.ok(names.includes(gives));
      // The types of the file system in memory are for those who read its sources.
      const wanted = door === "daybook/testing" ? valuesOf(door) : names;
      assert.deepEqual(
        wanted.filter((name) => !new RegExp(`\\b${name}\\b`).test(reference)),
        [],
      );
    });
  }

  it("offers the command", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      version: string;
    };
    const command = join("node_modules", "daybook", "bin", "daybook.mjs");
    assert.equal(run(process.execPath, [command, "--version"], consumer).trim(), version);
  });

  it("has types that a strict consumer can use", () => {
    writeFileSync(
      join(consumer, "use.ts"),
      `import { TimedRotatingFileHandler, getLogger, type Logger } from "daybook";
       const log: Logger = getLogger("app");
       const handler = new TimedRotatingFileHandler("x.log", { when: "midnight", strategy: "rename" });
       const dropped: number = handler.stats().dropped;
       // @ts-expect-error: no such strategy
       new TimedRotatingFileHandler("x.log", { strategy: "hope" });
       log.info("%d", dropped, { field: 1 });`,
    );
    writeFileSync(
      join(consumer, "doors.ts"),
      `import { type DictConfig, dictConfig, watchConfig } from "daybook/config";
       import { type NetworkStats, SocketHandler, SysLogHandler } from "daybook/network";
       const file = { class: "FileHandler", filename: "x.log", delay: true } as const;
       const document: DictConfig = { version: 1, handlers: { file }, root: { level: "INFO" } };
       // @ts-expect-error: no such version
       const wrong: DictConfig = { version: 2 };
       // @ts-expect-error: delay is true or false
       const worse: DictConfig = { version: 1, handlers: { file: { ...file, delay: "no" } } };
       if (document.version !== 1) dictConfig(document.incremental ? wrong : worse);
       const stats: NetworkStats = new SocketHandler("localhost", 9020, { tls: true }).stats();
       const cut: number = new SysLogHandler({ rfc: 5424 }).stats().truncated + stats.dropped;
       // @ts-expect-error: a port is a number or null
       new SocketHandler("localhost", "9020");
       declare module "daybook/config" {
         interface RegisteredHandlers {
           "app.OwnHandler": { auditUrl: string; retries?: number };
         }
       }
       const audit = { class: "app.OwnHandler", audit_url: "x", auditUrl: "cfg://url", retries: null } as const;
       dictConfig({ version: 1, handlers: { audit } } satisfies DictConfig);
       const old = { class: "RotatingFileHandler", filename: "x", max_bytes: 9 } as const;
       dictConfig({ version: 1, handlers: { old } } satisfies DictConfig);
       // @ts-expect-error: the handler is told an address
       dictConfig({ version: 1, handlers: { a: { class: "app.OwnHandler", auditUrl: 1 } } } satisfies DictConfig);
       // @ts-expect-error: bytes are a number, in this spelling too
       dictConfig({ version: 1, handlers: { old: { ...old, max_bytes: "9" } } } satisfies DictConfig);
       // @ts-expect-error: nobody said that there is such a class
       dictConfig({ version: 1, handlers: { a: { class: "app.OtherHandler" } } } satisfies DictConfig);
       export const watch = (): void => watchConfig("x.json", { debounceMs: cut }).close();`,
    );
    cpSync(join(consumer, "use.ts"), join(consumer, "use.cts"));
    const guide = readFileSync(join(root, "docs", "guides", "configuration.md"), "utf8");
    const shown = [...guide.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);
    assert.ok(shown.length > 0);
    for (const [index, code] of shown.entries()) {
      writeFileSync(join(consumer, `shown-${index}.ts`), code);
    }
    const files = [
      "use.ts",
      "use.cts",
      "doors.ts",
      ...shown.map((_, index) => `shown-${index}.ts`),
    ];
    symlinkSync(join(root, "node_modules", "@types"), join(consumer, "node_modules", "@types"));
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    const options = [
      "--noEmit",
      "--strict",
      "--module",
      "nodenext",
      "--target",
      "es2023",
      "--types",
      "node",
    ];
    run(process.execPath, [tsc, ...options, ...files], consumer);
  });

  it("has a package.json that publint finds nothing against", () => {
    const publint = join(root, "node_modules", "publint", "src", "cli.js");
    // The checkout has other packages in it, those of the examples.
    const folder = join(consumer, "node_modules", "daybook");
    const output = run(
      process.execPath,
      [publint, "run", "--strict", "--pack", "false", folder],
      root,
    );
    assert.match(output, /All good!/);
  });
});

/** The text of pages of the reference. */
function referenceOf(pages: readonly string[]): string {
  const texts = pages.map((page) =>
    readFileSync(join(root, "docs", "reference", `${page}.md`), "utf8"),
  );
  return texts.join("\n");
}

/** The names that a declaration file exports: those in its lists, and those that it declares. */
function exportsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const lists = [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)];
  const own = text.matchAll(/^export (?:declare )?(?:const|function|class|interface|type) (\w+)/gm);
  return [
    ...lists.flatMap(([, list = ""]) => list.match(/\w+(?=\s*(?:,|$))/g) ?? []),
    ...[...own].map(([, name = ""]) => name),
  ];
}

/** What a door gives at run time. */
function valuesOf(door: string): string[] {
  const code = `console.log(Object.keys(await import("${door}")).join("\\n"))`;
  const args = ["--input-type=module", "--eval", code];
  return run(process.execPath, args, consumer).trim().split("\n");
}
