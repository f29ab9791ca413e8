// Texts that would forge lines or steer a terminal, as they turn up in user names, headers
// and error messages: with the line ends of all systems, escape sequences, changes of
// direction, half characters, and names that JavaScript keeps for itself.

const ESC = "\x1b";

/** Texts to put wherever a record has room for one. */
export const NASTY_TEXTS: readonly string[] = [
  // A line that looks like any other, behind each thing that ends one somewhere.
  ...["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029", "\n\n", "\0"].map(
    (end) => `ada${end}2026-11-22 15:07:06,123 CRITICAL root: all is lost`,
  ),
  "\n",
  "ends with one\n",
  'ada","level":"CRITICAL","msg":"forged',
  '{"level":"CRITICAL"}\n{"level":"CRITICAL"}',
  'ada" level=critical msg="forged',
  "ada level=critical",
  "\nlevel=critical msg=forged",
  "\n    at forged (evil.js:1:1)",
  "<0>forged priority",
  "\n<0>kern.emerg",
  // Sequences: colours, a wiped screen, a moved cursor, a title, a link, a reply typed in.
  `${ESC}[31mred${ESC}[0m`,
  `${ESC}[2J${ESC}[H`,
  `${ESC}[1A${ESC}[2Kforged`,
  `${ESC}]0;title\x07`,
  `${ESC}]8;;https://evil.example${ESC}\\click${ESC}]8;;${ESC}\\`,
  `${ESC}P$q"p${ESC}\\`,
  `${ESC}c`,
  "\x9b31mred\x9b2J",
  "\x9d0;title\x9c",
  "\x90+q\x9c",
  "pass\b\b\b\bfail",
  "bell\x07 shift\x0e\x0f del\x7f sub\x1a",
  // Directions.
  "user \u202exslx.exe\u202c \u202a\u202b\u202d",
  "\u2066\u2067\u2068\u2069",
  // Half characters, and odd ones.
  "\ud800",
  "\udc00\ud800",
  "\ud83d\u0000\ude00",
  "\ufeff\ufffe\uffff",
  // Names with a meaning.
  "__proto__",
  "constructor",
  "toJSON",
  "toString",
  "%s %d %(message)s %%",
  "{0} {message} ${message} $msg",
  // Long ones, with the bad part where a loop that looks at the first characters has stopped.
  `${"x".repeat(39)}\n${"y".repeat(200)}`,
  `${"é".repeat(300)}\x9b2J`,
  `${"long ".repeat(13_200)}\nforged`,
];
