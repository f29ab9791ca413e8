// Puts off the emptying of files of mode "w" while handlers are made of which it isn't
// known yet whether they will be used: a configuration with a mistake must not cost
// anybody a log. The configuration calls it; openLog and emptyFile ask. Everything
// within is synchronous, so it concerns nobody else's files.

/** Empties one file. */
type Emptying = () => void;

let putOff: Emptying[] | null = null;

/** Whether a file may be emptied now; if not, `later` is kept and does it if it is called. */
export function mayEmpty(later: Emptying): boolean {
  putOff?.push(later);
  return putOff === null;
}

/**
 * Runs `action`, during which files of mode "w" are opened as they are. Returns what it
 * returned, and what is to be called to empty those files.
 */
export function withoutEmptying<T>(action: () => T): { result: T; emptyings: readonly Emptying[] } {
  const before = putOff;
  const emptyings: Emptying[] = [];
  putOff = emptyings;
  try {
    return { result: action(), emptyings };
  } finally {
    putOff = before;
  }
}
