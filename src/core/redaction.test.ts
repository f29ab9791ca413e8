import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { runInNewContext } from "node:vm";

import * as fc from "fast-check";

import { compileRedaction } from "./redaction.ts";
import type { RedactOption } from "./redaction.ts";
import { setRaiseExceptions } from "./self-report.ts";

type Fields = Record<string, unknown>;

const X = "[Redacted]";

function masked(redact: RedactOption, fields: Fields): Fields {
  return { ...compileRedaction(redact).fields(fields) };
}

test("paths mask nested values, in a copy of what lies on the way and of nothing else", () => {
  const address = { city: "Bern" };
  const fields = { user: { name: "ada", password: "p", address }, id: 7 };
  const before = structuredClone(fields);
  const copy = masked(["user.password", "nobody.here"], fields);
  assert.deepEqual(copy, { user: { name: "ada", password: X, address }, id: 7 });
  assert.deepEqual(Object.keys(copy), ["user", "id"]);
  assert.equal((copy["user"] as Fields)["address"], address);
  assert.deepEqual(fields, before);
});

test("paths mask in arrays, by index and in every item", () => {
  const fields = { users: [{ card: 1, id: 1 }, { card: 2 }, "text", null], tags: ["a", "b"] };
  assert.deepEqual(masked(["users[*].card", "tags[1]"], fields), {
    users: [{ card: X, id: 1 }, { card: X }, "text", null],
    tags: ["a", X],
  });
  assert.equal(fields.users.length, 4);
  assert.deepEqual(masked(["a.*"], { a: { b: 1, c: { d: 2 } } }), { a: { b: X, c: X } });
  assert.deepEqual(masked(["*.secret"], { a: { secret: 1 }, secret: 2 }), {
    a: { secret: X },
    secret: 2,
  });
});

test("the very same fields come back where nothing matches", () => {
  const circle: Fields = { a: 1, set: new Set([Number.NaN]) };
  circle["self"] = circle;
  const error = new AggregateError([new Error("a", { cause: new Error("b") })], "all");
  const fields = {
    id: 7,
    nan: Number.NaN,
    list: [1, Number.NaN, { a: [] }],
    map: new Map<unknown, unknown>([[Number.NaN, Number.NaN]]),
    circle,
    error,
  };
  for (const redact of [
    ["user.password", "id.deep", "list[1].b", "list[5]"],
    { keys: ["password", /^secret/i] },
    { paths: ["**.token", "*.*.x"] },
    [],
  ] as RedactOption[]) {
    const redaction = compileRedaction(redact);
    assert.equal(redaction.fields(fields), fields);
    assert.equal(redaction.error(error), error);
    assert.equal(redaction.value("circle", circle), circle);
  }
});

test("keys mask at any depth, whatever their case, and patterns keep no place", () => {
  const redact = { keys: ["Password", /token$/gi, /^x-/y] };
  const redaction = compileRedaction(redact);
  const fields = {
    PASSWORD: 1,
    a: [{ accessToken: 1, token: { deep: 1 } }],
    "x-key": 2,
    tokens: 3,
  };
  for (let again = 0; again < 3; again++) {
    assert.deepEqual(
      { ...redaction.fields(fields) },
      {
        PASSWORD: X,
        a: [{ accessToken: X, token: X }],
        "x-key": X,
        tokens: 3,
      },
    );
  }
  assert.deepEqual(masked({ keys: [/\d/] }, { list: [1, 2], a1: 1 }), { list: [1, 2], a1: X });
});

test("a censor makes what stands for a value, from the value and its path", () => {
  const seen: unknown[] = [];
  const censor = (value: unknown, path: readonly string[]): string => {
    seen.push([value, path.join("/")]);
    return `${String(value).length} characters`;
  };
  const fields = { a: { b: [{ c: "secret" }] }, m: new Map([["d", "xx"]]) };
  const copy = masked({ paths: ["a.b[*].c"], keys: ["d"], censor }, fields);
  assert.deepEqual(copy, {
    a: { b: [{ c: "6 characters" }] },
    m: new Map([["d", "2 characters"]]),
  });
  assert.deepEqual(seen, [
    ["secret", "a/b/0/c"],
    ["xx", "m/d"],
  ]);
  assert.deepEqual(masked({ paths: ["a"], censor: "***" }, { a: 1 }), { a: "***" });
});

