import assert from "node:assert/strict";
import { test } from "node:test";

import { strftime } from "./strftime.ts";

const AT = Date.UTC(2024, 11, 30, 13, 4, 5) / 1000; // a Monday, in ISO week 1 of 2025

test("every directive of C99 in the C locale", () => {
  const cases: Readonly<Record<string, string>> = {
    "%a %A %b %B %h": "Mon Monday Dec December Dec",
    "%c": "Mon Dec 30 13:04:05 2024",
    "%C %y %Y %G %g %V": "20 24 2024 2025 25 01",
    "%d %e %j %m": "30 30 365 12",
    "%D %F %x": "12/30/24 2024-12-30 12/30/24",
    "%H %I %M %S %p": "13 01 04 05 PM",
    "%r %R %T %X": "01:04:05 PM 13:04 13:04:05 13:04:05",
    "%u %w %U %W": "1 1 52 53",
    "%z %Z %%%n%t": "+0000 GMT %\n\t",
  };
  for (const [format, text] of Object.entries(cases)) {
    assert.equal(strftime(format, AT, "utc"), text, format);
  }
});

test("glibc's flags and widths, and unknown directives as they are", () => {
  const at = Date.UTC(2024, 0, 2, 3, 4, 5) / 1000;
  assert.equal(strftime("%-d %_d %e %-H %^a %010Y", at, "utc"), "2  2  2 3 TUE 0000002024");
  assert.equal(strftime("%Q %", at, "utc"), "%Q %");
});

test("zones are those of Intl, with their changes of clock", () => {
  const summer = Date.UTC(2024, 6, 1) / 1000;
  assert.equal(strftime("%F %T %z %Z", summer, "Europe/Berlin"), "2024-07-01 02:00:00 +0200 CEST");
  assert.equal(strftime("%T %z", AT, "Asia/Kathmandu"), "18:49:05 +0545");
  assert.equal(strftime("%z", AT, "America/St_Johns"), "-0330");
});

test("an offset is a zone on every Node, and its name is its digits", () => {
  const shown = (zone: string): string => strftime("%Y-%m-%d %H:%M %z %Z", 0, zone);
  assert.equal(shown("+02:00"), "1970-01-01 02:00 +0200 +02");
  assert.equal(shown("-03:30"), "1969-12-31 20:30 -0330 -0330");
});

test("local time is the process's zone", () => {
  const before = process.env["TZ"];
  process.env["TZ"] = "America/New_York";
  try {
    assert.equal(strftime("%T %z %Z", AT, "local"), "08:04:05 -0500 EST");
    // Before 1912 Abidjan was 16 minutes and 8 seconds behind Greenwich.
    process.env["TZ"] = "Africa/Abidjan";
    assert.equal(strftime("%T %z", -1_885_820_032, "local"), "08:50:00 -0016");
  } finally {
    if (before === undefined) delete process.env["TZ"];
    else process.env["TZ"] = before;
  }
});

test("instants before 1970 and fractions round down", () => {
  assert.equal(strftime("%F %T", -0.5, "utc"), "1969-12-31 23:59:59");
});

test("a width that the format names pads as glibc does, whatever the flag", () => {
  const at = Date.UTC(2024, 0, 2, 3, 4, 5) / 1000;
  assert.equal(strftime("%5Y %_6Y %-6Y %6G", at, "utc"), "02024   2024   2024 002024");
  assert.equal(strftime("%3u %3w %-3w %-4d %_4d", at, "utc"), "002 002   2    2    2");
});

test("the sign of an offset and its digits are filled up each by itself, as glibc does", () => {
  const at = Date.UTC(2024, 0, 2, 3, 4, 5) / 1000;
  const cases: Readonly<Record<string, string>> = {
    "%z": "-0330",
    "%3z": "  -0330",
    "%10z": "         -0000000330",
    "%-z": "-330",
    "%-5z": "    -  330",
    "%_z": "- 330",
    "%_5z": "    -  330",
    "%07z": "000000-0000330",
    "%^Ez": "-0330",
  };
  for (const [format, text] of Object.entries(cases)) {
    assert.equal(strftime(format, at, "America/St_Johns"), text, format);
  }
});

