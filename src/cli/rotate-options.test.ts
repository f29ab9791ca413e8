import assert from "node:assert/strict";
import { test } from "node:test";

import { zstdAvailable } from "../platform/compress-file.ts";
import { ArgumentError } from "./argument-error.ts";
import { ROTATE_HELP, readRotateOptions } from "./rotate-options.ts";

test("a path alone rotates at midnight, keeps everything and tells nobody", () => {
  const options = readRotateOptions(["logs/a.log"]);
  assert.equal(options.path, "logs/a.log");
  assert.equal(options.schedule.when, "MIDNIGHT");
  assert.equal(options.schedule.interval, 1);
  assert.equal(options.compression, "");
  assert.deepEqual(options.keep, { count: 0, ageSeconds: 0, totalBytes: 0 });
  assert.equal(options.signal, null);
  assert.equal(options.missingOk, false);
});

test("every option arrives where it belongs", () => {
  const options = readRotateOptions(
    (
      "--when W6 --interval 2 --at 03:30 --time-zone Europe/Berlin --compress gzip a.log " +
      "--backup-count 14 --max-age-days 30 --max-total-bytes 1000 --signal 77 --signal-name SIGUSR2 " +
      "--missing-ok --verbose"
    ).split(" "),
  );
  const { schedule, zone, compression, keep, signal, missingOk, verbose } = options;
  assert.deepEqual(
    [schedule.when, schedule.interval, schedule.atSeconds, schedule.everyDays],
    ["W6", 2, 12_600, 14],
  );
  assert.equal(zone.offsetAt(1_720_000_000), 7200);
  assert.equal(compression, "gz");
  assert.deepEqual(keep, { count: 14, ageSeconds: 30 * 86_400, totalBytes: 1000 });
  assert.deepEqual(signal, { pid: 77, pidFile: null, name: "SIGUSR2" });
  assert.ok(missingOk && verbose);
  assert.equal(readRotateOptions(["a", "--utc"]).zone.offsetAt(1_720_000_000), 0);
  const { signal: byFile } = readRotateOptions(["a", "--pid-file", "/run/app.pid"]);
  assert.deepEqual(byFile, { pid: null, pidFile: "/run/app.pid", name: "SIGHUP" });
});

test("every mistake names the value and what is accepted", () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ["", /no log is named; accepted: the path of one log/],
    ["a b", /unexpected argument "b"; accepted: the path of one log/],
    ["a --wen H", /Unknown option '--wen'; accepted: --when, --interval, .*--help/],
    ["a --when", /--when.*argument missing; accepted/],
    ["a --when fortnight", /--when is "fortnight"; accepted: 'S', 'M', 'H'/],
    ["a --when W7", /--when is "W7"; accepted/],
    ["a --interval 0", /--interval is "0"; accepted: a whole number from 1/],
    ["a --interval -3", /--interval is "-3"; accepted: a whole number from 1/],
    ["a --interval 1.5", /--interval is "1\.5"/],
    ["a --at 24:00", /--at is "24:00"; accepted: 'HH:MM'/],
    ["a --when H --at 03:00", /--at is "03:00"; accepted: --at with 'midnight' or/],
    ["a --time-zone Mars/Olympus", /--time-zone is "Mars\/Olympus"; accepted: an IANA name/],
    ["a --utc --time-zone UTC", /--time-zone is "UTC"; accepted: one of it and --utc/],
    ["a --compress brotli", /--compress is "brotli"; accepted: gzip, zstd/],
    ["a --backup-count -1", /--backup-count is "-1"; accepted: a whole number from 0/],
    ["a --max-age-days many", /--max-age-days is "many"/],
    ["a --max-total-bytes 1k", /--max-total-bytes is "1k"; accepted: a whole number from 0/],
    ["a --signal 0", /--signal is "0"; accepted: a whole number from 1/],
    ["a --signal -1", /--signal is "-1"/],
    ["a --signal 1 --pid-file f", /--pid-file is "f"; accepted: one of it and --signal/],
    ["a --signal 1 --signal-name SIGHUB", /--signal-name is "SIGHUB"; accepted: a signal of/],
    ["a --signal-name SIGHUP", /--signal-name is "SIGHUP"; accepted: it together with/],
  ];
  for (const [text, message] of wrong) {
    const args = text === "" ? [] : text.split(" ");
    assert.throws(
      () => readRotateOptions(args),
      (error: unknown) => error instanceof ArgumentError && message.test(error.message),
      text,
    );
  }
});

test("zstd is refused where this Node has none", () => {
  const read = () => readRotateOptions(["a", "--compress", "zstd"]);
  if (zstdAvailable()) assert.equal(read().compression, "zst");
  else assert.throws(read, /--compress is "zstd"; accepted: gzip \(Node .* has no zstd\)/);
});

test("the help names every option", () => {
  let accepted = "";
  try {
    readRotateOptions(["a", "--nope"]);
  } catch (error) {
    accepted = (error as Error).message;
  }
  const names = accepted.match(/--[a-z-]+/g)?.filter((name) => name !== "--nope") ?? [];
  assert.ok(names.length > 10);
  for (const name of names) assert.ok(ROTATE_HELP.includes(` ${name} `), name);
});
