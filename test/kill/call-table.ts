// The same deaths once more, seen from below: a whole application with a handler of
// the package is killed at each of its system calls that change something, by the
// kernel at strace's word. This takes in what the steps of the protocol can't show:
// the handlers' own doings, and steps that are more than one call. Called by
// test/deep; needs strace.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Application } from "../faults/application.ts";
import type { HandlerSpec } from "../faults/commands.ts";
import type { KillRow } from "./kill-table.ts";
import { BASE, LogProcess, realFs } from "./log-process.ts";
import type { LogSpec } from "./orders.ts";
import { DAY, NOON, actsOfTidying } from "./procedures.ts";
import { dayOf, faultsOfLines, leftoversOf } from "./verdict.ts";
import type { KnownLine } from "./verdict.ts";

/** Calls that leave files or names other than they were. Making files is seen by what follows it. */
const CALLS =
  "write pwrite64 link unlink rename renameat2 symlink mkdir " +
  "fsync fchmod fchown chmod chown utimensat";

/** A handler and what its log is to the judge. */
export interface HandlerStory {
  readonly name: string;
  readonly log: LogSpec;
  readonly spec: HandlerSpec;
}

/** One handler for each strategy, with archives where it makes some. */
export function handlerStories(): HandlerStory[] {
  const timed = (["dated", "rename", "claim", "external"] as const).map(
    (strategy): HandlerStory => ({
      name: "an application's life over a midnight",
      log: { strategy, compression: "gz" },
      spec: {
        kind: "timed",
        options: { when: "midnight", utc: true, strategy, compress: "gzip" },
      },
    }),
  );
  const options = { maxBytes: 300, backupCount: 20 };
  return [
    ...timed,
    {
      name: "an application's life over some rolls",
      log: { strategy: "numbered", ...options },
      spec: { kind: "size", options },
    },
  ];
}

interface Outcome {
  readonly killed: boolean;
  readonly left: boolean;
  readonly faults: readonly string[];
}

/** Kills an application of each story at each of its calls, or at each n-th of a kind. */
export async function runCallTable(
  stories: readonly HandlerStory[],
  { each = 1, lanes }: { readonly each?: number; readonly lanes: number },
): Promise<KillRow[]> {
  const rows: KillRow[] = [];
  for (const story of stories) {
    const started = performance.now();
    const outcomes: Outcome[] = [];
    const queue = CALLS.split(" ");
    const lane = async (): Promise<void> => {
      for (let call = queue.shift(); call !== undefined; call = queue.shift()) {
        outcomes.push(...(await killAtEach(story, call, each)));
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    rows.push(rowOf(story, outcomes, each, (performance.now() - started) / 1000));
  }
  return rows;
}

/** Kills at the first call of a kind, then at the next, until an application has no more of them. */
async function killAtEach(story: HandlerStory, call: string, each: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let count = 1; ; count += each) {
    const outcome = await killAt(story, call, count);
    outcomes.push(outcome);
    if (!outcome.killed) return outcomes;
  }
}

function rowOf(
  { name, log }: HandlerStory,
  outcomes: readonly Outcome[],
  each: number,
  seconds: number,
): KillRow {
  const kills = outcomes.filter(({ killed }) => killed);
  const left = kills.filter((outcome) => outcome.left);
  const faults = outcomes.flatMap((outcome) => outcome.faults);
  if (kills.length === 0) faults.push("nothing was killed");
  return {
    procedure: name,
    strategy: log.strategy,
    steps: kills.length * each,
    kills: kills.length,
    left: left.length,
    repaired: left.filter((outcome) => outcome.faults.length === 0).length,
    seconds,
    faults,
  };
}

async function killAt(story: HandlerStory, call: string, count: number): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), "daybook-call-"));
  const wrapper = ["strace", "-f", "-o", "/dev/null", "-e", `trace=${call}`];
  // strace counts each thread's calls by themselves; all that changes names is done by one.
  wrapper.push("-e", `inject=${call}:signal=KILL:when=${count}`, "--");
  const victim = new Application("victim", { wrapper });
  const heir = new Application("heir");
  try {
    const killed = await liveUntilKilled(victim, story, join(directory, BASE));
    const today = dayOf(NOON + DAY);
    const left = leftoversOf(directory, BASE, story.log, today).length > 0;
    await heir.make(join(directory, BASE), story.spec, NOON + DAY);
    await heir.log("after the death", 2);
    await heir.end();
    const faults = await tidyAndJudge(story, directory, [victim, heir]);
    return { killed, left, faults: faults.map((fault) => `killed at ${call} ${count}: ${fault}`) };
  } finally {
    await Promise.all([victim.kill(), heir.kill()]);
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The life of an application; whether it was cut off. */
async function liveUntilKilled(
  victim: Application,
  { spec }: HandlerStory,
  path: string,
): Promise<boolean> {
  try {
    await victim.make(path, spec, NOON);
    for (let count = 0; count < 2; count += 1) await victim.log("on the first day", 1);
    // What is open can't be compressed: let go of it, and go on the next day.
    await victim.tell({ do: "close" });
    await victim.setClock(NOON + DAY);
    for (let count = 0; count < 2; count += 1) await victim.log("on the next day", 1);
    await victim.tell({ do: "wait", ms: 100 });
    await victim.log("once more", 1);
    await victim.end();
    return false;
  } catch (error) {
    if (/SIGKILL|code 137/.test(String(error))) return true;
    throw error;
  }
}

async function tidyAndJudge(
  { log, spec }: HandlerStory,
  directory: string,
  applications: readonly Application[],
): Promise<string[]> {
  const clock = { now: NOON + DAY };
  const last = new LogProcess(directory, log, clock, realFs(log, clock));
  await last.perform({ act: "open", created: clock.now });
  for (const act of actsOfTidying(log, clock.now)) await last.perform(act);
  const known = applications.flatMap(({ lines }) =>
    lines.map(({ line, created, fate }): KnownLine => ({
      line,
      created: spec.kind === "timed" ? created : null,
      fate: fate === "written" ? "acked" : "cut",
    })),
  );
  return [
    ...faultsOfLines(directory, BASE, known),
    ...leftoversOf(directory, BASE, log, dayOf(clock.now)),
  ];
}
