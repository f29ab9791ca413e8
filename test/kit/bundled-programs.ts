// A small program as compilers and bundlers leave it: with and without minification, its
// map beside it or within, the sources in the map or on the disk. The outputs are those of
// esbuild 0.28 and of tsc for the two sources here. Tests of places write it to a folder
// and run it: `run(log)` logs from a function, an arrow function and an async method,
// `breakDown()` throws.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The sources, by their paths in the folder. */
export const SOURCES: Readonly<Record<string, string>> = {
  "src/shop.ts": [
    "interface Log {",
    "  info(message: string): void;",
    "}",
    "",
    "export function payOrder(log: Log, amount: number): void {",
    "  const twice = amount * 2;",
    '  if (twice > 0) log.info("paid");',
    "}",
    "",
    "export const refund = (log: Log): void => {",
    '  log.info("refunded");',
    "};",
    "",
    "export class Shop {",
    "  async sell(log: Log): Promise<void> {",
    "    await Promise.resolve();",
    '    log.info("sold");',
    "  }",
    "",
    "  fail(): never {",
    '    throw new TypeError("no stock");',
    "  }",
    "}",
    "",
  ].join("\n"),
  "src/main.ts": [
    'import { payOrder, refund, Shop } from "./shop.ts";',
    "",
    "export async function run(log: { info(message: string): void }): Promise<void> {",
    "  payOrder(log, 2);",
    "  refund(log);",
    "  await new Shop().sell(log);",
    "}",
    "",
    "export function breakDown(): void {",
    "  new Shop().fail();",
    "}",
    "",
  ].join("\n"),
};

/** What `run(log)` logs, and where in the sources. */
export const CALLS: readonly (readonly [string, string, number, string])[] = [
  ["paid", "src/shop.ts", 7, "payOrder"],
  ["refunded", "src/shop.ts", 11, "refund"],
  ["sold", "src/shop.ts", 17, "sell"],
];

const PLAIN = [
  "var __defProp = Object.defineProperty;",
  "var __getOwnPropDesc = Object.getOwnPropertyDescriptor;",
  "var __getOwnPropNames = Object.getOwnPropertyNames;",
  "var __hasOwnProp = Object.prototype.hasOwnProperty;",
  "var __export = (target, all) => {",
  "  for (var name in all)",
  "    __defProp(target, name, { get: all[name], enumerable: true });",
  "};",
  "var __copyProps = (to, from, except, desc) => {",
  '  if (from && typeof from === "object" || typeof from === "function") {',
  "    for (let key of __getOwnPropNames(from))",
  "      if (!__hasOwnProp.call(to, key) && key !== except)",
  "        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });",
  "  }",
  "  return to;",
  "};",
  'var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);',
  "",
  "// src/main.ts",
  "var main_exports = {};",
  "__export(main_exports, {",
  "  breakDown: () => breakDown,",
  "  run: () => run",
  "});",
  "module.exports = __toCommonJS(main_exports);",
  "",
  "// src/shop.ts",
  "function payOrder(log, amount) {",
  "  const twice = amount * 2;",
  '  if (twice > 0) log.info("paid");',
  "}",
  "var refund = (log) => {",
  '  log.info("refunded");',
  "};",
  "var Shop = class {",
  "  async sell(log) {",
  "    await Promise.resolve();",
  '    log.info("sold");',
  "  }",
  "  fail() {",
  '    throw new TypeError("no stock");',
  "  }",
  "};",
  "",
  "// src/main.ts",
  "async function run(log) {",
  "  payOrder(log, 2);",
  "  refund(log);",
  "  await new Shop().sell(log);",
  "}",
  "function breakDown() {",
  "  new Shop().fail();",
  "}",
  "",
].join("\n");

