// The expected texts are what CPython 3.13 gives for the same arguments; the
// conformance cases hold thousands more.

import assert from "node:assert/strict";
import { test } from "node:test";

import { KeyError } from "./errors.ts";
import { formatPercent } from "./percent.ts";

function check(cases: readonly (readonly [format: string, args: unknown, text: string])[]): void {
  for (const [format, args, text] of cases) {
    assert.equal(formatPercent(format, args), text, JSON.stringify(format));
  }
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

test("integers: flags, width, precision and alternate forms", () => {
  check([
    ["%d", [3.99], "3"],
    ["%d", [-3.99], "-3"],
    ["%d", [-0.5], "0"],
    ["%d", [true], "1"],
    ["%i", [2n ** 70n], "1180591620717411303424"],
    ["%d", [1e21], "1000000000000000000000"],
    ["%5d|%-5d|%05d|%+d|% d", [42, 42, 42, 42, 42], "   42|42   |00042|+42| 42"],
    ["%.5d|%+08.3d", [42, -7], "00042|-0000007"],
    ["%x %X %o", [255, 255, 8], "ff FF 10"],
    ["%#x %#X %#o", [255, 255, 8], "0xff 0XFF 0o10"],
    ["%#08x|%-#8x|%#8x", [255, 255, 255], "0x0000ff|0xff    |    0xff"],
    ["%x", [-255], "-ff"],
    ["%*d|%-*d|%*d", [5, 42, 5, 42, -5, 42], "   42|42   |42   "],
    ["%c%c", [65, "é"], "Aé"],
  ]);
});

test("floats round half to even on the exact binary value", () => {
  check([
    ["%.1f %.1f", [0.25, 0.35], "0.2 0.3"],
    ["%.0f %.0f %.0f", [0.5, 1.5, 2.5], "0 2 2"],
    ["%.2f", [2.675], "2.67"],
    ["%f", [1e22], "10000000000000000000000.000000"],
    ["%.3e", [12345.678], "1.235e+04"],
    ["%.0e %#.0e", [25, 25], "2e+01 2.e+01"],
    ["%g %g %g %g", [100000, 1e6, 1e-4, 1e-5], "100000 1e+06 0.0001 1e-05"],
    ["%#g", [1.5], "1.50000"],
    ["%.17g", [1e-7], "9.9999999999999995e-08"],
    ["%G %E", [1e-10, 1e-10], "1E-10 1.000000E-10"],
    ["%05f|%F|%+f", [Infinity, Number.NaN, -Infinity], "00inf|NAN|-inf"],
    ["%08.2f|%-8.2f|%+.1f", [-3.1278, 3.1278, 2], "-0003.13|3.13    |+2.0"],
    ["%f", [-0], "-0.000000"],
    ["%.3f", [5e-324], "0.000"],
    ["%e", [5e-324], "4.940656e-324"],
  ]);
});

test("text: width and precision count code points", () => {
  check([
    ["%5s|%-5s|%.2s", ["ab", "ab", "abc"], "   ab|ab   |ab"],
    ["%3s|%.2s", ["😀", "😀😀😀"], "  😀|😀😀"],
    ["%r %a", ["é", "é"], "'é' '\\xe9'"],
    ["100%%", [], "100%"],
    ["%05s", ["ab"], "   ab"],
  ]);
});

test("mappings give values by key", () => {
  check([
    ["%(a)s and %(b)05d", { a: "x", b: 42 }, "x and 00042"],
    ["%(a(b))s", { "a(b)": 1 }, "1"],
    ["%s", { a: 1 }, "{ a: 1 }"],
    ["%(k)s", new Map([["k", "v"]]), "v"],
    ["%(__proto__)s", JSON.parse('{"__proto__": "own"}'), "own"],
  ]);
  assert.throws(() => formatPercent("%(nope)s", { a: 1 }), new KeyError("nope", { value: "nope" }));
  assert.throws(() => formatPercent("%(toString)s", { a: 1 }), KeyError);
  assert.throws(() => formatPercent("%(a)s %s", { a: 1 }), /^TypeError: not enough arguments/);
});

test("wrong arguments raise CPython's very errors", () => {
  const cases: readonly (readonly [string, unknown, string])[] = [
    ["%s", [], "TypeError: not enough arguments for format string"],
    ["x", [1], "TypeError: not all arguments converted during string formatting"],
    ["%d", ["a"], "TypeError: %d format: a real number is required, not str"],
    ["%d", [revoked()], "TypeError: %d format: a real number is required, not dict"],
    ["%x", [1.5], "TypeError: %x format: an integer is required, not float"],
    ["%f", ["a"], "TypeError: must be real number, not str"],
    ["%(a)s", [1], "TypeError: format requires a mapping"],
    ["%(a", { a: 1 }, "ValueError: incomplete format key"],
    ["%5", [1], "ValueError: incomplete format"],
    ["%y", [1], "ValueError: unsupported format character 'y' (0x79) at index 1"],
    ["é😀%日", [1], "ValueError: unsupported format character '?' (0x65e5) at index 3"],
    ["%*d", ["a", 1], "TypeError: * wants int"],
    ["%99999999999999999999d", [1], "ValueError: width too big"],
    ["%.99999999999999999999d", [1], "ValueError: precision too big"],
    ["%d", [Number.NaN], "ValueError: cannot convert float NaN to integer"],
    ["%% %", [1], "ValueError: incomplete format"],
  ];
  for (const [format, args, text] of cases) {
    assert.throws(
      () => formatPercent(format, args),
      (error: unknown) => String(error) === text,
      `${format} should raise ${text}`,
    );
  }
});
