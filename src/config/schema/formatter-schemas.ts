// The schemas of formatters' entries, class by class, as handler-schemas.ts has those of
// handlers. The compiler refuses a table that lacks an option of its class, or has one of
// another type. config-schema.ts joins them.

import * as v from "valibot";

import type { RedactOption } from "../../core/redaction.ts";
import type { FormatterOptions } from "../../formatters/formatter.ts";
import type { JsonFormatterOptions } from "../../formatters/json.ts";
import type { LogfmtFormatterOptions } from "../../formatters/logfmt.ts";
import type { PrettyFormatterOptions } from "../../formatters/pretty-options.ts";
import { snakeCase } from "../registry/signature.ts";
import { FLAG, maybe, OBJECT, TEXT, valueOf, WHOLE, wordOf } from "./schema-values.ts";
import type { ValueSchema, ValueSchemas } from "./schema-values.ts";

type Anything = v.GenericSchema<unknown>;

const REDACT: ValueSchema<RedactOption> = valueOf(
  "an array of paths, or an object with paths, keys, censor and remove",
  v.array(TEXT),
  OBJECT,
);

const LIMITS = { maxDepth: WHOLE, maxItems: WHOLE, maxLength: WHOLE } as const;

const FORMATTER: ValueSchemas<FormatterOptions> = {
  datefmt: TEXT,
  style: wordOf("%", "{", "$"),
  validate: FLAG,
  defaults: OBJECT,
  timeZone: TEXT,
  lineBreaks: wordOf("keep", "indent", "escape"),
};

const JSON_FORMATTER: ValueSchemas<JsonFormatterOptions> = {
  preset: wordOf("daybook", "pino", "ecs", "otel"),
  keys: OBJECT,
  timeFormat: wordOf("iso", "epochMs"),
  levelFormat: wordOf("name", "lowercase", "number"),
  base: OBJECT,
  caller: FLAG,
  serializers: OBJECT as ValueSchema<JsonFormatterOptions["serializers"]>,
  redact: REDACT,
  ...LIMITS,
};

const LOGFMT: ValueSchemas<LogfmtFormatterOptions> = {
  nested: wordOf("dotted", "json"),
  base: OBJECT,
  redact: REDACT,
  ...LIMITS,
};

const PRETTY: ValueSchemas<PrettyFormatterOptions> = {
  colors: FLAG,
  levelColors: OBJECT as ValueSchema<PrettyFormatterOptions["levelColors"]>,
  timeFormat: TEXT,
  timeZone: TEXT,
  fields: valueOf("true, false, or an array of names", v.boolean(), v.array(TEXT)),
  codeFrame: FLAG,
  redact: REDACT,
};

/** What every formatter's entry may have. */
const KEYS = { format: maybe(TEXT), fmt: maybe(TEXT), ".": maybe(OBJECT) };

function schemaOf(options: Readonly<Record<string, Anything>>, named: Anything): Anything {
  const spelled = Object.entries(options).flatMap(([name, schema]): [string, Anything][] => [
    [name, maybe(schema)],
    [snakeCase(name), maybe(schema)],
  ]);
  return v.object({ ...KEYS, ...Object.fromEntries(spelled), class: named }, "an object");
}

/** The schemas of our own formatters, each with the name of its class. */
export const OWN_FORMATTERS: readonly { name: string; schema: Anything }[] = Object.entries({
  JsonFormatter: JSON_FORMATTER,
  LogfmtFormatter: LOGFMT,
  PrettyFormatter: PRETTY,
}).map(([name, options]) => ({ name, schema: schemaOf(options, v.literal(name)) }));

/** Python's formatter, and every class that is none of ours. */
export const PYTHON_FORMATTER: Anything = schemaOf(
  FORMATTER,
  maybe(v.pipe(TEXT, v.notValues(OWN_FORMATTERS.map(({ name }) => name))) as Anything),
);
