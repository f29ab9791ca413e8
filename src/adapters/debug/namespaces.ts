// The patterns of the environment variable DEBUG, as the package `debug` reads them:
// `app:*,-app:noisy`. Which namespaces they switch on or off, and which of our loggers a
// namespace is. Nothing here reads the environment.

/** What a list of patterns says. */
export interface NamespacePatterns {
  /** Patterns that switch on. */
  readonly names: readonly string[];
  /** Patterns that switch off, without their minus; they win. */
  readonly skips: readonly string[];
}

/** Reads patterns, which stand between commas or spaces. */
export function readPatterns(text: string): NamespacePatterns {
  const parts = text.split(/[\s,]+/).filter((part) => part !== "");
  return {
    names: parts.filter((part) => !part.startsWith("-")),
    skips: parts.filter((part) => part.startsWith("-")).map((part) => part.slice(1)),
  };
}

/** `on` or `off` by the patterns; null for a namespace that none of them names. */
export function stateOf(
  namespace: string,
  { names, skips }: NamespacePatterns,
): "on" | "off" | null {
  if (skips.some((pattern) => matches(namespace, pattern))) return "off";
  return names.some((pattern) => matches(namespace, pattern)) ? "on" : null;
}

/** The name of a namespace's logger: `app:db` is `app.db`. */
export function loggerNameOf(namespace: string): string {
  return (
    namespace
      .split(/[:.]+/)
      .filter((part) => part !== "")
      .join(".") || "debug"
  );
}

// Whether the pattern, in which a star is any text, is the whole name. Between two stars
// the first place that fits is as good as any other, so one pass is enough.
function matches(name: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return name === pattern;
  if (!name.startsWith(first)) return false;
  const last = rest.pop() ?? "";
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
