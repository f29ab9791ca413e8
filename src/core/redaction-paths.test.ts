import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";

import * as fc from "fast-check";

import { isEnd, pathTree, step } from "./redaction-paths.ts";
import { compileRedaction } from "./redaction.ts";

function leads(path: string, ...names: string[]): boolean {
  let state = pathTree([path]);
  for (const name of names) state = step(state, name);
  return isEnd(state);
}

test("names, indexes and quoted names are steps", () => {
  assert.ok(leads("user.password", "user", "password"));
  assert.ok(leads("a[0].b", "a", "0", "b"));
  assert.ok(leads('headers["x-api-key"]', "headers", "x-api-key"));
  assert.ok(leads("['a.b'][`c`]", "a.b", "c"));
  assert.ok(leads(String.raw`["quo\"te\\"]`, 'quo"te\\'));
  assert.ok(leads("x-api-key", "x-api-key"));
  assert.ok(leads('["*"]', "*"));
  assert.ok(leads("__proto__.constructor", "__proto__", "constructor"));
  assert.ok(!leads("user.password", "user"));
  assert.ok(!leads("user.password", "password"));
  assert.ok(!leads("user.password", "user", "password", "more"));
  assert.ok(!leads("constructor", "toString"));
});

test("a star stands for one name, two for any number of them", () => {
  for (const path of ["users[*].card", "users.*.card"]) {
    assert.ok(leads(path, "users", "7", "card"), path);
    assert.ok(!leads(path, "users", "card"), path);
    assert.ok(!leads(path, "users", "7", "8", "card"), path);
  }
  assert.ok(leads("*", "anything"));
  for (const between of [[], ["x"], ["x", "y", "z"], ["token"]]) {
    assert.ok(leads("a.**.token", "a", ...between, "token"), between.join());
    assert.ok(leads("**.token", ...between, "token"), between.join());
    assert.ok(leads("a.**.*.token", "a", "x", ...between, "token"), between.join());
  }
  assert.ok(!leads("a.**.token", "b", "token"));
  assert.ok(!leads("a.**.*.token", "a", "token"));
  assert.ok(leads("**.a.**.b", "x", "a", "y", "b"));
});

test("paths that share names don't get in each other's way", () => {
  const root = pathTree(["a.b", "a.*.c", "a[b].d".replace("b", "0"), "*.z"]);
  const a = step(root, "a");
  assert.ok(isEnd(step(a, "b")));
  assert.ok(isEnd(step(step(a, "b"), "c")));
  assert.ok(isEnd(step(step(a, "0"), "d")));
  assert.ok(isEnd(step(a, "z")));
  assert.ok(!isEnd(step(a, "c")));
});

test("a path that can't be read is refused, with the place", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["", "a name was expected at its end"],
    ["a.", "a name was expected at its end"],
    [".a", "a name was expected at '.a'"],
    ["a..b", "a name was expected at '.b'"],
    ["a b", "a dot or a bracket was expected at ' b'"],
    ["a[", "a number, * or a quoted name must be in brackets at '['"],
    ["a[b]", "a number, * or a quoted name must be in brackets at '[b]'"],
    ["a['b]", 'a number, * or a quoted name must be in brackets at "[\'b]"'],
    ["a[0]b", "a dot or a bracket was expected at 'b'"],
    ["a]", "a dot or a bracket was expected at ']'"],
    ["pass*", "a * stands alone; option `keys` takes patterns at '*'"],
    ["***", "a * stands alone; option `keys` takes patterns at '***'"],
    ["a.**", "a name must follow ** at its end"],
    ["**.**.a", "a name must follow ** at '**.a'"],
  ];
  for (const [path, why] of cases) {
    assert.throws(
      () => pathTree([path]),
      (error: Error & { value?: unknown; accepted?: string }) =>
        error.name === "ValueError" &&
        error.value === path &&
        error.message.includes(`: ${why}; accepted: names with dots between`) &&
        error.accepted !== undefined,
      path,
    );
  }
  assert.throws(() => pathTree([5 as unknown as string]), {
    name: "TypeError",
    message: /^a redact path can't be 5; accepted: names with dots/,
  });
});

