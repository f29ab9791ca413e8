// The storm's line: what a worker writes and the checker reads. A line says who
// wrote it, as which call, for which moment, and carries a pad whose every
// character follows from the call's number, so that a line that lost, gained or
// mixed a single byte is not a line any more. Pure; must never touch a file.

/** What a line says. */
export interface StormLine {
  /** The worker's id; a respawned worker has a new one. */
  readonly worker: string;
  /** Which call of that worker this was, from 0. */
  readonly seq: number;
  /** The record's own time, epoch milliseconds. */
  readonly ms: number;
  /** How often the pad character is repeated. */
  readonly padLength: number;
}

/** The longest pad that a line may claim; about 100 KiB of ASCII, four times that at most. */
export const MAX_PAD_LENGTH = 102_400;

// One, two, three and four bytes in UTF-8, quotes and a blank: what a pipeline could mangle.
const PAD_CHARACTERS = ["a", "é", "7", "€", '"', "漢", " ", "😀", "Z", "\\", "я"];

const LINE = /^L\|([A-Za-z0-9.-]+)\|(\d{1,15})\|(\d{1,15})\|(\d{1,6})\|/;

/** The one character that fills the pad of call `seq`. */
export function padCharacter(seq: number): string {
  return PAD_CHARACTERS[seq % PAD_CHARACTERS.length] ?? "?";
}

/** The text of a line, without its newline. */
export function formatLine(line: StormLine): string {
  const pad = padCharacter(line.seq).repeat(line.padLength);
  return `L|${line.worker}|${line.seq}|${line.ms}|${line.padLength}|${pad}|E`;
}

/** Reads a line back; null unless every byte of it is as `formatLine` writes it. */
export function parseLine(bytes: Buffer): StormLine | null {
  const text = bytes.toString("utf8");
  const match = LINE.exec(text);
  if (match === null) return null;
  const line = {
    worker: match[1] ?? "",
    seq: Number(match[2]),
    ms: Number(match[3]),
    padLength: Number(match[4]),
  };
  if (line.padLength > MAX_PAD_LENGTH) return null;
  return formatLine(line) === text ? line : null;
}

/**
 * Whether `bytes` may be what is left of call `seq` of `worker` after a SIGKILL:
 * a proper prefix of a line, cut at any byte, also inside a character. The
 * record's time and the pad's length are the worker's secret until they are
 * complete, so any digits pass for them.
 */
export function isStump(bytes: Buffer, worker: string, seq: number): boolean {
  const head = `L|${worker}|${seq}|`;
  const text = bytes.subarray(0, head.length + 32).toString("latin1");
  if (text.length <= head.length) return head.startsWith(text);
  if (!text.startsWith(head)) return false;
  const rest = /^(\d{1,15})(?:\|(?:(\d{1,6})(\|)?)?)?/.exec(text.slice(head.length));
  if (rest === null) return false;
  if (rest[3] === undefined) return rest[0].length === text.length - head.length;
  const padLength = Number(rest[2]);
  if (padLength > MAX_PAD_LENGTH) return false;
  const whole = Buffer.from(formatLine({ worker, seq, ms: Number(rest[1]), padLength }), "utf8");
  return bytes.length < whole.length && whole.subarray(0, bytes.length).equals(bytes);
}
