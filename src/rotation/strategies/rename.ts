// Strategy `rename`, the source's first fix done right: Python's picture of a
// real file `httpsrv.log` that becomes `httpsrv.log.2019-09-03` when its period
// is over. What makes it safe is that the active file has a second, hidden name
// in `.daybook/` which says its period, from its first moment on. So a crash
// anywhere leaves the period known, and nothing is concluded from clocks.
//
// Names change only under the log's lock, and a dated name is made with link(2),
// which never replaces one. Who still holds the old file goes on writing records
// of its period into it, which is right: the file now bears that period's name.

import { attemptActive } from "../active-period.ts";
import { checkLinks, leadsBase } from "../base-file.ts";
import { openDated } from "../dated-file.ts";
import { fstat, now } from "../fs-op.ts";
import { PATIENT, isLockFree, withLogLock } from "../log-lock.ts";
import type { Strategy } from "../log-site.ts";

export const rename: Strategy = {
  *openFor(site, period, room) {
    return yield* withLogLock(site, PATIENT, function* (held) {
      // Without the lock no name may change hands, but a record need not wait:
      // its period's dated file is open to all.
      const opening = held ? yield* attemptActive(site, period, room, "retire") : null;
      return opening ?? (yield* openDated(site, period, room));
    });
  },

  *verify(site, file) {
    if ((yield* fstat(file.fd)).nlink === 0) return false;
    const current = site.periodAt(yield* now());
    if (file.period.start !== current.start || (yield* leadsBase(site, file))) return true;
    // The file is not the active one. Opening another makes sense only if the
    // lock is free; a log call must not wait for a stopped holder again and again.
    return !(yield* isLockFree(site));
  },

  *check(site) {
    yield* withLogLock(site, PATIENT, () => checkLinks(site, "rename"));
  },
};
