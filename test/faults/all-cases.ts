// All fault cases, in the order of the table.

import { descriptorCases } from "./descriptor-cases.ts";
import { diskCases } from "./disk-cases.ts";
import type { FaultCase } from "./fault-case.ts";
import { folderCases } from "./folder-cases.ts";
import { machineCases } from "./machine-cases.ts";

/** Every case, on whatever machine; each says itself whether it can be had here. */
export function allFaultCases(): FaultCase[] {
  return [...diskCases(), ...descriptorCases(), ...folderCases(), ...machineCases()];
}