test("the last flag that fills up counts, and texts are filled up by it too", () => {
  const at = Date.UTC(2024, 0, 2, 3, 4, 5) / 1000;
  assert.equal(strftime("%-0d %0-d %_0j %-_j", at, "utc"), "02 2 002   2");
  assert.equal(
    strftime("%05a|%-5a|%012s|%012D", at, "utc"),
    "00Tue|  Tue|001704164645|000001/02/24",
  );
  assert.equal(
    strftime("%#a %#B %#p %^P %#c", at, "utc"),
    "TUE JANUARY am am Tue Jan  2 03:04:05 2024",
  );
});

test("what the C locale has no form for stays as it is written, with its width and flags", () => {
  const at = Date.UTC(2024, 0, 2, 3, 4, 5) / 1000;
  const same = ["%EY|2024", "%Od|02", "%OY|%OY", "%Ed|%Ed", "%^Ea|%^EA", "%#Eb|%#EB"];
  const filled = ["%5Q|  %5Q", "%05Q|0%05Q", "%5:z|  %5:z", "%+5d|%+5d", "%5|   %5", "%E|%E"];
  for (const [format = "", text] of [...same, ...filled].map((each) => each.split("|"))) {
    assert.equal(strftime(format, at, "utc"), text, format);
  }
});

test("widths, flags and case go by glibc, directive by directive", () => {
  const at = Date.UTC(2024, 0, 11, 15, 36, 40) / 1000;
  const cases: Readonly<Record<string, string>> = {
    "%#a %#A %#b %#B %#h": "THU THURSDAY JAN JANUARY JAN",
    "%#p %^#p %#Z %#P %^P %^#A": "pm pm gmt pm pm THURSDAY",
    "%#c|%^c|%#x": "Thu Jan 11 15:36:40 2024|THU JAN 11 15:36:40 2024|01/11/24",
    "%12D|%012T|%-12F": "    01/11/24|000015:36:40|  2024-01-11",
    "%5n|%05t|%5%": "    \n|0000\t|    %",
    "%-0d %0-d %0_4d": "11 11   11",
  };
  for (const [format, text] of Object.entries(cases)) {
    assert.equal(strftime(format, at, "utc"), text, format);
  }
});

test("an offset is a sign and a number, each with the width", () => {
  const at = Date.UTC(2024, 0, 11) / 1000;
  const zone = "America/St_Johns";
  assert.equal(strftime("%z|%_z|%-z|%7z", at, zone), "-0330|- 330|-330|      -0000330");
  assert.equal(
    strftime("%07z|%_7z|%-7z", at, zone),
    "000000-0000330|      -    330|      -    330",
  );
});

test("the modifiers E and O go with the directives that glibc takes them with", () => {
  const at = Date.UTC(2024, 0, 11, 15) / 1000;
  assert.equal(strftime("%EY %Ey %Ec", at, "utc"), "2024 24 Thu Jan 11 15:00:00 2024");
  assert.equal(strftime("%Od %OH %OB", at, "utc"), "11 15 January");
  assert.equal(strftime("%Ed %OY %EB %Oa %EEy", at, "utc"), "%Ed %OY %EB %Oa %EEy");
  assert.equal(strftime("%E%|%O", at, "utc"), "%|%O");
});

test("what is no directive is copied, with its width and in its case", () => {
  assert.equal(strftime("%5q|%05q|%^q|%-f", AT, "utc"), "  %5q|0%05q|%^Q|%-f");
  assert.equal(strftime("%10", AT, "utc"), "       %10");
  assert.equal(strftime("%8\u{1f600}|", AT, "utc"), "     %8\u{1f600}|");
});

test("centuries before the tenth have one digit", () => {
  const at = Date.UTC(1970, 0, 1) / 1000 + new Date("0999-01-02T00:00:00Z").getTime() / 1000;
  assert.equal(strftime("%C %y %Y %5Y %_5Y", at, "utc"), "9 99 999 00999   999");
});

test("a text far longer than its format is empty, as from CPython's buffer", () => {
  assert.equal(strftime("%2047Y", AT, "utc").length, 2047);
  assert.equal(strftime("%2048Y", AT, "utc"), "");
  assert.equal(strftime("%99999999999999999999Y".repeat(50), AT, "utc"), "");
});
