// Whether an open file is still one of the log's: a record that was just written to
// one that has lost its last name in the log went with it. A backup program may have
// made hard links of its own, so how many names the inode has says nothing. Called
// after a write where files can go while they are open.

import { hasOtherName } from "./active-file.ts";
import { identifyDated } from "./dated-file.ts";
import { isNameOf, tolerate } from "./fs-op.ts";
import type { Steps } from "./fs-op.ts";
import { inFolder } from "./log-site.ts";
import type { LogSite, OpenFile } from "./log-site.ts";

/** Whether a file that this process has open bears no name of the log any more. */
export function* isLost(site: LogSite, file: OpenFile): Steps<boolean> {
  if (yield* leads(file.path, file.id)) return false;
  if (site.naming.kind === null) return !(yield* isBackup(site, file.id));
  if ((yield* identifyDated(site)).some(({ id }) => id === file.id)) return false;
  return !(yield* hasOtherName(site, file.id));
}

/** Backups only move up, so that a look from the first to the last meets each. */
function* isBackup(site: LogSite, id: string): Steps<boolean> {
  for (let index = 1; index <= site.keep.count; index += 1) {
    if (yield* leads(inFolder(site, site.naming.numbered(index)), id)) return true;
  }
  return false;
}

function* leads(path: string, id: string): Steps<boolean> {
  return (yield* tolerate(isNameOf(path, id), "ENOTDIR")) === true;
}
