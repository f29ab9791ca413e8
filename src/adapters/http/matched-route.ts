// Which route of Express took a request, as a pattern: `/orders/:id`, not `/orders/7`.
// The Express door asks for it when the response is over. By then Express has forgotten
// where the route's router was mounted, if an error came up through it; so that is
// noted in the moment in which the route is set.

import { readProperty, toText } from "../../core/value.ts";

/**
 * Watches a request for its route. The function that is returned gives the pattern,
 * or null where no route took the request (yet).
 */
export function watchRoute(request: object): () => string | null {
  let route = readProperty(request, "route");
  let pattern: string | null = null;
  Object.defineProperty(request, "route", {
    configurable: true,
    enumerable: true,
    get: () => route,
    set: (given: unknown) => {
      route = given;
      pattern = patternOf(request, given);
    },
  });
  return () => pattern;
}

function patternOf(request: object, route: unknown): string | null {
  if (typeof route !== "object" || route === null) return null;
  const path = readProperty(route, "path");
  if (path === undefined || path === null) return null;
  const mounted = readProperty(request, "baseUrl");
  return `${typeof mounted === "string" ? mounted : ""}${toText(path)}`;
}
