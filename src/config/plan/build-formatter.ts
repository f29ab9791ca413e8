// Formatters and filters of a document. Neither refers to anything else, so they are
// made first. CPython's rules: a formatter's class is called with format, datefmt,
// style, validate and defaults, whatever other keys the entry has; `()` gets all of them.

import { checkMethod } from "../../core/check-method.ts";
import type { FilterLike } from "../../core/filter.ts";
import type { RecordFormatter } from "../../core/formatter.ts";
import { Filter } from "../../filters/name.ts";
import { Formatter } from "../../formatters/formatter.ts";
import { buildCustom, call, isFilter } from "./build-custom.ts";
import { ConfigEntry } from "./config-document.ts";
import type { ConfigDocument } from "./config-document.ts";
import { located } from "../config-error.ts";
import { isTrue } from "./python-values.ts";
import { seen } from "../registry/refused-promise.ts";
import { importName } from "../registry/registry.ts";
import { setAttributes } from "./set-attributes.ts";
import { hasMethod } from "./value-shapes.ts";
import { isClass, signatureOf, spellingsOf } from "../registry/signature.ts";

/** What a formatter's class that has no signature is told besides the format. */
const OPTIONS: readonly string[] = ["datefmt", "style", "validate", "defaults"];

/**
 * Makes a formatter of its entry. A formatter in the entry's place is taken as it is.
 *
 * @throws what CPython throws, with the place; TypeError for what has no `format` method.
 */
export function buildFormatter(
  document: ConfigDocument,
  raw: unknown,
  path: string,
): RecordFormatter {
  if (hasMethod(raw, "format")) return raw as RecordFormatter;
  const entry = new ConfigEntry(document, raw, path, "a formatter's entry");
  const made = entry.has("()") ? buildCustom(entry) : buildByClass(entry);
  return located(path, {}, () => {
    const accepted = "a Formatter, or an object with a format(record) method";
    checkMethod(made, "format", "a formatter", accepted);
    return made as RecordFormatter;
  });
}

/**
 * Makes a filter of its entry: by `name`, or by `()`. A filter in the entry's place is
 * taken as it is.
 */
export function buildFilter(document: ConfigDocument, raw: unknown, path: string): FilterLike {
  if (isFilter(raw)) return raw;
  const entry = new ConfigEntry(document, raw, path, "a filter's entry");
  // What it made is looked at when somebody wants it as a filter.
  if (entry.has("()")) return buildCustom(entry) as FilterLike;
  const name = entry.get("name");
  return call(Filter, name === undefined ? {} : { name }, path) as FilterLike;
}

function buildByClass(entry: ConfigEntry): unknown {
  const named = entry.get("class");
  const path = entry.pathOf("class");
  const callable = isTrue(named)
    ? typeof named === "function"
      ? named
      : located(path, {}, () => importName(named))
    : Formatter;
  const made = callFormatter(callable, entry);
  if (typeof made === "object" && made !== null) setAttributes(made, entry);
  return made;
}

function callFormatter(callable: unknown, entry: ConfigEntry): unknown {
  const signature = typeof callable === "function" ? signatureOf(callable) : null;
  if (signature !== null || typeof callable !== "function") {
    const spellings = signature === null ? null : spellingsOf(signature);
    // Beside a `format`, a `fmt` is one of the keys that CPython doesn't look at.
    const counts = (key: string): boolean => key !== "fmt" || !entry.has("format");
    return call(
      callable,
      entry.pick((key) => spellings?.has(key) === true && counts(key)),
      entry.path,
    );
  }
  const options = entry.pick((key) => OPTIONS.includes(key));
  const args = [entry.get("format") ?? null, options];
  return located(entry.path, options, () =>
    isClass(callable)
      ? Reflect.construct(callable, args)
      : seen(Reflect.apply(callable, null, args), callable),
  );
}
