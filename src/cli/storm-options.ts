// The options of `daybook storm`: what there is, what it may be, what few seeds and many
// take by default. commands/storm.ts runs with what comes out of here.

import { randomInt } from "node:crypto";

import { DURABILITIES } from "../storm/durabilities.ts";
import type { StormOptions } from "../storm/storm.ts";
import { FEATURES, STRATEGIES } from "../storm/variations.ts";
import type { With } from "../storm/variations.ts";
import { isZone } from "../storm/zone-days.ts";
import { ArgumentError } from "./argument-error.ts";
import { oneOf, readOptions, refuse, wholeNumber } from "./read-arguments.ts";

export const STORM_HELP = `daybook storm: many processes share one log while a fast clock crosses many midnights

Usage: daybook storm [options]

Each of our strategies, and beside them broken handlers as specimens, goes through the same
storm and through the idle-writer walk (a process that is silent for a day and writes first on
the next). A checker then reads every file, archives too, and counts, line by line.

Options:
  --processes N      processes that share the log, 2 to 64 (default 8, of many seeds 6)
  --periods N        midnights to cross, 2 to 1000 (default 20, of many seeds 6)
  --period-ms N      real milliseconds of a day, 100 to 86400000 (default 1000, of many
                     seeds 300)
  --kill             SIGKILL processes at and around midnight, stop some over a midnight
  --strategy LIST    which of ours: dated, rename, claim, external, size, or all (default all)
  --with LIST        what goes with each: size, gzip, zstd, retention, worker; plain for nothing, all
                     for every combination, seed for one that the seed picks (default seed)
  --durability LIST  how soon records are safe, each as a row of its own: buffered, journal,
                     write, fsync, or all (default write)
  --rows N           run only N combinations with each seed, the next N with the next (default
                     0: all rows; of many seeds 3)
  --delete-lock      delete the lock file every few milliseconds
  --no-lock          as on a machine without kernel locks
  --rate N           lines a second of each busy writer, 1 to 20000 (default 500)
  --zone Z           an IANA time zone (default: the seed picks one, with its odd days)
  --backup-count N   let all of ours remove old periods, or files, beyond N
  --seed N           replay the schedule of a seed, 0 to 4294967295 (default: a random one)
  --seeds K          run K seeds, one after another, 1 to 10000 (default 1); more than 3 are
                     many, and get the smaller defaults
  --specimens W      none, first or all: with which seeds the specimens run (default first)
  --no-specimens     the same as --specimens none
  --side-by-side N   handlers that are under way at the same time, 1 to 16 (default 1, of many seeds 2)
  --dir D            work in this folder (default: a temporary one)
  --keep             keep the files of every row, not only of a broken one
  --json             print one JSON object on stdout and nothing else; progress goes to stderr
  --help             this text

Exit code: 0 if ours kept every promise and the idle walk convicted every specimen that could
run here; 1 if not; 2 for wrong arguments.

A seed replays the schedule: zone, clock, parts, kills and stops. It does not replay how the
kernel interleaves the processes, so a failure may need several runs of its seed to show again.
`;

const OPTIONS = {
  processes: { type: "string" },
  periods: { type: "string" },
  "period-ms": { type: "string" },
  kill: { type: "boolean", default: false },
  strategy: { type: "string", default: "all" },
  with: { type: "string", default: "seed" },
  durability: { type: "string", default: "write" },
  rows: { type: "string" },
  "delete-lock": { type: "boolean", default: false },
  "no-lock": { type: "boolean", default: false },
  rate: { type: "string", default: "500" },
  zone: { type: "string" },
  "backup-count": { type: "string", default: "0" },
  seed: { type: "string" },
  seeds: { type: "string", default: "1" },
  specimens: { type: "string", default: "first" },
  "no-specimens": { type: "boolean", default: false },
  "side-by-side": { type: "string" },
  dir: { type: "string" },
  keep: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

/** What a storm of few seeds takes by default. */
const FEW = { processes: "8", periods: "20", "period-ms": "1000", rows: "0", "side-by-side": "1" };
/** Of many: all combinations come in turn, and fifty seeds are done in some minutes. */
const MANY = { processes: "6", periods: "6", "period-ms": "300", rows: "3", "side-by-side": "2" };
const MOST_FEW = 3;

/** @throws {ArgumentError} naming the option's value and what is accepted */
export function readStormOptions(args: readonly string[]): {
  options: StormOptions;
  json: boolean;
} {
  const values = readOptions(args, OPTIONS);
  const zone = values.zone;
  if (zone !== undefined && !isZone(zone)) {
    throw refuse("zone", zone, "an IANA name that this Node knows, such as Europe/Berlin");
  }
  if (values["delete-lock"] && values["no-lock"]) {
    throw new ArgumentError("--delete-lock beside --no-lock; accepted: one of the two");
  }
  const specimens = oneOf("specimens", values.specimens, ["none", "first", "all"]);
  const seed = values.seed ?? String(randomInt(2 ** 32));
  const seeds = wholeNumber("seeds", values.seeds, 1, 10_000);
  const sizes = { ...(seeds > MOST_FEW ? MANY : FEW), ...values };
  const options: StormOptions = {
    processes: wholeNumber("processes", sizes.processes, 2, 64),
    periods: wholeNumber("periods", sizes.periods, 2, 1000),
    periodMs: wholeNumber("period-ms", sizes["period-ms"], 100, 86_400_000),
    kill: values.kill,
    seed: wholeNumber("seed", seed, 0, 2 ** 32 - 1),
    seeds,
    strategies: listOf("strategy", values.strategy, STRATEGIES, ["all"]) ?? STRATEGIES,
    with: readWith(values.with),
    durabilities: listOf("durability", values.durability, DURABILITIES, ["all"]) ?? DURABILITIES,
    rows: wholeNumber("rows", sizes.rows, 0, 100),
    lock: values["no-lock"] ? "none" : values["delete-lock"] ? "deleted" : "kept",
    sideBySide: wholeNumber("side-by-side", sizes["side-by-side"], 1, 16),
    specimens: values["no-specimens"] ? "none" : specimens,
    linesPerSecond: wholeNumber("rate", values.rate, 1, 20_000),
    backupCount: wholeNumber("backup-count", values["backup-count"], 0, 10_000),
    keep: values.keep,
    ...(zone === undefined ? {} : { zone }),
    ...(values.dir === undefined ? {} : { directory: values.dir }),
  };
  return { options, json: values.json };
}

function readWith(text: string): With {
  const words = ["plain", "all", "seed"];
  const features = listOf("with", text, FEATURES, words);
  if (features === null) return text === "plain" ? [] : text === "all" ? "all" : "seed";
  if (!(features.includes("gzip") && features.includes("zstd"))) return features;
  throw refuse("with", text, "one of gzip and zstd");
}

/** Items of a list, with commas between them; null for one of the words that stand alone. */
function listOf<T extends string>(
  name: string,
  text: string,
  items: readonly T[],
  words: readonly string[],
): readonly T[] | null {
  if (words.includes(text)) return null;
  const named = new Set(text.split(","));
  const found = items.filter((item) => named.delete(item));
  if (named.size === 0) return found;
  throw refuse(name, text, `${words.join(", ")}, or of ${items.join(", ")} some, as a list`);
}
