// No log call at all: what the loop and the turns of a contest cost by themselves.

import { atSites } from "../scenarios.mjs";

/** Opens nothing. */
export async function open({ scenario }) {
  const counts = { calls: 0 };
  const call = () => {
    counts.calls += 1;
  };
  return {
    ...(scenario === "disabled" ? { calls: atSites(() => call) } : { call }),
    writesNothing: true,
  };
}
