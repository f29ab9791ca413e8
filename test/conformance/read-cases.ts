// Reads case files: JSON lines, a header first, gzipped or plain. The runner calls
// it for every `*.jsonl.gz` and `*.jsonl` of a folder. A file that can't be read
// whole is an error that names it: a silently shorter list of cases would look
// like success.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import type { Case } from "./part.ts";

/** A folder or file of cases that can't be used; the message says which and why. */
export class UnreadableCases extends Error {
  override name = "UnreadableCases";
}

/** What a folder holds. */
export interface CaseFolder {
  /** Every case, file by file in the order of names. */
  readonly cases: readonly Case[];
  /** What is odd but no obstacle, such as fewer cases than a header counts. */
  readonly notes: readonly string[];
}

/**
 * Reads every `*.jsonl.gz` and `*.jsonl` of a folder.
 *
 * @throws UnreadableCases if the folder is missing or holds no cases, if a file
 *   is damaged or a line is not a case.
 */
export function readCases(folder: string): CaseFolder {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new UnreadableCases(`no folder of cases at ${folder}`, { cause: error });
  }
  const files = names.filter((name) => /\.jsonl(?:\.gz)?$/.test(name)).toSorted();
  const notes: string[] = [];
  const cases = files.flatMap((name) => readFile(join(folder, name), notes));
  if (cases.length === 0) throw new UnreadableCases(`no cases (*.jsonl.gz, *.jsonl) in ${folder}`);
  return { cases, notes };
}

function readFile(path: string, notes: string[]): Case[] {
  let text: string;
  try {
    const bytes = readFileSync(path);
    text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  } catch (error) {
    throw new UnreadableCases(`${path} is damaged: ${String(error)}`, { cause: error });
  }
  const lines = text.split("\n");
  const header = parseLine(path, 1, lines[0] ?? "");
  const cases: Case[] = [];
  for (const [index, line] of lines.entries()) {
    // The first line counts as a case too if it is one: then there is no header.
    if (line === "" || (index === 0 && !("id" in header))) continue;
    cases.push(asCase(path, index + 1, parseLine(path, index + 1, line)));
  }
  const count = header["count"];
  if (typeof count === "number" && cases.length !== count) {
    // A damaged file does not get this far; somebody picked some of its cases.
    notes.push(`${path} holds ${cases.length} cases, its header says ${count}`);
  }
  return cases;
}

function parseLine(path: string, number: number, line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new UnreadableCases(`${path}, line ${number} is not JSON: ${String(error)}`, {
      cause: error,
    });
  }
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  throw new UnreadableCases(`${path}, line ${number} is not an object`);
}

function asCase(path: string, number: number, value: Record<string, unknown>): Case {
  const whole =
    typeof value["id"] === "string" &&
    typeof value["part"] === "string" &&
    typeof value["input"] === "object" &&
    value["input"] !== null &&
    ("output" in value || "error" in value);
  if (whole) return value as unknown as Case;
  throw new UnreadableCases(
    `${path}, line ${number} is not a case: it needs id, part, input and output or error`,
  );
}
