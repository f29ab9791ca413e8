import assert from "node:assert/strict";
import { test } from "node:test";

import { KeyError, ValueError } from "../../core/errors.ts";
import { SOCK_DGRAM, SOCK_STREAM, sysLogSettings } from "./syslog-options.ts";
import type { SysLogMessageOptions, SysLogSettings } from "./syslog-options.ts";
import { SysLogHandler } from "./syslog.ts";

function settingsOf(
  options: SysLogMessageOptions,
  { tls = false, datagrams = true } = {},
): SysLogSettings {
  return sysLogSettings(options, tls, () => datagrams);
}

test("nothing said is CPython's: datagrams to localhost:514, facility user, a NUL", () => {
  const { address, socktype, facility, ident, appendNul, rfc, framing, maxMessageBytes } =
    settingsOf({});
  assert.deepEqual(address, ["localhost", 514]);
  assert.deepEqual([socktype, facility, ident, appendNul], [SOCK_DGRAM, 1, "", true]);
  assert.deepEqual([rfc, framing, maxMessageBytes], [null, "none", 65_507]);
});

test("a stream's messages are counted if they have a header, and end with CPython's NUL if not", () => {
  const bare = settingsOf({ socktype: SOCK_STREAM });
  assert.deepEqual([bare.framing, bare.appendNul, bare.maxMessageBytes], ["none", true, Infinity]);
  for (const rfc of [3164, 5424] as const) {
    const { framing, appendNul } = settingsOf({ socktype: SOCK_STREAM, rfc });
    assert.deepEqual([framing, appendNul], ["octet-counting", false]);
  }
  const lines = settingsOf({ socktype: SOCK_STREAM, framing: "newline" });
  assert.deepEqual([lines.appendNul, lines.multiline], [false, "escape"]);
  assert.equal(settingsOf({}, { tls: true }).socktype, SOCK_STREAM);
});

test("the type of a Unix socket follows from what is said, and from what there is", () => {
  const typeOf = (options: SysLogMessageOptions, datagrams: boolean): string => {
    const { unixType, socktype } = settingsOf({ address: "/dev/log", ...options }, { datagrams });
    return `${unixType} ${socktype}`;
  };
  assert.equal(typeOf({}, true), "either 2");
  assert.equal(typeOf({}, false), "stream 1");
  assert.equal(typeOf({ rfc: 5424 }, true), "datagram 2");
  assert.equal(typeOf({ rfc: 5424 }, false), "stream 1");
  assert.equal(typeOf({ framing: "newline" }, true), "stream 1");
  assert.equal(typeOf({ socktype: SOCK_STREAM }, true), "stream 1");
  assert.equal(typeOf({ socktype: SOCK_DGRAM }, true), "datagram 2");
});

