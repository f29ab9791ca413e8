// The one schema of documents. Its types are in document-types.ts, the JSON Schema in
// schema/ is made of it, and dictConfig checks every document by it: after CPython's own
// errors, for what CPython takes without looking and stumbles over later. Keys that are
// not known are no concern of it at run time; CPython leaves them alone.

import * as v from "valibot";

import { isPlainObject, shortRepr } from "../../core/value.ts";
import { configError, pathTo } from "../config-error.ts";
import type { DictConfig } from "./document-types.ts";
import { OWN_FORMATTERS, PYTHON_FORMATTER } from "./formatter-schemas.ts";
import { HANDLER_KEYS, HANDLER_SCHEMAS } from "./handler-schemas.ts";
import { FLAG, LEVEL, LIVE, listOf, maybe, OBJECT, REFERENCE, TEXT } from "./schema-values.ts";
import { valueOf } from "./schema-values.ts";

type Anything = v.GenericSchema<unknown>;

const CUSTOM = v.looseObject({ "()": TEXT, ".": v.optional(maybe(OBJECT)) }, "an object");

const FILTER = v.object({ name: v.optional(TEXT) }, "an object");

const KNOWN_CLASSES = HANDLER_SCHEMAS.flatMap(({ names }) => names);

/** A handler of a class that the program has registered. */
const OTHER_HANDLER = v.looseObject(
  { class: v.pipe(v.string(), v.notValues(KNOWN_CLASSES)), ...HANDLER_KEYS },
  "an object",
);

const CUSTOM_HANDLER = v.looseObject({ "()": TEXT, ...HANDLER_KEYS }, "an object");

/** A handler's entry in an incremental document. */
const LEVEL_ONLY = v.object({ level: maybe(LEVEL) }, "an object");

const ROOT_KEYS = {
  level: maybe(LEVEL),
  handlers: maybe(listOf("an array of names of entries of handlers", TEXT)),
  filters: maybe(listOf("an array of names of entries of filters", TEXT)),
};

const ROOT = v.object(ROOT_KEYS, "an object");

const LOGGER = v.object(
  // CPython goes by the truth of any value, and its own documents have "true".
  { ...ROOT_KEYS, propagate: maybe(valueOf("true or false", FLAG, v.picklist(["true", "True"]))) },
  "an object",
);

/**
 * A schema of entries of several kinds, of which one is chosen by the entry, so that an
 * issue tells of the option and not of the entry. What is no object is a thing of the
 * program's, or looked up.
 */
function entryOf(
  kinds: readonly Anything[],
  choose: (entry: Readonly<Record<string, unknown>>) => Anything,
): { entry: Anything; all: Anything } {
  const all = v.union([...kinds, REFERENCE, LIVE], "an object");
  // The conversion to JSON Schema asks with undefined.
  return { entry: v.lazy((value) => (isPlainObject(value) ? choose(value) : all)), all };
}

const isCustom = (entry: Readonly<Record<string, unknown>>): boolean => Object.hasOwn(entry, "()");

const formatter = entryOf(
  [...OWN_FORMATTERS.map(({ schema }) => schema), PYTHON_FORMATTER, CUSTOM],
  (entry) => {
    if (isCustom(entry)) return CUSTOM;
    const own = OWN_FORMATTERS.find(({ name }) => name === entry["class"]);
    return own?.schema ?? PYTHON_FORMATTER;
  },
);

const filter = entryOf([FILTER, CUSTOM], (entry) => (isCustom(entry) ? CUSTOM : FILTER));

const logger = entryOf([LOGGER], () => LOGGER);

const root = entryOf([ROOT], () => ROOT);

const handler = entryOf(
  [...HANDLER_SCHEMAS.map(({ schema }) => schema), OTHER_HANDLER, CUSTOM_HANDLER, LEVEL_ONLY],
  (entry) => {
    if (isCustom(entry)) return CUSTOM_HANDLER;
    const { class: named } = entry;
    const known = HANDLER_SCHEMAS.find(({ names }) => names.some((each) => each === named));
    if (known !== undefined) return known.schema;
    return typeof named === "string" ? OTHER_HANDLER : v.looseObject(HANDLER_KEYS, "an object");
  },
);

/** A part of a document that has entries. */
function sectionOf(entry: Anything): { section: Anything; all: Anything } {
  const record = v.record(v.string(), entry, "an object with entries by name");
  const all = v.union([record, REFERENCE]);
  const section = v.lazy((value) => {
    if (value === undefined) return all;
    return typeof value === "string" ? valueOf("an object with entries by name") : record;
  });
  return { section: v.optional(section), all };
}

const formatters = sectionOf(formatter.entry);
const filters = sectionOf(filter.entry);
const handlers = sectionOf(handler.entry);
const loggers = sectionOf(logger.entry);

/** The schema of a whole document. */
export const DICT_CONFIG_SCHEMA: v.GenericSchema<DictConfig> = v.looseObject(
  {
    version: v.literal(1, "1"),
    incremental: maybe(FLAG),
    disable_existing_loggers: maybe(FLAG),
    disableExistingLoggers: maybe(FLAG),
    formatters: formatters.section,
    filters: filters.section,
    handlers: handlers.section,
    loggers: loggers.section,
    root: v.nullish(root.entry),
  },
  "an object",
) as Anything as v.GenericSchema<DictConfig>;

/** The names of parts of the schema in the published JSON Schema. */
export const SCHEMA_DEFINITIONS: Readonly<Record<string, Anything>> = {
  formatters: formatters.all,
  formatter: formatter.all,
  filters: filters.all,
  filter: filter.all,
  handlers: handlers.all,
  handler: handler.all,
  loggers: loggers.all,
  logger: logger.all,
  root: root.all,
};

/** @throws TypeError for the first value of a document that the schema does not take. */
export function checkDocument(document: unknown): void {
  const { issues } = v.safeParse(DICT_CONFIG_SCHEMA, document, { abortEarly: true });
  const issue = issues?.[0];
  if (issue === undefined) return;
  const path = (issue.path ?? []).reduce((above, { key }) => pathTo(above, key as string), "");
  const { input: value, message: accepted } = issue;
  throw configError("TypeError", `${path} can't be ${shortRepr(value)}; accepted: ${accepted}`, {
    path,
    value,
    accepted,
  });
}
