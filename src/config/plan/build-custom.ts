// What the builders of formatters, filters and handlers have in common: the call of the
// class or function that an entry names, and the list of filters that a handler or
// logger names. Errors are CPython's, with their places.

import { checkFilter } from "../../core/check-method.ts";
import type { FilterLike } from "../../core/filter.ts";
import type { Filterer } from "../../core/filter.ts";
import { repr } from "../../core/value.ts";
import type { ConfigDocument, ConfigEntry } from "./config-document.ts";
import { inContext, located, pathTo } from "../config-error.ts";
import { hasMethod, isObject, listAt } from "./value-shapes.ts";
import { isTrue } from "./python-values.ts";
import { resolveName } from "../registry/registry.ts";
import { setAttributes } from "./set-attributes.ts";
import { construct } from "../registry/signature.ts";

/**
 * Makes what an entry with `()` describes: calls the class or function that stands there
 * with the other keys, and sets the attributes.
 *
 * @throws ValueError for a name that isn't registered; what the call throws.
 */
export function buildCustom(entry: ConfigEntry): unknown {
  const made = call(callableAt(entry, "()"), entry.argumentsWithout(["()"]), entry.path);
  if (isObject(made)) setAttributes(made, entry);
  return made;
}

/** The class or function under a key of an entry, or that is named there. @throws as `resolved` */
export function callableAt(entry: ConfigEntry, key: string): unknown {
  const named = entry.get(key);
  return typeof named === "function" ? named : resolved(named, entry.pathOf(key));
}

/** What a name in an entry stands for. @throws ValueError, CPython's, with the place. */
export function resolved(name: unknown, path: string): unknown {
  return located(path, {}, () => resolveName(name));
}

/** Calls what an entry names; what the call throws gets its place. */
export function call(callable: unknown, given: Record<string, unknown>, path: string): unknown {
  return located(path, given, () => construct(callable, given));
}

/** The filters that an entry names or holds; none if it has none. */
export function filtersOf(document: ConfigDocument, entry: ConfigEntry): FilterLike[] {
  const given = entry.get("filters");
  if (!isTrue(given)) return [];
  const path = entry.pathOf("filters");
  return listAt(given, path).map((each, index) => {
    const where = pathTo(path, index);
    return inContext(`Unable to add filter ${repr(each)}`, { path: where, value: each }, () => {
      const filter = isFilter(each) ? each : document.madeOf("filters", each, where);
      return located(where, {}, () => checkedFilter(filter));
    });
  });
}

/** Adds filters to a handler or logger; those that are there stay. */
export function addFilters(filterer: Filterer, filters: readonly FilterLike[]): void {
  for (const filter of filters) filterer.addFilter(filter);
}

/** Whether something is a filter rather than the name or the description of one. */
export function isFilter(value: unknown): value is FilterLike {
  return typeof value === "function" || hasMethod(value, "filter");
}

function checkedFilter(filter: unknown): FilterLike {
  checkFilter(filter);
  return filter as FilterLike;
}
