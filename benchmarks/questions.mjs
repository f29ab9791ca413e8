// The questions, in the order in which they are asked and told.

import allocation from "./allocation.bench.mjs";
import archives from "./archives.bench.mjs";
import caller from "./caller.bench.mjs";
import classes from "./classes.bench.mjs";
import disabled from "./disabled.bench.mjs";
import field from "./field.bench.mjs";
import kill from "./kill.bench.mjs";
import long from "./long.bench.mjs";
import presets from "./presets.bench.mjs";
import processes from "./processes.bench.mjs";
import profile from "./profile.bench.mjs";
import start from "./start.bench.mjs";
import syscalls from "./syscalls.bench.mjs";
import text from "./text.bench.mjs";
import turns from "./turns.bench.mjs";

/** Each has a name, a title, `run` for its rows and `columns` to show them. */
export const questions = [
  classes,
  disabled,
  field,
  text,
  presets,
  caller,
  turns,
  long,
  processes,
  archives,
  kill,
  allocation,
  syscalls,
  start,
  profile,
];
