// A tree of loggers with a recorder at its root, for tests of what calls make. It is not
// the program's own tree: nothing has to be put back.

import { Manager, RootLogger } from "../../src/core/hierarchy.ts";
import type { Logger } from "../../src/core/logger.ts";
import { Recorder } from "./recorder.ts";

/** A new tree of level INFO, its logger "shop", and the handler of all of its records. */
export function recordedTree(): {
  manager: Manager;
  log: Logger;
  recorder: Recorder;
} {
  const manager = new Manager(new RootLogger("INFO"));
  const recorder = new Recorder();
  manager.root.addHandler(recorder);
  return { manager, log: manager.getLogger("shop"), recorder };
}
