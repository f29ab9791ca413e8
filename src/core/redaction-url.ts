// What redaction makes of a URL: its user name, its password and the parameters of its
// query have names like fields, though every format shows them within one text. The
// walk comes here. A copy is a URL again, and the original is not touched.

import { toText } from "./value.ts";

/** What stands for a part, by its name; undefined if it is to be left out. */
export type MaskPart = (name: string, value: string) => unknown;

/** Whether an object is a real URL, whatever it says of itself. */
export function isUrl(object: object): object is URL {
  try {
    Reflect.get(URL.prototype, "href", object);
    return true;
  } catch {
    return false;
  }
}

/** The URL with its parts masked; the same object where nothing is. */
export function maskedUrl(url: URL, credential: MaskPart, parameter: MaskPart): URL {
  const copy = new URL(url.href);
  let isChanged = false;
  for (const name of ["username", "password"] as const) {
    const value = copy[name];
    const masked = value === "" ? value : credential(name, value);
    if (masked === value) continue;
    isChanged = true;
    copy[name] = masked === undefined ? "" : toText(masked);
  }
  const parameters = [...copy.searchParams];
  const shown = parameters.map(([name, value]) => [name, parameter(name, value)] as const);
  if (shown.some(([, value], at) => value !== parameters[at]?.[1])) {
    isChanged = true;
    const kept = new URLSearchParams();
    for (const [name, value] of shown) if (value !== undefined) kept.append(name, toText(value));
    copy.search = kept.toString();
  }
  return isChanged ? copy : url;
}
