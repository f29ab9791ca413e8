// Strategy `external`, the source's fourth fix done right: the application does
// not rotate; a cron job or a timer runs `daybook rotate` (rotate.ts), which gives
// past files their dated names and lets the base lead to the current one. The job
// can't run at the very moment of midnight, and processes can't notice it at
// once; so each record goes, here too, into the file of its own period, which
// until the job comes has only its hidden name. No line ends up in the wrong day,
// whenever the job runs.

import { attemptActive } from "../active-period.ts";
import { checkLinks } from "../base-file.ts";
import { openDated } from "../dated-file.ts";
import { fstat, lstat, now, tolerate } from "../fs-op.ts";
import { inFolder } from "../log-site.ts";
import type { Strategy } from "../log-site.ts";

export const external: Strategy = {
  *openFor(site, period, room) {
    const opening = yield* attemptActive(site, period, room, "leave");
    return opening ?? (yield* openDated(site, period, room));
  },

  *verify(site, file) {
    if ((yield* fstat(file.fd)).nlink === 0) return false;
    // A base that was removed is made anew; where it leads is the job's business.
    const current = site.periodAt(yield* now());
    if (file.period.start !== current.start) return true;
    return (yield* tolerate(lstat(inFolder(site, site.base)), "ENOENT")) !== "ENOENT";
  },

  *check(site) {
    yield* checkLinks(site, "external");
  },
};