test("a censor that throws leaves nothing to be seen", () => {
  setRaiseExceptions(false);
  try {
    const censor = (): never => {
      throw new Error("censor");
    };
    assert.deepEqual(masked({ paths: ["a"], censor }, { a: 1, b: 2 }), { a: X, b: 2 });
  } finally {
    setRaiseExceptions(true);
  }
});

test("with remove, names go with their values, and items leave a gap", () => {
  const redact = { paths: ["a.b", "list[0]"], keys: ["token"], remove: true };
  const fields = {
    a: { b: 1, c: 2 },
    list: [1, 2],
    token: 5,
    map: new Map([["token", 1]]),
    set: new Set([{ token: 1 }]),
  };
  assert.deepEqual(masked(redact, fields), {
    a: { c: 2 },
    list: [undefined, 2],
    map: new Map(),
    set: new Set([{}]),
  });
  assert.equal(compileRedaction(redact).value("token", 5), undefined);
  assert.equal(compileRedaction({ paths: ["error"], remove: true }).error(new Error("x")), null);
});

test("maps and sets are looked through, also those of another realm", () => {
  const map = runInNewContext("new Map([['password', 1], [{ password: 2 }, { password: 3 }]])");
  const copy = masked({ keys: ["password"] }, { map, set: new Set([{ password: 1 }, 5]) });
  const shown = `Map(2) { 'password' => '${X}', { password: '${X}' } => { password: '${X}' } }`;
  assert.equal(inspect(copy["map"], { breakLength: Infinity }).replace(/\bObject /g, ""), shown);
  assert.deepEqual(copy["set"], new Set([{ password: X }, 5]));
  assert.deepEqual(masked(["map.password"], { map: new Map([["password", 1]]) }), {
    map: new Map([["password", X]]),
  });
});

test("headers, forms and queries are looked through, and maps stand in for them", () => {
  const headers = new Headers({ Authorization: "Bearer x", accept: "*" });
  const query = new URLSearchParams("token=t&page=1");
  const redact = { paths: ["headers.authorization"], keys: ["token"] };
  assert.deepEqual(masked(redact, { headers, query }), {
    headers: new Map([
      ["accept", "*"],
      ["authorization", X],
    ]),
    query: new Map([
      ["token", X],
      ["page", "1"],
    ]),
  });
  assert.equal(headers.get("authorization"), "Bearer x");
  assert.equal(masked(["headers.cookie"], { headers })["headers"], headers);
  const forged = { [Symbol.toStringTag]: "Headers", token: 1 };
  assert.deepEqual(masked({ keys: ["token"] }, { forged })["forged"], { token: X });
});

test("class instances keep their class, and their originals their secrets", () => {
  class Account {
    id = 1;
    password = "p";
    set tricky(_value: unknown) {
      throw new Error("a setter ran");
    }
  }
  const account = new Account();
  Object.defineProperty(account, "tricky", { value: 1, enumerable: true });
  const copy = masked({ keys: ["password"] }, { account })["account"] as Account;
  assert.ok(copy instanceof Account);
  assert.equal(
    inspect(copy, { breakLength: Infinity }),
    `Account { id: 1, password: '${X}', tricky: 1 }`,
  );
  assert.equal(account.password, "p");
});

