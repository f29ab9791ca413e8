import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

import { IniParser } from "./ini-parser.ts";

function parsed(text: string, defaults: Record<string, unknown> | null = null): IniParser {
  const parser = new IniParser(defaults);
  parser.readString(text, "a.ini");
  return parser;
}

test("values go on over indented lines, and comments stand on lines of their own", () => {
  const parser = parsed(
    "# comment\n[a]\nOne = 1 ; kept\n  two\n\n  # left out\n  three\n\nkey : with = both\nempty =\n[b]\nx:y\n",
  );
  assert.deepEqual(parser.sections(), ["a", "b"]);
  assert.equal(parser.get("a", "one"), "1 ; kept\ntwo\n\nthree");
  assert.equal(parser.get("a", "KEY"), "with = both");
  assert.equal(parser.get("a", "empty"), "");
  assert.equal(parser.get("b", "x"), "y");
});

test("[DEFAULT] and the given defaults are seen in every section", () => {
  const parser = parsed("[DEFAULT]\ndir=/var\n[a]\nfile=%(dir)s/%(NAME)s.log 100%%\n", {
    Name: "app",
    dir: "/tmp",
    port: 514,
  });
  assert.equal(parser.get("a", "file"), "/var/app.log 100%");
  assert.equal(parser.get("a", "file", { raw: true }), "%(dir)s/%(NAME)s.log 100%%");
  assert.equal(parser.get("a", "port"), "514");
  assert.equal(parser.hasOption("a", "dir"), true);
  assert.equal(parser.hasOption("b", "dir"), false);
});

test("what is missing is an error, or the fallback", () => {
  const parser = parsed("[a]\nx=1\n");
  assert.equal(parser.get("nope", "x", { fallback: null }), null);
  assert.equal(parser.get("a", "nope", { fallback: "f" }), "f");
  assert.throws(() => parser.get("nope", "x"), {
    name: "NoSectionError",
    message: "No section: 'nope'",
  });
  assert.throws(() => parser.get("a", "Nope"), {
    name: "NoOptionError",
    message: "No option 'nope' in section: 'a'",
  });
});

test("defaults that are none are refused", () => {
  assert.throws(() => new IniParser({ a: null }), { message: "option values must be strings" });
  assert.throws(() => new IniParser({ a: 1, A: 2 }), { name: "DuplicateOptionError" });
  assert.throws(() => new IniParser([] as unknown as Record<string, unknown>), {
    name: "TypeError",
  });
});

test("references that grow without bound are cut off", () => {
  const lines = ["a0=xxxxxxxxxx"];
  for (let depth = 1; depth < 10; depth++)
    lines.push(`a${depth}=${`%(a${depth - 1})s`.repeat(10)}`);
  for (const text of [lines.join("\n"), lines.join("\n").replace("xxxxxxxxxx", "")]) {
    const parser = parsed(`[s]\n${text}\n`);
    assert.throws(() => parser.get("s", "a9"), { name: "InterpolationDepthError" });
  }
});

// Texts made of good and bad lines; the same seed makes the same texts.
function* texts(count: number): Generator<string> {
  let state = 77;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % limit;
  };
  const usual = [
    "[a]",
    "[b]",
    "[DEFAULT]",
    "[a.b c]",
    " [c] x",
    "k=v",
    "k2 : v=w",
    "K3=%(k)s",
    "k4=%(k2)s%%%(K3)s",
    "x = 1 ; no",
    "y=",
    "  more",
    "\tmore # too",
    "",
    "",
    "   ",
    "# c",
    "  ; c",
    "z=%(z2)s",
    "z2=%(z)s",
    "é=ü",
    "w = %x",
    "w2 = %(open",
    "w3=%(gone)s",
    "k5 = %(k4)s %(x)s",
  ];
  const bad = ["no delimiter", "= empty", "[a", "[]", "k = again", ": c"];
  for (let index = 0; index < count; index++) {
    const lines = below(9) === 0 ? [] : ["[a]"];
    for (let left = below(14); left > 0; left--) {
      const from = below(25) === 0 ? bad : usual;
      lines.push(from[below(from.length)] ?? "");
    }
    yield lines.join(below(9) === 0 ? "\r\n" : "\n") + (below(2) === 0 ? "\n" : "");
  }
}

const ORACLE = `
import configparser, io, json, sys
out = []
for text in json.load(sys.stdin):
    cp = configparser.ConfigParser({"k": "base"})
    try:
        cp.read_file(io.StringIO(text, newline=None), "a.ini")
    except configparser.Error as e:
        out.append([type(e).__name__, str(e)])
        continue
    result = []
    for section in cp.sections():
        for option in cp[section]:
            try:
                result.append([section, option, cp.get(section, option)])
            except configparser.Error as e:
                result.append([section, option, type(e).__name__, str(e)])
    out.append(sorted(result))
print(json.dumps(out))
`;

function answer(text: string, options: readonly (readonly [string, string])[]): unknown {
  const parser = new IniParser({ k: "base" });
  try {
    parser.readString(text, "a.ini");
  } catch (error) {
    return [(error as Error).name, (error as Error).message];
  }
  return options.map(([section, option]) => {
    try {
      return [section, option, parser.get(section, option)];
    } catch (error) {
      return [section, option, (error as Error).name, (error as Error).message];
    }
  });
}

test("3000 random texts are read, or refused, as Python's configparser does", (t) => {
  const all = [...texts(3000)];
  const python = spawnSync("python3", ["-c", ORACLE], {
    input: JSON.stringify(all),
    encoding: "utf8",
    maxBuffer: 1 << 27,
  });
  if (python.error !== undefined) {
    t.skip("no python3 here to ask");
    return;
  }
  assert.equal(python.status, 0, python.stderr);
  const answers = JSON.parse(python.stdout) as unknown[][];
  let good = 0;
  for (const [index, text] of all.entries()) {
    const wanted = answers[index] ?? [];
    const read = Array.isArray(wanted[0]) || wanted.length === 0;
    if (read) good++;
    const options = read ? (wanted as [string, string][]) : [];
    const list = options.map(([section, option]) => [section, option] as const);
    assert.deepEqual(answer(text, list), wanted, JSON.stringify(text));
  }
  assert.ok(good > 1000 && good < 2900, `${good} of the texts were good`);
});
