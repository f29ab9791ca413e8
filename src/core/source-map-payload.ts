// Finds the source map that a generated file names and reads it: beside the file, or in a
// data URL within. source-map.ts calls this once for each file. What comes out has the
// form that Node's SourceMap decodes, its sources as absolute URLs. Nothing is fetched
// from a network.

import { pathToFileURL } from "node:url";

import { readSourceText, sourcePath } from "./source-file.ts";

/** A source map as it is written, its sources made absolute. */
export interface Payload {
  readonly sources?: readonly unknown[];
  readonly sourceRoot?: unknown;
  readonly mappings?: unknown;
  readonly sections?: readonly { readonly map?: Payload }[];
}

/**
 * The payload of the map that a file names, in a comment at its end.
 *
 * @param text the file's
 * @param file its path or URL
 * @returns null if it names none, or one that can't be read
 * @throws for a map that is none
 */
export function readPayload(text: string, file: string): Payload | null {
  const reference = mapReference(text);
  if (reference === null) return null;
  const base = file.startsWith("file:") ? file : pathToFileURL(file).href;
  if (reference.startsWith("data:")) {
    const json = dataText(reference);
    return json === null ? null : parsePayload(json, base);
  }
  const url = new URL(reference, base);
  // Never from a network: a log call can't wait for one.
  if (url.protocol !== "file:") return null;
  const json = readSourceText(sourcePath(url.href));
  return json === null ? null : parsePayload(json, url.href);
}

/** What the last comment of the form says; the text is searched from its end. */
function mapReference(text: string): string | null {
  const at = text.lastIndexOf("sourceMappingURL=");
  if (at < 0) return null;
  const start = text.lastIndexOf("\n", at) + 1;
  if (!/(?:\/\/|\/\*)[#@][ \t]*$/.test(text.slice(Math.max(start, at - 20), at))) return null;
  return /^[^\s'"*]+/.exec(text.slice(at + "sourceMappingURL=".length))?.[0] ?? null;
}

function dataText(url: string): string | null {
  const comma = url.indexOf(",");
  const kind = url.slice("data:".length, comma);
  if (comma < 0 || !/^application\/json(?:;|$)/i.test(kind)) return null;
  const data = url.slice(comma + 1);
  return /;base64$/i.test(kind)
    ? Buffer.from(data, "base64").toString("utf8")
    : decodeURIComponent(data);
}

function parsePayload(json: string, base: string): Payload {
  // Some servers' maps begin with a line that no script may read.
  const text = json.startsWith(")]}") ? json.slice(json.indexOf("\n") + 1) : json;
  return withSources(JSON.parse(text) as Payload, base);
}

const MAPPINGS = /^[A-Za-z0-9+/,;]*$/;

function withSources(payload: Payload, base: string): Payload {
  const { sections, sources = [] } = payload;
  if (Array.isArray(sections)) {
    return {
      ...payload,
      sections: sections.map((section) => ({
        ...section,
        map: withSources(section.map ?? {}, base),
      })),
    };
  }
  // Node's decoder takes any character for a number.
  if (typeof payload.mappings !== "string" || !MAPPINGS.test(payload.mappings)) {
    throw new TypeError("no source map");
  }
  const root = typeof payload.sourceRoot === "string" ? payload.sourceRoot : "";
  const prefix = root === "" || root.endsWith("/") ? root : `${root}/`;
  return { ...payload, sources: sources.map((source) => absolute(prefix, source, base)) };
}

function absolute(prefix: string, source: unknown, base: string): string {
  if (typeof source !== "string" || source === "") return "";
  try {
    // A path, not a URL: these two would end one.
    return new URL((prefix + source).replaceAll("#", "%23").replaceAll("?", "%3F"), base).href;
  } catch {
    return source;
  }
}
