// The JSON Schema of documents for dictConfig, made of the library's own schema. The
// script that writes schema/ and the test that the written one is current call it.

import { toJsonSchema } from "@valibot/to-json-schema";

import { DICT_CONFIG_SCHEMA, SCHEMA_DEFINITIONS } from "../../src/config/schema/config-schema.ts";
import {
  jsonFormOf,
  LIVE,
  NAMED_VALUES,
  REFERENCE,
} from "../../src/config/schema/schema-values.ts";

type Schema = Parameters<typeof toJsonSchema>[0];
type Json = ReturnType<typeof toJsonSchema>;
type Data = Record<string, unknown>;

/** What no JSON can be; taken out of every list of choices. */
const NOTHING: Json = { not: {} };

const TITLE = "A configuration of daybook, in the format of Python's logging.config.dictConfig";

/** The text of schema/daybook-config.schema.json. */
export function configJsonSchema(): string {
  const names = new Map<unknown, string>(
    Object.entries(NAMED_VALUES).map(([k, each]) => [each, k]),
  );
  const convert = (schema: Schema, itself: Schema | null): Data => {
    const { $schema: _, ...made } = toJsonSchema(schema, {
      target: "draft-07",
      ...(itself === null ? { definitions: SCHEMA_DEFINITIONS } : {}),
      overrideSchema: ({ valibotSchema, jsonSchema }) => {
        if (valibotSchema === LIVE) return NOTHING;
        const name = names.get(valibotSchema);
        if (name !== undefined && valibotSchema !== itself) return { $ref: `#/$defs/${name}` };
        const form = jsonFormOf(valibotSchema);
        if (form !== null) return convert(form, valibotSchema);
        // What a class doesn't have is a mistake; at run time its constructor says so.
        return valibotSchema.type === "object"
          ? { ...jsonSchema, additionalProperties: false }
          : undefined;
      },
    });
    return made;
  };
  const { $defs, ...document } = convert(DICT_CONFIG_SCHEMA, null);
  const values = Object.entries(NAMED_VALUES).map(([name, each]) => [name, convert(each, each)]);
  const whole = { ...document, $defs: { ...($defs as Data), ...Object.fromEntries(values) } };
  const reference = convert(REFERENCE, REFERENCE);
  const made = pruned(whole, JSON.stringify(reference)) as Data;
  const defs = { ...(made["$defs"] as Data), reference };
  const $schema = "http://json-schema.org/draft-07/schema#";
  return `${JSON.stringify({ $schema, title: TITLE, ...made, $defs: defs }, null, 1)}\n`;
}

/** Without choices that can't be, choices between one, and what goes without saying. */
function pruned(value: unknown, reference: string): unknown {
  if (Array.isArray(value)) return value.map((each) => pruned(each, reference));
  if (typeof value !== "object" || value === null) return value;
  if (JSON.stringify(value) === reference) return { $ref: "#/$defs/reference" };
  const {
    anyOf,
    propertyNames: _,
    ...rest
  } = Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, pruned(each, reference)]),
  );
  if (!Array.isArray(anyOf)) return rest;
  const all = anyOf.flatMap((each: Data) => {
    const { anyOf: within, ...others } = each;
    return Array.isArray(within) && Object.keys(others).length === 0 ? (within as Data[]) : [each];
  });
  const choices = all.filter((each) => {
    // Any text will do where a text will.
    if (each["$ref"] === "#/$defs/reference") return !all.some(isAnyText);
    return JSON.stringify(each) !== JSON.stringify(NOTHING);
  });
  const [first] = choices;
  return choices.length === 1 ? { ...rest, ...first } : { ...rest, anyOf: choices };
}

function isAnyText(choice: Data): boolean {
  return JSON.stringify(choice) === JSON.stringify({ type: "string" });
}
