// Several processes that write one log at the same time, for runs of some seconds. They
// are started once and do all runs, so that V8 has compiled them. What is in the files
// after a run must be what they say they have written, every line.

import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

import { benchFolder } from "./contest.mjs";
import { logFiles } from "./written-lines.mjs";

const PROGRAM = fileURLToPath(new URL("crew-process.mjs", import.meta.url));
/** A run's processes open the log before it starts. */
const LEAD_MS = 400;
/** The first period ends so long after the start; each lasts a second. */
const FIRST_END_MS = 500;
const DAY_PER_SECOND = 86_400;
const NEWLINE = 0x0a;

/** Some processes, and a folder for their logs. */
export class Crew {
  #members = [];
  #top = benchFolder();

  /** Starts processes. */
  static async of(size) {
    const crew = new Crew();
    crew.#members = Array.from({ length: size }, () => new Member());
    await Promise.all(crew.#members.map((member) => member.next()));
    return crew;
  }

  /**
   * One run.
   *
   * @param setting `{ durability, options, dist }` of everybody's handler
   * @param order `{ size, rotating, paced, runMs, all }`: how many take part, whether a
   *   period ends every second, and whether all lines must be in the files afterwards
   * @returns `{ perSecond, worstMs }`: records of all together; at a pace, the longest turn near an end
   */
  async run(setting, { size, rotating, paced, runMs, all = true }) {
    const folder = mkdtempSync(join(this.#top, "run-"));
    mkdirSync(folder, { recursive: true });
    const order = {
      setting: { ...setting, folder, options: { utc: true, ...setting.options } },
      startAt: Date.now() + LEAD_MS,
      runMs,
      firstEndMs: FIRST_END_MS,
      rate: rotating ? DAY_PER_SECOND : 1,
      paced,
    };
    const answers = await Promise.all(
      this.#members.slice(0, size).map((member) => member.tell(order)),
    );
    const records = answers.reduce((sum, answer) => sum + answer.records, 0);
    checkFiles(folder, { records, all, files: rotating ? Math.floor(runMs / 1000) + 1 : 1 });
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    const worstMs = Math.max(...answers.map((answer) => answer.worstMs));
    return { perSecond: (records / runMs) * 1000, worstMs };
  }

  /** Ends the processes. */
  end() {
    for (const member of this.#members) member.end();
    rmSync(this.#top, { recursive: true, force: true, maxRetries: 5 });
  }
}

function checkFiles(folder, { records, all, files }) {
  const found = logFiles(folder);
  if (all && found.length < files) {
    throw new Error(`${found.length} files, ${files} should be: no period has ended`);
  }
  const lines = found.reduce((sum, file) => sum + linesOf(file), 0);
  if (all ? lines !== records : lines > records) {
    throw new Error(`${lines} lines are in the files, ${records} should be`);
  }
}

function linesOf(file) {
  const raw = readFileSync(file);
  const bytes = file.endsWith(".gz") ? gunzipSync(raw) : raw;
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

class Member {
  #child = fork(PROGRAM, [], { stdio: ["ignore", "ignore", "inherit", "ipc"] });

  next() {
    return new Promise((resolve, reject) => {
      const gone = (code, signal) => reject(new Error(`a process ended with ${signal ?? code}`));
      this.#child.once("exit", gone);
      this.#child.once("message", (message) => {
        this.#child.off("exit", gone);
        if (message.failed === undefined) resolve(message);
        else reject(new Error(message.failed));
      });
    });
  }

  tell(order) {
    this.#child.send(order);
    return this.next();
  }

  end() {
    this.#child.disconnect();
    this.#child.kill("SIGKILL");
  }
}
