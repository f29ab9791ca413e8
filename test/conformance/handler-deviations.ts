// Deviations of handlers that show in what documents write: bytes in place of
// characters, and records that CPython loses. deviations.ts lists them. Both say
// exactly which texts may differ, and in what way.

import type { Deviation } from "./deviations.ts";
import type { Case } from "./part.ts";
import { sameData } from "./same-data.ts";

type Data = Readonly<Record<string, unknown>>;

/** What a case has written, part `dictconfig`. */
interface Written {
  readonly stdout: string;
  readonly stderr: string;
  readonly files: Readonly<Record<string, string>>;
}

interface Output {
  readonly tree: unknown;
  readonly after: Written;
  readonly end: Written;
}

/** Limits of size are in bytes. Seen where text beyond ASCII comes near the limit. */
export const BYTES: Deviation = {
  name: "bytes",
  reason:
    "a RotatingFileHandler's maxBytes counts bytes, as its name says; CPython counts characters, so text beyond ASCII makes its files larger than allowed",
  concerns: (expected) =>
    expected.part === "dictconfig" &&
    rotatingFiles(expected).length > 0 &&
    /[^\p{ASCII}]/u.test(logged(expected)),
  explains: (expected, ours) => {
    if (expected.output === undefined || ours.output === undefined) return false;
    const [theirs, own] = [expected.output as Output, ours.output as Output];
    if (!sameData(theirs.tree, own.tree)) return false;
    const bases = rotatingFiles(expected);
    return (["after", "end"] as const).every((moment) => {
      const [a, b] = [joined(theirs[moment], bases), joined(own[moment], bases)];
      // Rolled at other moments, they may have kept more or less of the past.
      return (
        sameData(a.rest, b.rest) &&
        a.logs.every((left, at) => {
          const right = b.logs[at] ?? "";
          return left.endsWith(right) || right.endsWith(left);
        })
      );
    });
  },
};

/** Two in some thousand documents chain handlers so. */
export const CHAINED_MEMORY: Deviation = {
  name: "chained-memory",
  reason:
    "records in a MemoryHandler that only another MemoryHandler refers to are delivered when handlers are closed; in CPython the one vanishes, with its records, as soon as the other lets go of it",
  concerns: (expected) =>
    expected.part === "dictconfig" && documents(expected).some(chainsMemoryHandlers),
  explains: (expected, ours) => {
    if (expected.output === undefined || ours.output === undefined) return false;
    const [theirs, own] = [expected.output as Output, ours.output as Output];
    if (!sameData(theirs.tree, own.tree)) return false;
    return (["after", "end"] as const).every((moment) => {
      const [left, right] = [theirs[moment], own[moment]];
      const names = [...new Set([...Object.keys(left.files), ...Object.keys(right.files)])];
      return (
        isWithout(left.stdout, right.stdout) &&
        isWithout(left.stderr, right.stderr) &&
        names.every((name) => isWithout(left.files[name] ?? "", right.files[name] ?? ""))
      );
    });
  },
  witness: {
    id: "chained-memory-witness",
    part: "dictconfig",
    input: {
      steps: [
        [
          "dictConfig",
          {
            version: 1,
            handlers: {
              a: { class: "logging.StreamHandler" },
              b: { class: "logging.handlers.MemoryHandler", capacity: 5, target: "a" },
              c: { class: "logging.handlers.MemoryHandler", capacity: 5, target: "b" },
            },
            root: { handlers: ["c"] },
          },
        ],
        ["log", null, 30, "held back", []],
      ],
    },
    output: {
      tree: {
        root: { level: 30, handlers: ["c"], filters: [], propagate: true, disabled: false },
        loggers: {},
        handlers: {
          a: {
            class: "logging.StreamHandler",
            name: "a",
            level: 0,
            formatter: null,
            filters: [],
            stream: "stderr",
          },
          b: memory("b", "a", 0),
          c: memory("c", "b", 1),
        },
      },
      after: { stdout: "", stderr: "", files: {} },
      end: { stdout: "", stderr: "", files: {} },
    },
  },
};

function memory(name: string, target: string, buffered: number): Data {
  return {
    class: "logging.handlers.MemoryHandler",
    name,
    level: 0,
    formatter: null,
    filters: [],
    capacity: 5,
    flushLevel: 40,
    target,
    flushOnClose: true,
    buffered,
  };
}

function steps(expected: Case): readonly (readonly unknown[])[] {
  return expected.input["steps"] as readonly (readonly unknown[])[];
}

/** What the case logs, in one text. */
function logged(expected: Case): string {
  return steps(expected)
    .filter(([op]) => op === "log")
    .map(([, , , msg, args]) => [msg, ...(args as readonly unknown[])].join(" "))
    .join("\n");
}

function documents(expected: Case): Data[] {
  return steps(expected).flatMap(([op, document]) =>
    op === "dictConfig" ? [document as Data] : [],
  );
}

function handlersOf(document: Data): [string, Data][] {
  return Object.entries((document["handlers"] ?? {}) as Readonly<Record<string, Data>>);
}

/** The names of files that have a limit. */
function rotatingFiles(expected: Case): string[] {
  return documents(expected)
    .flatMap(handlersOf)
    .filter(([, { maxBytes }]) => typeof maxBytes === "number" && maxBytes > 0)
    .map(([, { filename }]) => String(filename));
}

function chainsMemoryHandlers(document: Data): boolean {
  const handlers = new Map(handlersOf(document));
  const isMemory = (entry: Data | undefined): boolean =>
    entry?.["class"] === "logging.handlers.MemoryHandler";
  return [...handlers.values()].some(
    (entry) => isMemory(entry) && isMemory(handlers.get(String(entry["target"]))),
  );
}

/** The texts of the logs of these names, their backups first, and whatever else was written. */
function joined(written: Written, bases: readonly string[]): { logs: string[]; rest: unknown } {
  const { stdout, stderr, files } = written;
  const others = new Map(Object.entries(files));
  const logs = bases.map((base) => {
    const own = [...others].filter(([name]) => name === base || name.startsWith(`${base}.`));
    for (const [name] of own) others.delete(name);
    return own
      .toSorted(([a], [b]) => numberOf(b, base) - numberOf(a, base))
      .map(([, text]) => text)
      .join("");
  });
  return { logs, rest: { stdout, stderr, files: Object.fromEntries(others) } };
}

function numberOf(name: string, base: string): number {
  return Number(name.slice(base.length + 1));
}

/** Whether one text is the other without a piece of it, or the same. */
function isWithout(part: string, whole: string): boolean {
  const most = Math.min(part.length, whole.length);
  let from = 0;
  while (from < most && part[from] === whole[from]) from += 1;
  return whole.length >= part.length && whole.endsWith(part.slice(from));
}
