// pino, in the class's best setting that its documentation has. Its defaults
// otherwise: time in milliseconds (its fastest), pid and host name in every line. In
// format "ecs" with the formatter that Elastic has for it.

import { join } from "node:path";

import pino from "pino";

import {
  BOUND_FIELDS,
  FAILURE,
  MESSAGE,
  atSites,
  nestedFields,
  threeFields,
} from "../scenarios.mjs";

/** Opens the log of a contest. */
export async function open({ folder, durability, format, scenario }) {
  const destination = destinationOf(durability, join(folder, "bench.log"));
  const options = format === "ecs" ? await ecsOptions() : {};
  const log = pino({ name: "bench", level: "info", ...options }, destination);
  const later = durability === "worker" || durability === "async";
  if (scenario.startsWith("disabled")) {
    const own = atSites((module) => log.child({ module }));
    return { calls: own.map((child) => callOf(child, scenario)), writesNothing: true };
  }
  return {
    call: callOf(log, scenario),
    flush: later ? () => flushed(log) : () => destination.flushSync(),
    writesLater: later,
  };
}

async function ecsOptions() {
  const { ecsFormat } = await import("@elastic/ecs-pino-format");
  return ecsFormat();
}

function destinationOf(durability, path) {
  switch (durability) {
    case "buffered":
      return pino.destination({ dest: path, sync: true, minLength: 4096 });
    case "async":
      return pino.destination({ dest: path, sync: false, minLength: 4096 });
    case "worker":
      return pino.transport({ target: "pino/file", options: { destination: path } });
    default:
      // "write", and "journal", for which it has nothing else that survives a SIGKILL.
      return pino.destination({ dest: path, sync: true });
  }
}

function flushed(log) {
  return new Promise((resolve, reject) => {
    log.flush((error) => (error ? reject(error) : resolve()));
  });
}

function callOf(log, scenario) {
  const child = log.child(BOUND_FIELDS);
  const calls = {
    plain: () => log.info(MESSAGE),
    "3 fields": (call) => log.info(threeFields(call), MESSAGE),
    nested: (call) => log.info(nestedFields(call), MESSAGE),
    Error: () => log.info(FAILURE, MESSAGE),
    child: () => child.info(MESSAGE),
    numbered: (call) => log.info(`record ${call}`),
    disabled: () => log.debug(MESSAGE),
    "disabled, 3 fields": (call) => log.debug(threeFields(call), MESSAGE),
  };
  return calls[scenario];
}
