// The parts that the runner knows, by name. A part of the cases that is missing
// here counts as "not yet".

import type { Part } from "./part.ts";
import { basicconfig } from "./parts/basicconfig.ts";
import { dictconfig } from "./parts/dictconfig.ts";
import { filesToDeletePart } from "./parts/files-to-delete.ts";
import { formatter } from "./parts/formatter.ts";
import { periods } from "./parts/periods.ts";
import { record } from "./parts/record.ts";
import { sizeRotation } from "./parts/size-rotation.ts";
import { strftime } from "./parts/strftime.ts";
import { timedWalk } from "./parts/timed-walk.ts";
import { tree } from "./parts/tree.ts";

/** Every part with a runner. */
export const PARTS: ReadonlyMap<string, Part> = new Map(
  [
    basicconfig,
    dictconfig,
    filesToDeletePart,
    formatter,
    periods,
    record,
    sizeRotation,
    strftime,
    timedWalk,
    tree,
  ].map((part) => [part.name, part]),
);
