// `node scripts/config-schema.mjs`: gets the checkout ready, then writes the JSON Schema
// of configurations, schema/daybook-config.schema.json, anew. A test says when it is due.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ensureTestsBuilt, root } from "./setup.mjs";

ensureTestsBuilt();

const { configJsonSchema } = await import("../build/test/kit/config-json-schema.js");
mkdirSync(join(root, "schema"), { recursive: true });
writeFileSync(join(root, "schema", "daybook-config.schema.json"), configJsonSchema());
