// Reads a configuration file whole, as text. The config room comes here; nothing is
// parsed or kept, and a file that can't be read is an error, never an empty text.

import { readFileSync, statSync } from "node:fs";
import { TextDecoder } from "node:util";

import { ValueError } from "../core/errors.ts";

/** Python's names of encodings that TextDecoder knows by another. */
const LABELS: ReadonlyMap<string, string> = new Map([
  ["utf-8-sig", "utf-8"],
  ["latin-1", "latin1"],
  ["us-ascii", "ascii"],
]);

/** What a name stands for before anybody reads it. */
export type FileState = "missing" | "empty" | "there";

/** Whether there is a file of this name, and anything in it. @throws nothing. */
export function fileState(path: string | URL): FileState {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return "missing";
  return found.isFile() && found.size === 0 ? "empty" : "there";
}

/**
 * The file's text. A byte order mark is taken off; `label` names an encoding as
 * the WHATWG does, or as Python does: `utf-8`, `latin-1`.
 *
 * @throws what the file system throws (it names the file); ValueError for bytes that
 * are not of the encoding, and for an encoding that isn't known.
 */
export function readConfigText(path: string | URL, label: string): string {
  const decoder = decoderOf(label);
  const bytes = readFileSync(path);
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new ValueError(`${String(path)} is not encoded in ${label}`, {
      value: label,
      accepted: "the encoding that the file is written in",
      cause: error,
    });
  }
}

function decoderOf(label: string): TextDecoder {
  const name = String(label).toLowerCase().replaceAll("_", "-");
  try {
    return new TextDecoder(LABELS.get(name) ?? name, { fatal: true });
  } catch (error) {
    throw new ValueError(`unknown encoding: ${label}`, {
      value: label,
      accepted: "an encoding that TextDecoder knows, such as utf-8 or latin1",
      cause: error,
    });
  }
}
