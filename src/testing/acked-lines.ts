// Which lines' calls have returned, as a number that a state of the exploration can
// hold: each set of lines that occurs is known by the order in which it came up.

/** The sets of lines met so far; 0 is the empty one. */
export class AckedLines {
  /** Numbers stay below this. */
  static readonly MOST_SETS: number = 1 << 16;

  readonly #sets: (readonly string[])[] = [[]];
  readonly #numbers = new Map<string, number>([["", 0]]);

  /** The lines of a set. */
  lines(set: number): readonly string[] {
    return this.#sets[set] as readonly string[];
  }

  /** The number of a set with some lines more. */
  with(set: number, more: readonly string[]): number {
    if (more.length === 0) return set;
    const lines = [...new Set([...this.lines(set), ...more])].toSorted();
    const key = lines.join("\n");
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#sets.push(lines) - 1;
      if (number >= AckedLines.MOST_SETS) throw new RangeError("too many lines for one scenario");
      this.#numbers.set(key, number);
    }
    return number;
  }
}
