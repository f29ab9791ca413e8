// Tells how a storm is going while it runs: on a terminal one line that renews
// itself, elsewhere a plain line for each row begun and ended. Writes only to the
// stream it is given; a storm without an audience makes none of these.

import { clearLine, cursorTo } from "node:readline";
import type { WriteStream } from "node:tty";
import type { CrewProgress } from "./crew.ts";
import type { StormRow } from "./storm-row.ts";

/** The stream's own part of what is needed: `isTTY` decides. */
export type ProgressStream = NodeJS.WritableStream & Partial<Pick<WriteStream, "isTTY">>;

const BAR = 24;

/** Shows progress on a stream. */
export class StormProgress {
  readonly #stream: ProgressStream;
  /** Rows under way: more than one, if they run side by side. */
  readonly #begun = new Set<string>();

  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  /** A row is under way. */
  update(name: string, { midnights, kills, done }: CrewProgress): void {
    if (this.#stream.isTTY === true) {
      const bar = "#".repeat(Math.round(done * BAR)).padEnd(BAR, ".");
      const text = `${name.padEnd(20)} [${bar}] ${midnights} midnights, ${kills} kills`;
      cursorTo(this.#stream, 0);
      this.#stream.write(text);
      clearLine(this.#stream, 1);
    } else if (!this.#begun.has(name)) {
      this.#begun.add(name);
      this.#stream.write(`${name}: under way\n`);
    }
  }

  /** A row is over. */
  end(row: StormRow): void {
    this.#begun.delete(row.name);
    if (this.#stream.isTTY === true) {
      cursorTo(this.#stream, 0);
      clearLine(this.#stream, 1);
    }
    const figures = row.outcome === "skipped" ? "" : `, ${row.seconds.toFixed(1)} s`;
    this.#stream.write(`${describe(row)}${figures}\n`);
  }
}

function describe(row: StormRow): string {
  if (row.outcome === "skipped") return `${row.name}: not run, ${row.skipped ?? ""}`;
  const { acked, lost, twice, torn, misfiled, fragments, kills, archives, removed } = row;
  const tidied = archives + removed > 0 ? `, ${archives} archives, ${removed} removed` : "";
  return (
    `${row.name}: ${row.outcome}; ${acked} acked, ${lost} lost, ${twice} twice, ${torn} torn, ` +
    `${misfiled} misfiled, ${fragments} fragments, ${kills} kills${tidied}`
  );
}
