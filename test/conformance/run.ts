// The command behind `npm run conformance -- <folder>`: runs every case of a
// folder (by default the ones beside this file) and prints the table. Exits with
// 1 if a case fails, if the cases can't be read, or if a deviation is stale.

import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { DEVIATIONS, type Deviation } from "./deviations.ts";
import type { Part } from "./part.ts";
import { UnreadableCases, readCases, type CaseFolder } from "./read-cases.ts";
import { PARTS } from "./registry.ts";
import { reportText } from "./report.ts";
import { runCases, staleDeviations } from "./run-cases.ts";

/** The folder with the visible cases; this file runs from build/test/conformance/. */
export const DEFAULT_FOLDER: string = fileURLToPath(
  new URL("../../../test/conformance/cases", import.meta.url),
);

/** What the command prints, and the code it exits with. */
export interface RunResult {
  readonly text: string;
  readonly exitCode: 0 | 1;
}

/**
 * Runs the cases of a folder. Deviations are looked at for staleness only over
 * the visible cases: another folder need not show all of them.
 */
export function runFolder(
  folder: string = DEFAULT_FOLDER,
  parts: ReadonlyMap<string, Part> = PARTS,
  deviations: readonly Deviation[] = DEVIATIONS,
  visible: boolean = isDefault(folder),
): RunResult {
  let read: CaseFolder;
  try {
    read = readCases(folder);
  } catch (error) {
    if (!(error instanceof UnreadableCases)) throw error;
    return { text: `conformance: ${error.message}\n`, exitCode: 1 };
  }
  const results = runCases(read.cases, parts, deviations);
  const stale = visible ? staleDeviations(results, deviations, parts) : [];
  const failed = results.some(({ failures }) => failures.length > 0);
  return {
    text: reportText(results, deviations, stale, read.notes),
    exitCode: failed || stale.length > 0 ? 1 : 0,
  };
}

function isDefault(folder: string): boolean {
  try {
    return realpathSync(folder) === realpathSync(DEFAULT_FOLDER);
  } catch {
    return false;
  }
}

if (process.argv[1] !== undefined && isThisFile(process.argv[1])) {
  const { text, exitCode } = runFolder(process.argv[2]);
  process.stdout.write(text);
  process.exitCode = exitCode;
}

function isThisFile(path: string): boolean {
  return realpathSync(path) === realpathSync(fileURLToPath(import.meta.url));
}
