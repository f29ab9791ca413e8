// Whether a dead process may have been writing to a file when it died. The file's
// lines and the journal's are then alike, and which of them count is settled by looking
// at the file: so it must not be compressed, handed over or removed before that. Asked
// with the kernel's proof in hand that nobody has the file open: whoever wrote to it is
// dead, and nobody will write to it again.

import { close, open, readAt, readdir, tolerate } from "./fs-op.ts";
import type { Steps } from "./fs-op.ts";
import { HEAD_BYTES, readHead } from "./journal-layout.ts";
import { MAKING } from "./journal.ts";
import { inFolder, inPrivateFolder } from "./log-site.ts";
import type { LogSite } from "./log-site.ts";
import { PRIVATE_FOLDER, parsePrivateName } from "./names.ts";

/** An entry of the private folder that is a journal of this log. */
export interface JournalEntry {
  readonly path: string;
  readonly unique: string;
  /** Whether it is still being made, and holds no lines. */
  readonly isNew: boolean;
}

/** What opening a journal says that belongs to another user. */
export const NOT_OURS = ["EACCES", "EPERM"] as const;

/** The journals of a log, those being made included, in no order. */
export function* listJournals(site: LogSite): Steps<JournalEntry[]> {
  const folder = inFolder(site, PRIVATE_FOLDER);
  const entries = yield* tolerate(readdir(folder), "ENOENT", "ENOTDIR", "EACCES");
  return (typeof entries === "string" ? [] : entries).flatMap((entry) => {
    const name = parsePrivateName(entry);
    if (name?.base !== site.base) return [];
    const isNew = name.use === "temporary" && name.unique.endsWith(MAKING);
    if (!isNew && name.use !== "journal") return [];
    return [{ path: inPrivateFolder(site, entry), unique: name.unique, isNew }];
  });
}

/**
 * Whether a journal speaks of a file, or can't be read by this process and might.
 *
 * @param id as in `FileStat.id`
 */
export function* isIntended(site: LogSite, id: string): Steps<boolean> {
  for (const { path, isNew } of yield* listJournals(site)) {
    if (isNew) continue;
    const fd = yield* tolerate(open(path, "overwrite"), "ENOENT", ...NOT_OURS);
    if (fd === "ENOENT") continue;
    if (typeof fd === "string") return true;
    try {
      const head = readHead(yield* readAt(fd, 0, HEAD_BYTES));
      if (head === "foreign") return true;
      if (head !== "damaged" && head.intent?.id === id) return true;
    } finally {
      yield* close(fd);
    }
  }
  return false;
}
