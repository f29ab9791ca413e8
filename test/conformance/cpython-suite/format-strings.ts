// The format strings of FormatterTest's format_validate: those that a Formatter takes,
// and those that it refuses, by style, with CPython's message where CPython's own test
// looks at it (null: only that it is a ValueError).

import type { StyleName } from "../../../src/index.ts";

/** Formats that must be taken as they are. */
export const TAKEN: ReadonlyMap<StyleName, readonly string[]> = new Map([
  [
    "%",
    [
      // One valid field will do, whatever stands beside it.
      "%(levelname)-10s | %(message) 8s | %(thread)05d | %(module) | %(asctime)*.2s",
      "%(asctime)*s %(asctime)*.5s %(lineno)-12.11o",
      "%(lineno)#+015.9X",
      "%(unheard)#.*g",
    ],
  ],
  [
    "{",
    [
      "$%{message}%$ | {asctime!a:20} | {guest['name']}",
      "{lineno:.3f} | {guest.height:.1f}",
      "{guest!s:*<20}",
      "{message!r}",
      "{message!s}",
      "{message!a}",
      "{lineno!r:7.3}",
      "{lineno!s:>#20,.8f} | {guest:=-#12,.3d} | {module:^9}",
      "{lineno!s:{width},.{digits}}",
      "{guest:9.{digits}}",
      "{guest:{width}.4}",
      "{guest[0].rooms[2].key}",
      "{guest[a].rooms[b].key}",
      "{7[a].rooms[b].key}",
    ],
  ],
  ["$", ["${asctime} | $message", "$guest $$", "$guest $$$$"]],
]);

/** Formats that must be refused, each with its message. */
export const REFUSED: ReadonlyMap<StyleName, readonly (readonly [string, string | null])[]> =
  new Map([
    [
      "%",
      [
        ["%(asctime)Z", "Invalid format '%(asctime)Z' for '%' style"],
        ["%(message)b", null],
        ["%(message)*", null],
        ["%(message)*7s", null],
        ["%(message)_", null],
        ["{message}", null],
        ["${asctime}", null],
        ["%(guest)#9.2*f", null],
        ["%(guest)0*.4*f", null],
      ],
    ],
    [
      "{",
      [
        ["{guest-list}", "invalid format: invalid field name/expression: 'guest-list'"],
        ["%(message)s", "invalid format: no fields"],
        ["{asctime!Z}", "invalid format: invalid conversion: 'Z'"],
        ["{asctime!s:#20,10f}", null],
        ["{asctime!rr:9}", "invalid format: expected ':' after conversion specifier"],
        ["{lineno:.3dd}", "invalid format: bad specifier: '.3dd'"],
        ["{lineno:.1Y}", null],
        ["{lineno!s:<##20,7g}", null],
        ["{lineno!s:<#20#,7g}", null],
        ["{lineno!s:{{width}},{{digits}}}", null],
        ["{lineno", "invalid format: expected '}' before end of string"],
        ["lineno}", "invalid format: Single '}' encountered in format string"],
        ["{{guest!r:7.3}", null],
        ["{{guest!r:7.3}}", null],
        ["{guest/room}", null],
        ["{guest:{{width}}.{{digits}}}}", null],
        ["{guest!Y:{{width}}.{{digits}}}", null],
        ["{guest!a:anything}", null],
        ["{guest!a:any{thing}", null],
        ["{guest!a:any{th}ing}", null],
        ["{guest.!a:d}", null],
      ],
    ],
    [
      "$",
      [
        ["$guest $$$", "invalid format: bare '$' not allowed"],
        ["guest $", "invalid format: bare '$' not allowed"],
        ["to $.", "invalid format: bare '$' not allowed"],
        ["{message}", "invalid format: no fields"],
        ["%(message)s", null],
        ["message", "invalid format: no fields"],
        ["${message", null],
      ],
    ],
  ]);