test("what a toJSON shows is masked too, and asked for it no second time", () => {
  let asked = 0;
  class Order {
    #card = "4111";
    toJSON(): unknown {
      asked += 1;
      return { id: 1, card: this.#card, toJSON: () => ({ card: this.#card }) };
    }
  }
  const copy = masked({ paths: ["order.card"] }, { order: new Order() });
  assert.equal(JSON.stringify(copy), `{"order":{"id":1,"card":"${X}"}}`);
  assert.equal(asked, 1);
  const order = new Order();
  assert.equal(masked({ keys: ["nothing"] }, { order })["order"], order);
  const throwing = {
    password: 1,
    toJSON: () => {
      throw new Error("no");
    },
  };
  assert.equal((masked({ keys: ["password"] }, { throwing })["throwing"] as Fields)["password"], X);
  const date = { toJSON: () => "text", password: 1 };
  assert.equal((masked({ keys: ["password"] }, { date })["date"] as Fields)["password"], X);
});

test("an object that holds itself shows its secret nowhere", () => {
  const user: Fields = { password: "p", name: "ada" };
  user["self"] = user;
  user["friends"] = [{ of: user }];
  for (const redact of [{ keys: ["password"] }, ["user.password", "user.friends[*].of.password"]]) {
    const copy = masked(redact, { user });
    assert.deepEqual(copy["user"], {
      password: X,
      name: "ada",
      self: "[Circular]",
      friends: [{ of: "[Circular]" }],
    });
  }
  assert.equal(user["password"], "p");
  assert.equal(user["self"], user);
});

test("getters that throw, proxies that refuse and odd prototypes mask what can be masked", () => {
  const hostile = {
    get bad(): never {
      throw new Error("getter");
    },
    password: 1,
  };
  assert.deepEqual(masked({ keys: ["password"] }, { hostile })["hostile"], {
    bad: "[bad threw Error: getter]",
    password: X,
  });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assert.match(String(masked({ keys: ["password"] }, { proxy })["proxy"]), /^\[Object threw /);
  const plain = new Proxy({ password: 1, a: 2 }, {});
  assert.deepEqual(masked({ keys: ["password"] }, { plain })["plain"], { password: X, a: 2 });
  const bare = Object.assign(Object.create(null) as Fields, { password: 1 });
  const copy = masked({ keys: ["password"] }, { bare })["bare"] as object;
  assert.equal(Object.getPrototypeOf(copy), null);
});

test("__proto__ and its like are names as any other", () => {
  const fields = JSON.parse(
    '{"__proto__":{"password":1,"constructor":2},"a":{"__proto__":5}}',
  ) as Fields;
  const copy = compileRedaction({
    keys: ["password", "__proto__x"],
    paths: ["a.__proto__"],
  }).fields(fields);
  assert.equal(
    JSON.stringify(copy),
    `{"__proto__":{"password":"${X}","constructor":2},"a":{"__proto__":"${X}"}}`,
  );
  assert.equal(({} as Fields)["password"], undefined);
  assert.deepEqual(masked(["toString", "a.valueOf"], { a: {} }), { a: {} });
});

test("what is too deep, too long or too much to look through is not shown", () => {
  const note = "[not shown: too deep or too large to redact]";
  let deep: Fields = { password: 1 };
  for (let i = 0; i < 5000; i++) deep = { deep };
  assert.ok(JSON.stringify(masked({ keys: ["password"] }, { deep })).includes(note));
  const huge: unknown[] = [];
  huge.length = 1e9;
  assert.equal(masked({ keys: ["password"] }, { huge })["huge"], note);
  // Thirty objects, and a billion ways through them.
  let many: object = { password: 1 };
  for (let i = 0; i < 30; i++) many = [many, many];
  assert.ok(JSON.stringify(masked({ keys: ["password"] }, { many })).includes(note));
});

test("secrets under symbols, which inspect shows, are not in the copy", () => {
  const request = { url: "/", [Symbol("kHeaders")]: { authorization: "Bearer x" } };
  const copy = masked({ keys: ["authorization"] }, { request });
  assert.doesNotMatch(inspect(copy, { depth: 9 }), /Bearer/);
  assert.equal((copy["request"] as Fields)["url"], "/");
});

test("it is known which names of the top level can matter", () => {
  const paths = compileRedaction(["user.password", "id"]);
  assert.deepEqual(
    ["user", "id", "other"].map((key) => paths.mayTouch(key)),
    [true, true, false],
  );
  assert.ok(compileRedaction({ keys: ["x"] }).mayTouch("other"));
  assert.ok(compileRedaction(["*.x"]).mayTouch("other"));
  assert.ok(compileRedaction(["**.x"]).mayTouch("other"));
});

test("whatever the values are, nothing is changed, nothing throws, and no secret is left", () => {
  const key = fc.constantFrom("secret", "a", "b", "__proto__", "toJSON", "message");
  const leaf = fc.constantFrom<unknown>(1, "text", null, undefined, true, 5n);
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.dictionary(key, tie("value"), { maxKeys: 4 }),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.array(fc.tuple(key, tie("value")), { maxLength: 3 }).map((pairs) => new Map(pairs)),
      fc.array(tie("value"), { maxLength: 3 }).map((items) => new Set(items)),
      fc
        .dictionary(key, tie("value"), { maxKeys: 3 })
        .map((own) => Object.assign(new Error("x"), { own })),
    ),
  }));
  const redaction = compileRedaction({ keys: ["secret"], censor: "hidden!" });
  fc.assert(
    fc.property(fc.dictionary(key, value), (fields) => {
      const before = inspect(fields, { depth: 20, showHidden: true });
      const copy = redaction.fields(fields);
      assert.equal(inspect(fields, { depth: 20, showHidden: true }), before);
      const shown = inspect({ ...copy }, { depth: 20 });
      assert.doesNotMatch(shown, /secret'?(?::| =>) (?!'hidden!')/);
      assert.equal(copy === fields, !/\bsecret\b/.test(before));
      assert.equal(redaction.fields(copy), copy);
    }),
    { numRuns: 500 },
  );
});

