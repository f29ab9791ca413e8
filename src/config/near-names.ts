// Names that were probably meant: for what nobody registered, and for keys of a document
// that mean nothing. The registry and dictConfig ask here; whether a name is wrong is
// not decided here.

/** Further than this, a name is another one. */
const NEAREST = 3;

/** How many letters must be changed, added or left out to make one word of the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [at, char] of [...from].entries()) {
    const next = [at + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const changed = (row[column - 1] ?? 0) + (to[column - 1] === char ? 0 : 1);
      next.push(Math.min(changed, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/** Whether two words, whatever their case, are nearly the same. */
export function isNear(word: string, other: string): boolean {
  return distance(word.toLowerCase(), other.toLowerCase()) <= NEAREST;
}

/**
 * The one of `names` that a word, which is none of them, is a slip of; null where there is
 * none. A third of its letters may be wrong, or the underscores of another spelling.
 */
export function slipOf(word: string, names: readonly string[]): string | null {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[_-]/g, "");
  const given = plain(word);
  const meant = names.find((name) => distance(given, plain(name)) <= given.length / 3);
  return meant ?? null;
}
