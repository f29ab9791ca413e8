// The names that a log leaves in its folder, read without a line of the rotation
// room: if that room named a file wrongly, a checker that shared its parser would
// agree with it. Pure. Used by whatever looks into a storm's folder.

/** The folder beside a log for what readers of the log need not see. */
export const PRIVATE_FOLDER = ".daybook";

/** What a name says of a log's file. */
export interface FolderName {
  readonly name: string;
  /** The date of its period; null for the base and for `base.1`, `base.2`, ... */
  readonly suffix: string | null;
  /** Which file of the period, or which backup; 0 when the name gives none. */
  readonly index: number;
  /** Marked `~`: being compressed, or left over from that. */
  readonly marked: boolean;
  readonly packing: "" | "gz" | "zst";
}

/**
 * What a public name of the log is: `base`, `base.<date>` or `base.<number>`, each
 * with `.n`, `~`, `.gz`, `.zst` as may be. Null for a foreign one.
 *
 * @param numbered - whether the log's files bear numbers instead of dates.
 */
export function readName(base: string, name: string, numbered: boolean): FolderName | null {
  if (name === base) return { name, suffix: null, index: 0, marked: false, packing: "" };
  if (!name.startsWith(`${base}.`)) return null;
  const rest = name.slice(base.length + 1);
  const match = (numbered ? NUMBERED : DATED).exec(rest);
  if (match === null) return null;
  const { date = null, index = "0", mark = "", packing = "" } = match.groups ?? {};
  return {
    name,
    suffix: date,
    index: Number(index),
    marked: mark !== "",
    packing: packing === "" ? "" : packing === ".gz" ? "gz" : "zst",
  };
}

/** The same for the hidden name of an active file, `base.<date>.<n>.active`. */
export function readHiddenName(base: string, name: string): FolderName | null {
  const match = name.startsWith(`${base}.`) ? HIDDEN.exec(name.slice(base.length + 1)) : null;
  if (match === null) return null;
  const { date = "", index = "0" } = match.groups ?? {};
  return { name, suffix: date, index: Number(index), marked: false, packing: "" };
}

/** The process that a journal belongs to, by its name `base.<pid>-<unique>.journal`; null for another name. */
export function readJournalName(base: string, name: string): number | null {
  const match = name.startsWith(`${base}.`) ? JOURNAL.exec(name.slice(base.length + 1)) : null;
  return match === null ? null : Number(match[1]);
}

/** One file of a log in all its forms: plain, marked, packed. */
export function slotOf({ suffix, index }: FolderName): string {
  return `${suffix ?? ""}.${index}`;
}

const DATE = "(?<date>\\d{4}-\\d{2}-\\d{2})";
const FORM = "(?<mark>~?)(?<packing>\\.gz|\\.zst)?$";
const DATED = new RegExp(`^${DATE}(?:\\.(?<index>\\d+))?${FORM}`);
const NUMBERED = new RegExp(`^(?<index>[1-9]\\d*)${FORM}`);
const JOURNAL = /^(\d+)-[^/]*\.journal$/;
const HIDDEN = new RegExp(`^${DATE}\\.(?<index>\\d+)\\.active$`);
