// Loses a record in a thousand, or writes it twice. No logger: the tests enter it into
// contests, which must find it out.

import { appendFileSync } from "node:fs";
import { join } from "node:path";

/** `setting.fault` says what it does wrong: "loses" or "doubles". */
export async function open({ folder, fault }) {
  const lines = [];
  const times = fault === "loses" ? 0 : 2;
  return {
    call: (call) => {
      for (let i = call % 1000 === 999 ? times : 1; i > 0; i -= 1) lines.push(`record ${call}\n`);
    },
    flush: () => appendFileSync(join(folder, "bench.log"), lines.splice(0).join("")),
  };
}
