// One process's hold on a log, made of production parts: a site, a writer, the
// procedures of the rotation room. It performs the acts of orders.ts through
// whatever driver it is given. The victims and the fresh processes of the kill
// tests are this, and so is the bystander in the test's own process.

import { renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { kernelLock } from "../../src/platform/locks.ts";
import { nodeFs } from "../../src/platform/node-fs.ts";
import { runAsync } from "../../src/platform/run-async.ts";
import type { LaterFileSystem } from "../../src/platform/run-async.ts";
import { runSync } from "../../src/platform/run-sync.ts";
import { adoptOrphans } from "../../src/rotation/adopt.ts";
import { closeAll, closeEnded, makeWriter } from "../../src/rotation/append.ts";
import { openAhead, single, syncAll, write } from "../../src/rotation/append.ts";
import type { Writer } from "../../src/rotation/append.ts";
import type { Steps } from "../../src/rotation/fs-op.ts";
import type { LogSite, Strategy } from "../../src/rotation/log-site.ts";
import { maintain } from "../../src/rotation/maintain.ts";
import { makeNaming } from "../../src/rotation/naming.ts";
import { parseSchedule, periodOf } from "../../src/rotation/period.ts";
import { rotateNow } from "../../src/rotation/rotate.ts";
import { claim } from "../../src/rotation/strategies/claim.ts";
import { dated } from "../../src/rotation/strategies/dated.ts";
import { external } from "../../src/rotation/strategies/external.ts";
import { ALWAYS, numbered } from "../../src/rotation/strategies/numbered.ts";
import { rename } from "../../src/rotation/strategies/rename.ts";
import { KeptLines } from "./kept-lines.ts";
import type { Act, LogSpec, StrategyName } from "./orders.ts";

/** The log's own name, in whatever folder. */
export const BASE = "app.log";

const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
  dated,
  rename,
  claim,
  external,
  numbered,
};

/** The clock of a process, in seconds since the epoch. */
export interface TestClock {
  now: number;
}

/** The machine's file system with a test's clock, as a handler would make it. */
export function realFs({ lockless = false }: LogSpec, clock: TestClock): LaterFileSystem {
  const lock = lockless ? null : kernelLock();
  return nodeFs({ lock, now: () => clock.now * 1000, rotator: () => renameSync });
}

/** The acts that are procedures of the protocol, as they are. */
type ActOfSteps = Extract<
  Act,
  { act: "write" | "open" | "check" | "closeEnded" | "adopt" | "sync" | "rotate" }
>;

export class LogProcess {
  /** What the procedures found odd. */
  readonly notices: string[] = [];
  readonly #site: LogSite;
  readonly #writer: Writer;
  readonly #fs: LaterFileSystem;
  readonly #clock: TestClock;
  readonly #kept: KeptLines;

  /** @param fs a driver whose `now` reads `clock`. */
  constructor(directory: string, log: LogSpec, clock: TestClock, fs: LaterFileSystem) {
    this.#clock = clock;
    this.#fs = fs;
    this.#site = siteOf(directory, log, (text) => void this.notices.push(text));
    this.#writer = makeWriter(this.#site, STRATEGIES[log.strategy]);
    this.#kept = new KeptLines(this.#writer, fs);
  }

  /** Performs one act. @throws what the procedure throws. */
  async perform(act: Act): Promise<void> {
    switch (act.act) {
      case "clock":
        this.#clock.now = act.now;
        return;
      case "remove":
        rmSync(join(this.#site.directory, act.entry), { recursive: true, force: true });
        return;
      case "plant": {
        const path = join(this.#site.directory, act.entry);
        writeFileSync(path, act.text);
        utimesSync(path, act.modified, act.modified);
        return;
      }
      case "keep":
        this.#kept.keep(act.line, act.created);
        return;
      case "drain":
        this.#kept.drain();
        return;
      case "orphan":
        this.#kept.leaveOrphan(act.lines, act.created, act.landed);
        return;
      case "closeAll":
        this.#kept.drain();
        this.#kept.close();
        runSync(closeAll(this.#writer), this.#fs);
        return;
      case "maintain":
        await runAsync(maintain(this.#site), this.#fs);
        return;
      default:
        runSync(this.#steps(act), this.#fs);
    }
  }

  *#steps(act: ActOfSteps): Steps<void> {
    switch (act.act) {
      case "write": {
        const batch = single(Buffer.from(`${act.line}\n`));
        return yield* write(this.#writer, act.created, batch, act.verify ?? false);
      }
      case "open":
        return yield* openAhead(this.#writer, act.created);
      case "check":
        return yield* this.#writer.strategy.check(this.#site);
      case "closeEnded":
        return yield* closeEnded(this.#writer, act.deadline);
      case "adopt":
        return void (yield* adoptOrphans(this.#writer));
      case "sync":
        return yield* syncAll(this.#writer);
      case "rotate":
        yield* rotateNow(this.#site);
    }
  }
}

function siteOf(directory: string, log: LogSpec, notice: (text: string) => void): LogSite {
  const {
    maxBytes = 0,
    backupCount = 0,
    compression = "",
    rotator = false,
    lockless = false,
  } = log;
  const schedule = log.strategy === "numbered" ? null : parseSchedule({ when: "midnight" });
  // A rotator's files need names of their own where a period's plain file has one already.
  const namer = rotator && schedule !== null ? (name: string) => `${name}.own` : null;
  const zone = { offsetAt: () => 0 };
  return {
    directory,
    base: BASE,
    naming: makeNaming({ base: BASE, kind: schedule?.kind ?? null, namer, rotator }),
    periodAt: (instant) => (schedule === null ? ALWAYS : periodOf(schedule, zone, instant)),
    maxBytes,
    keep: { count: backupCount, ageSeconds: 0, totalBytes: 0 },
    compression,
    rotator,
    locking: !lockless && kernelLock() !== null,
    lockState: { lost: false },
    notice,
  };
}