test("what is not accepted is refused, with the value and what is", () => {
  const path = "/dev/log";
  const cases: readonly [SysLogMessageOptions, RegExp, { tls?: boolean; datagrams?: boolean }?][] =
    [
      [
        { address: "localhost:514" },
        /^address can't be 'localhost:514'; accepted: \[host, port\], or/,
      ],
      [{ address: "" }, /^address can't be ''/],
      [{ address: ["localhost", 0] }, /^address can't be \[ 'localhost', 0 \]/],
      [{ address: ["localhost"] as never }, /^address can't be \[ 'localhost' \]/],
      [{ address: 5 as never }, /^address can't be 5/],
      [{ address: path, socktype: SOCK_DGRAM }, /koffi can't be 2/, { datagrams: false }],
      [{ address: path }, /^address beside tls can't be/, { tls: true }],
      [{ socktype: 3 }, /^socktype can't be 3; accepted: 2, 1, null/],
      [{ socktype: SOCK_DGRAM }, /^socktype beside tls can't be 2/, { tls: true }],
      [{ facility: 24 }, /^facility can't be 24; accepted: a whole number from 0 to 23/],
      [{ facility: 1.5 }, /^facility can't be 1\.5/],
      [{ rfc: 3195 as never }, /^rfc can't be 3195; accepted: 3164, 5424, null/],
      [{ framing: "newline" }, /^framing of datagrams can't be 'newline'/],
      [{ framing: "lf" as never, socktype: SOCK_STREAM }, /^framing can't be 'lf'/],
      [
        { framing: "newline", socktype: SOCK_STREAM, multiline: "keep" },
        /^multiline beside framing 'newline' can't be 'keep'; accepted: 'escape'/,
      ],
      [{ multiline: "join" as never }, /^multiline can't be 'join'/],
      [{ ident: 5 as never }, /^ident can't be 5; accepted: a text/],
      [{ appendNul: "yes" as never }, /^appendNul can't be 'yes'/],
      [{ hostname: "a b", rfc: 5424 }, /^hostname can't be 'a b'/],
      [
        { hostname: "a" },
        /^hostname beside rfc null can't be 'a'; accepted: rfc: 3164 or rfc: 5424/,
      ],
      [{ appName: "x".repeat(49), rfc: 5424 }, /^appName can't be 'x{49}'/],
      [{ msgIdKey: "name", rfc: 3164 }, /^msgIdKey beside rfc 3164 can't be 'name'/],
      [{ sdId: "fields", rfc: 5424 }, /^sdId can't be 'fields'; accepted: name@enterprise-number/],
      [{ sdId: "a b@1", rfc: 5424 }, /^sdId can't be 'a b@1'/],
      [{ bom: 1 as never, rfc: 5424 }, /^bom can't be 1/],
      [{ maxMessageBytes: 479 }, /^maxMessageBytes can't be 479; accepted: a whole number of 480/],
      [{ tooLong: "cut" as never }, /^tooLong can't be 'cut'; accepted: 'truncate', 'drop'$/],
    ];
  for (const [options, message, given] of cases) {
    assert.throws(
      () => settingsOf(options, given),
      (error: Error) => {
        assert.match(error.message, message);
        assert.ok("accepted" in error && "value" in error, error.message);
        return true;
      },
    );
  }
});

test("a facility that no table has is CPython's KeyError, but at once", () => {
  assert.throws(
    () => settingsOf({ facility: "demon" }),
    (error) => error instanceof KeyError && error.message === "demon",
  );
});

test("a handler refuses options that it doesn't know, and TLS that is none", () => {
  assert.throws(
    () => new SysLogHandler({ adress: "/dev/log" } as never),
    /unknown option "adress"/,
  );
  assert.throws(() => new SysLogHandler(["localhost", 514] as never), /options must be an object/);
  assert.throws(() => new SysLogHandler({ tls: "yes" as never }), ValueError);
  assert.throws(() => new SysLogHandler({ maxQueueRecords: 0 }), ValueError);
});

test("the constants, the tables and the two methods are CPython's", () => {
  const handler = new SysLogHandler();
  assert.equal(SysLogHandler.LOG_EMERG, 0);
  assert.equal(SysLogHandler.LOG_LOCAL7, 23);
  assert.equal(handler.encodePriority("local7", "debug"), 191);
  assert.equal(handler.encodePriority(1, 3), 11);
  assert.equal(handler.encodePriority("user", 3), 11);
  for (const name of ["nope", "toString"]) {
    assert.throws(() => handler.encodePriority(name, "info"), KeyError);
    assert.throws(() => handler.encodePriority("user", name), KeyError);
  }
  assert.equal(handler.mapPriority("CRITICAL"), "critical");
  assert.equal(handler.mapPriority("NOTICE"), "warning");
  assert.equal(handler.mapPriority("toString"), "warning");
  handler.priorityMap = { ...handler.priorityMap, NOTICE: "notice" };
  assert.equal(handler.mapPriority("NOTICE"), "notice");
  handler.close();
});
