// What must be true of a log's folder when nobody writes any more and one fresh
// process has tidied up: nothing half done is left, every retired file is packed,
// what retention gives up is gone. Goes by names alone; the lines are the
// checker's affair. Pure; shares no parser with the rotation room.

import { readHiddenName, readName } from "./folder-names.ts";
import type { FolderName } from "./folder-names.ts";
import { retiredPeriods } from "./retired.ts";
import type { Variation } from "./variations.ts";
import { hasRetention, isNumbered } from "./variations.ts";

export interface RestInput {
  readonly variation: Variation;
  /** The log's own name. */
  readonly base: string;
  /** The names in the log's folder, and in its private one. */
  readonly names: readonly string[];
  readonly privateNames: readonly string[];
  /** The period that the log's own name leads to; null for none. */
  readonly ownName: string | null;
  /** The period of the clock while the fresh process tidied up. */
  readonly lastSuffix: string;
}

/** What is wrong with the folder, each in a sentence; empty when nothing is. */
export function restFaults(input: RestInput): string[] {
  const { base, names, variation } = input;
  const files: FolderName[] = [];
  const faults: string[] = [];
  for (const name of names) {
    const read = readName(base, name, isNumbered(variation));
    if (read !== null) files.push(read);
    else if (name !== ".daybook") faults.push(`${name} is no name of a log's file`);
  }
  for (const { name, marked } of files) {
    if (marked) faults.push(`${name} is left over from a compression`);
  }
  return [
    ...faults,
    ...ownNameFaults(input),
    ...privateFaults(input),
    ...packingFaults(input, files),
    ...retentionFaults(input, files),
  ];
}

/** The log's own name leads to the current file, unless nobody is there to see to that. */
function ownNameFaults({ variation, ownName, lastSuffix, base }: RestInput): string[] {
  const isForgotten = variation.strategy === "external" && variation.lock === "none";
  if (isNumbered(variation) || isForgotten || ownName === lastSuffix) return [];
  return [`${base} leads to ${ownName ?? "nothing"}`];
}

/** The private folder holds locks, and the hidden names that a strategy has at rest. */
function privateFaults({ variation, base, privateNames, lastSuffix }: RestInput): string[] {
  const faults: string[] = [];
  for (const name of privateNames) {
    const hidden = readHiddenName(base, name);
    if (hidden !== null && mayHide(variation, hidden, lastSuffix)) continue;
    if (hidden !== null) faults.push(`.daybook/${name} still hides a file of the past`);
    else if (name !== `${base}.lock` && !STATE.test(name)) {
      faults.push(`.daybook/${name} is left over`);
    }
  }
  return faults;
}

/** What is kept beside a log for good, but is neither a lock nor a hidden name. */
const STATE = /\.(?:bases|state)$/;

function mayHide({ strategy }: Variation, { suffix }: FolderName, lastSuffix: string): boolean {
  switch (strategy) {
    case "rename":
      return (suffix ?? "") >= lastSuffix;
    case "claim":
    case "external":
      // Claimed names stay; without its job the external strategy has no other.
      return true;
    default:
      return false;
  }
}

/** Whether all that is over is packed, and nothing that is not. */
function packingFaults(
  { variation, lastSuffix }: RestInput,
  files: readonly FolderName[],
): string[] {
  const numbered = isNumbered(variation);
  return files.flatMap(({ name, suffix, index, marked, packing }) => {
    if (marked) return [];
    if (variation.compress === "") return packing === "" ? [] : [`${name} is packed, unasked`];
    const isOver = numbered ? index > 0 : suffix !== null && suffix < lastSuffix;
    const mayBePacked = numbered ? index > 0 : suffix !== null && suffix <= lastSuffix;
    if (isOver && packing === "") return [`${name} is not packed`];
    return !mayBePacked && packing !== "" ? [`${name} is packed before its time`] : [];
  });
}

/** Whether what may go is gone; whether what must stay is there, the checker finds by its lines. */
function retentionFaults(
  { variation, lastSuffix }: RestInput,
  files: readonly FolderName[],
): string[] {
  if (!hasRetention(variation)) return [];
  const { backupCount } = variation;
  if (isNumbered(variation)) {
    return files
      .filter(({ index }) => index > backupCount)
      .map(({ name }) => `${name} is beyond the ${backupCount} files to keep`);
  }
  const suffixes = files.flatMap(({ suffix }) => suffix ?? []);
  const retired = retiredPeriods(suffixes, lastSuffix, backupCount);
  return files
    .filter(({ suffix }) => suffix !== null && retired(suffix))
    .map(({ name }) => `${name} is beyond the ${backupCount} periods to keep`);
}