// What a path means, said as plainly as can be: whether its parts fit these names.
function fits(parts: readonly string[], names: readonly string[]): boolean {
  const [part, ...rest] = parts;
  if (part === undefined) return names.length === 0;
  if (part === "**") {
    return fits(rest, names) || (names.length > 0 && fits(parts, names.slice(1)));
  }
  const [name, ...below] = names;
  return name !== undefined && (part === "*" || part === name) && fits(rest, below);
}

function plainlyMasked(
  value: unknown,
  paths: readonly (readonly string[])[],
  names: readonly string[],
): unknown {
  if (names.length > 0 && paths.some((path) => fits(path, names))) return "[Redacted]";
  const below = (inner: unknown, name: string): unknown =>
    plainlyMasked(inner, paths, [...names, name]);
  if (Array.isArray(value)) return value.map((item, at) => below(item, String(at)));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, below(inner, name)]),
  );
}

test("what paths mask is what they say, for any paths and any values", () => {
  const name = fc.constantFrom("a", "b", "0", "1", "x.y");
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<unknown>(1, "text", null),
      fc.dictionary(name, tie("value"), { maxKeys: 4, noNullPrototype: true }),
      fc.array(tie("value"), { maxLength: 3 }),
    ),
  }));
  const part = fc.oneof({ arbitrary: name, weight: 4 }, fc.constantFrom("*", "**"));
  const path = fc
    .array(part, { minLength: 1, maxLength: 5 })
    .filter((parts) => parts.at(-1) !== "**" && !/\*\*,\*\*/.test(parts.join()));
  const written = (parts: readonly string[]): string =>
    parts
      .map((each) => (each.startsWith("*") ? `.${each}` : `[${JSON.stringify(each)}]`))
      .join("")
      .replace(/^\./, "");
  fc.assert(
    fc.property(
      fc.array(path, { minLength: 1, maxLength: 3 }),
      fc.dictionary(name, value, { noNullPrototype: true }),
      (paths, fields) => {
        const masked = compileRedaction(paths.map(written)).fields(fields);
        assert.deepEqual({ ...masked }, plainlyMasked(fields, paths, []));
      },
    ),
    { numRuns: 1000 },
  );
});

test("a key is found whatever letters of the same look its name has", () => {
  const redaction = compileRedaction({ keys: ["password", "stra\u00dfe", "K"] });
  const names = ["pa\u017f\u017fword", "\uff30assword", "STRA\u00dfE", "\u212a"];
  for (const name of names) {
    assert.deepEqual({ ...redaction.fields({ [name]: 1 }) }, { [name]: "[Redacted]" }, name);
  }
});

test("an object that a path leads into is masked wherever else it is", () => {
  const config = { url: "/pay", headers: { authorization: "Bearer s3cret" } };
  const redaction = compileRedaction(["first.config.headers.authorization"]);
  const fields = {
    before: [config],
    first: { config, response: { config, status: 401 } },
    after: new Map([["headers", config.headers]]),
  };
  const headers = { authorization: "[Redacted]" };
  const shown = { url: "/pay", headers };
  assert.deepEqual(
    { ...redaction.fields(fields) },
    {
      before: [shown],
      first: { config: shown, response: { config: shown, status: 401 } },
      after: new Map([["headers", headers]]),
    },
  );
  assert.equal(config.headers.authorization, "Bearer s3cret");
  const others = { url: "/pay", headers: { authorization: "Bearer s3cret" } };
  assert.equal(redaction.fields({ ...fields, others })["others"], others, "it only looks the same");
});

test("an object that is shared is masked by all paths to it, and by keys besides", () => {
  const user = { name: "ada", card: "4111", pin: "0000", token: "t" };
  const option = { paths: ["a.card", "b.*.pin"], keys: ["token"] };
  const masked = { name: "ada", card: "[Redacted]", pin: "[Redacted]", token: "[Redacted]" };
  const { a, b, c } = compileRedaction(option).fields({ a: user, b: { user }, c: { user } });
  assert.deepEqual([a, b, c], [masked, { user: masked }, { user: masked }]);
});

test("an object that an error shares with its response is masked in both", () => {
  const config = { headers: { authorization: "s3cret" } };
  const error = Object.assign(new Error("401"), { config, response: { config } });
  const shown = compileRedaction(["err.config.headers.authorization"]).error(error);
  assert.doesNotMatch(inspect(shown, { depth: 9 }), /s3cret/);
  assert.ok(shown instanceof Error);
});