const PLAIN_MAP = {
  version: 3,
  sources: ["src/main.ts", "src/shop.ts"],
  mappings:
    ";;;;;;;;;;;;;;;;;;;AAAA;AAAA;AAAA;AAAA;AAAA;AAAA;;;ACIO,SAAS,SAAS,KAAU,QAAsB;AACvD,QAAM,QAAQ,SAAS;AACvB,MAAI,QAAQ,EAAG,KAAI,KAAK,MAAM;AAChC;AAEO,IAAM,SAAS,CAAC,QAAmB;AACxC,MAAI,KAAK,UAAU;AACrB;AAEO,IAAM,OAAN,MAAW;AAAA,EAChB,MAAM,KAAK,KAAyB;AAClC,UAAM,QAAQ,QAAQ;AACtB,QAAI,KAAK,MAAM;AAAA,EACjB;AAAA,EAEA,OAAc;AACZ,UAAM,IAAI,UAAU,UAAU;AAAA,EAChC;AACF;;;ADpBA,eAAsB,IAAI,KAAqD;AAC7E,WAAS,KAAK,CAAC;AACf,SAAO,GAAG;AACV,QAAM,IAAI,KAAK,EAAE,KAAK,GAAG;AAC3B;AAEO,SAAS,YAAkB;AAChC,MAAI,KAAK,EAAE,KAAK;AAClB;",
  names: [],
};

