// Compilers that read no `exports`: TypeScript before 7 with `moduleResolution: "node"`, as many a
// CommonJS project has it. For those package.json says a second time where the types of each door
// are, and this holds the two lists together. (Bundlers as old find the main entry only.)

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { topFolder } from "../kit/doc-examples.ts";

const root = topFolder(fileURLToPath(import.meta.url));

test("a compiler that reads no exports finds the same types, door by door", () => {
  const text = readFileSync(join(root, "package.json"), "utf8");
  const { exports, main, types, typesVersions } = JSON.parse(text) as {
    exports: Record<string, string | { types: string; default: string }>;
    main: string;
    types: string;
    typesVersions: { "*": Record<string, string[]> };
  };
  assert.deepEqual(exports["."], { types, default: main });
  const doors = Object.entries(exports).flatMap(([path, to]) =>
    typeof to === "string" || path === "." ? [] : [[path.slice(2), [to.types]] as const],
  );
  assert.ok(doors.length > 10);
  assert.deepEqual(typesVersions, { "*": Object.fromEntries(doors) });
});
