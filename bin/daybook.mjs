#!/usr/bin/env node
// The `daybook` command. In a source checkout that was never built it builds
// first, so that `npx daybook` works in a fresh clone; in an installed package
// dist/ is always there and the scripts folder is not.
import { existsSync } from "node:fs";

const program = new URL("../dist/cli/main.js", import.meta.url);
if (!existsSync(program)) {
  const { ensureReady } = await import("../scripts/setup.mjs");
  await ensureReady();
}
const { main } = await import(program.href);
process.exitCode = await main(process.argv.slice(2));
