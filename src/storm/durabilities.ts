// How soon a record must be safe, as the storm asks for it: the handlers' own option,
// and what each value of it promises when a process is killed. Plain data, used by
// whatever chooses rows, makes handlers, and judges. Pure.

/** The values of the handlers' option `durability`, in the order of the table. */
export const DURABILITIES = ["buffered", "journal", "write", "fsync"] as const;

export type Durability = (typeof DURABILITIES)[number];

/** What a handler of ours joins into one write at most, unless it is told otherwise; bytes. */
export const BATCH_BYTES = 65_536;

/** Whether lines wait in memory and are written many at once: a kill may cut any of them. */
export function isBatched(durability: Durability): boolean {
  return durability === "buffered" || durability === "journal";
}
