// Strategy `claim`, the source's second fix done right: Python's picture without
// any lock, for machines and file systems where none is to be had. "Rename only
// if the dated file is not there" has a window between the look and the rename;
// here each step is a claim that the kernel decides: the period's file is made
// with O_EXCL under a hidden name that says the period, its dated name with
// link(2), which never replaces one. Who loses a claim goes on with what the
// winner made.
//
// A hidden name is never removed without a lock: between the look that a file
// has its dated name and the removal, another process might have made a new file
// under it. So one stays behind for each period, until retention, which needs
// the lock, takes it away.

import { attemptActive } from "../active-period.ts";
import { checkLinks, leadsBase } from "../base-file.ts";
import { openDated } from "../dated-file.ts";
import { fstat, now } from "../fs-op.ts";
import type { Strategy } from "../log-site.ts";

export const claim: Strategy = {
  *openFor(site, period, room) {
    const opening = yield* attemptActive(site, period, room, "claim");
    return opening ?? (yield* openDated(site, period, room));
  },

  *verify(site, file) {
    if ((yield* fstat(file.fd)).nlink === 0) return false;
    const current = site.periodAt(yield* now());
    return file.period.start !== current.start || (yield* leadsBase(site, file));
  },

  *check(site) {
    yield* checkLinks(site, "claim");
  },
};