/** The generated files, by their names in the folder. */
const GENERATED: Readonly<Record<string, string>> = {
  "minified.mjs": [
    'function n(o,i){i*2>0&&o.info("paid")}var r=o=>{o.info("refunded")},e=class{async sell(i){await Promise.resolve(),i.info("sold")}fail(){throw new TypeError("no stock")}};async function f(o){n(o,2),r(o),await new e().sell(o)}function d(){new e().fail()}export{d as breakDown,f as run};',
    "//# sourceMappingURL=minified.mjs.map",
    "",
  ].join("\n"),
  "minified.mjs.map": JSON.stringify({
    version: 3,
    sources: ["src/shop.ts", "src/main.ts"],
    sourcesContent: [SOURCES["src/shop.ts"], SOURCES["src/main.ts"]],
    mappings:
      "AAIO,SAASA,EAASC,EAAUC,EAAsB,CACzCA,EAAS,EACX,GAAGD,EAAI,KAAK,MAAM,CAChC,CAEO,IAAME,EAAUF,GAAmB,CACxCA,EAAI,KAAK,UAAU,CACrB,EAEaG,EAAN,KAAW,CAChB,MAAM,KAAKH,EAAyB,CAClC,MAAM,QAAQ,QAAQ,EACtBA,EAAI,KAAK,MAAM,CACjB,CAEA,MAAc,CACZ,MAAM,IAAI,UAAU,UAAU,CAChC,CACF,ECpBA,eAAsBI,EAAIC,EAAqD,CAC7EC,EAASD,EAAK,CAAC,EACfE,EAAOF,CAAG,EACV,MAAM,IAAIG,EAAK,EAAE,KAAKH,CAAG,CAC3B,CAEO,SAASI,GAAkB,CAChC,IAAID,EAAK,EAAE,KAAK,CAClB",
    names: [
      "payOrder",
      "log",
      "amount",
      "refund",
      "Shop",
      "run",
      "log",
      "payOrder",
      "refund",
      "Shop",
      "breakDown",
    ],
  }),
  "plain.cjs": `${PLAIN}//# sourceMappingURL=data:application/json;base64,${base64(PLAIN_MAP)}\n`,
  "tsc/main.js": [
    '"use strict";',
    'Object.defineProperty(exports, "__esModule", { value: true });',
    "exports.run = run;",
    "exports.breakDown = breakDown;",
    'const shop_ts_1 = require("./shop.js");',
    "async function run(log) {",
    "    (0, shop_ts_1.payOrder)(log, 2);",
    "    (0, shop_ts_1.refund)(log);",
    "    await new shop_ts_1.Shop().sell(log);",
    "}",
    "function breakDown() {",
    "    new shop_ts_1.Shop().fail();",
    "}",
    "//# sourceMappingURL=main.js.map",
  ].join("\n"),
  "tsc/main.js.map": JSON.stringify({
    version: 3,
    file: "main.js",
    sourceRoot: "",
    sources: ["../src/main.ts"],
    names: [],
    mappings:
      ";;;;AAAA,uCAAmD;AAE5C,KAAK,cAAc,GAAoC;IAC5D,IAAA,kBAAQ,EAAC,GAAG,EAAE,CAAC,CAAC,CAAC;IACjB,IAAA,gBAAM,EAAC,GAAG,CAAC,CAAC;IACZ,MAAM,IAAI,cAAI,EAAE,CAAC,IAAI,CAAC,GAAG,CAAC,CAAC;AAC7B,CAAC;AAED;IACE,IAAI,cAAI,EAAE,CAAC,IAAI,EAAE,CAAC;AACpB,CAAC",
  }),
  "tsc/shop.js": [
    '"use strict";',
    'Object.defineProperty(exports, "__esModule", { value: true });',
    "exports.Shop = exports.refund = void 0;",
    "exports.payOrder = payOrder;",
    "function payOrder(log, amount) {",
    "    const twice = amount * 2;",
    "    if (twice > 0)",
    '        log.info("paid");',
    "}",
    "const refund = (log) => {",
    '    log.info("refunded");',
    "};",
    "exports.refund = refund;",
    "class Shop {",
    "    async sell(log) {",
    "        await Promise.resolve();",
    '        log.info("sold");',
    "    }",
    "    fail() {",
    '        throw new TypeError("no stock");',
    "    }",
    "}",
    "exports.Shop = Shop;",
    "//# sourceMappingURL=shop.js.map",
  ].join("\n"),
  "tsc/shop.js.map": JSON.stringify({
    version: 3,
    file: "shop.js",
    sourceRoot: "",
    sources: ["../src/shop.ts"],
    names: [],
    mappings:
      ";;;;AAIA,kBAAyB,GAAQ,EAAE,MAAc;IAC/C,MAAM,KAAK,GAAG,MAAM,GAAG,CAAC,CAAC;IACzB,IAAI,KAAK,GAAG,CAAC;QAAE,GAAG,CAAC,IAAI,CAAC,MAAM,CAAC,CAAC;AAClC,CAAC;AAEM,MAAM,MAAM,GAAG,CAAC,GAAQ,EAAQ,EAAE;IACvC,GAAG,CAAC,IAAI,CAAC,UAAU,CAAC,CAAC;AACvB,CAAC,CAAC;AAFW,QAAA,MAAM,GAAN,MAAM,CAEjB;AAEF;IACE,KAAK,CAAC,IAAI,CAAC,GAAQ;QACjB,MAAM,OAAO,CAAC,OAAO,EAAE,CAAC;QACxB,GAAG,CAAC,IAAI,CAAC,MAAM,CAAC,CAAC;IACnB,CAAC;IAED,IAAI;QACF,MAAM,IAAI,SAAS,CAAC,UAAU,CAAC,CAAC;IAClC,CAAC;CACF",
  }),
  "tsc/package.json": '{ "type": "commonjs" }',
};

/** The generated files that can be imported. */
export const PROGRAMS: readonly string[] = ["minified.mjs", "plain.cjs", "tsc/main.js"];

/**
 * Writes the generated files into a folder, and the sources that no map holds.
 *
 * @param withSources whether those sources are there, too
 */
export function writePrograms(folder: string, withSources: boolean): void {
  for (const name of ["src", "tsc"]) mkdirSync(join(folder, name), { recursive: true });
  for (const [name, text] of Object.entries(GENERATED)) writeFileSync(join(folder, name), text);
  if (!withSources) return;
  for (const [name, text] of Object.entries(SOURCES)) writeFileSync(join(folder, name), text);
}

function base64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64");
}