test("an option that means nothing is refused, with its value and what is accepted", () => {
  const form = "a list of paths, or { paths, keys, censor, remove }";
  const cases: readonly (readonly [unknown, string, string])[] = [
    [null, "TypeError", `redact can't be null; accepted: ${form}`],
    [{}, "ValueError", `redact needs paths or keys; accepted: ${form}`],
    [
      "a.b",
      "TypeError",
      'options must be an object, not "a.b"; accepted: paths, keys, censor, remove',
    ],
    [{ path: [] }, "TypeError", 'unknown option "path"; accepted: paths, keys, censor, remove'],
    [{ paths: "a" }, "TypeError", "paths can't be 'a'; accepted: a list of texts"],
    [{ keys: /a/ }, "TypeError", "keys can't be /a/; accepted: a list of texts and patterns"],
    [
      { keys: [5] },
      "TypeError",
      "keys can't have 5; accepted: texts that are not empty, and patterns",
    ],
    [
      { keys: [""] },
      "TypeError",
      "keys can't have ''; accepted: texts that are not empty, and patterns",
    ],
    [{ paths: [], censor: 5 }, "TypeError", "censor can't be 5; accepted: a text or a function"],
    [{ paths: [], remove: 1 }, "TypeError", "remove can't be 1; accepted: true or false"],
  ];
  for (const [redact, name, message] of cases) {
    assert.throws(() => compileRedaction(redact as RedactOption), { name, message });
  }
});

test("a masked object that comes back where no path leads shows its secret nowhere", () => {
  const user: Fields = { name: "ada", password: "s3cret" };
  user["orders"] = [{ id: 1, user, lines: new Map([["of", new Set([user])]]) }];
  const loop: Fields = { a: 1 };
  loop["self"] = loop;
  const copy = masked(["user.password"], { user, loop, plain: { b: [1] } });
  assert.doesNotMatch(inspect(copy, { depth: 20 }), /s3cret/);
  assert.deepEqual(copy["user"], {
    name: "ada",
    password: X,
    orders: [{ id: 1, user: "[Circular]", lines: new Map([["of", new Set(["[Circular]"])]]) }],
  });
  assert.equal(copy["loop"], loop);
  const request: Fields = { headers: { cookie: "s3cret" } };
  request["res"] = { req: request };
  assert.doesNotMatch(
    inspect(masked(["req.headers.cookie"], { req: request }), { depth: 20 }),
    /s3cret/,
  );
  const error = Object.assign(new Error("x"), { token: "s3cret", response: {} as Fields });
  error.response["request"] = { error };
  const shown = compileRedaction(["error.token"]).error(error);
  assert.doesNotMatch(inspect(shown, { depth: 20 }), /s3cret/);
});

test("a censor hears of a value once, though what holds it is gone through twice", () => {
  let heard = 0;
  const censor = (): string => `censored ${++heard}`;
  const user: Fields = { password: "s3cret", pin: "s3cret" };
  user["friend"] = { user };
  assert.deepEqual(masked({ paths: ["user.password", "user.pin"], censor }, { user }), {
    user: { password: "censored 1", pin: "censored 2", friend: { user: "[Circular]" } },
  });
  assert.equal(heard, 2);
});
