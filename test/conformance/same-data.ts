// Equality of plain data as JSON knows it: the order of keys means nothing, the
// order of arrays does. The judge and the deviations compare with it. It must
// not forgive a missing key, nor a value that JSON can't hold.

/** Whether two values are the same JSON data; `undefined` equals only itself. */
export function sameData(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(b, key) &&
      sameData((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  );
}

/** Where two values first differ, and how, for a person: `.root.level: 40, not 30`. */
export function firstDifference(expected: unknown, ours: unknown, path = ""): string {
  if (isObject(expected) && isObject(ours) && Array.isArray(expected) === Array.isArray(ours)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(ours)])) {
      const place = Array.isArray(expected) ? `${path}[${key}]` : `${path}.${key}`;
      if (!Object.hasOwn(ours, key)) return `${place} is missing`;
      if (!Object.hasOwn(expected, key)) return `${place} is too much`;
      if (!sameData(expected[key], ours[key])) {
        return firstDifference(expected[key], ours[key], place);
      }
    }
  }
  return `${path === "" ? "it" : path} is ${show(ours)}, not ${show(expected)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
