// loglevel, which writes with console.log: to a file as stdout that is synchronous.
// Time, level and name come from a method factory, as its documentation shows.

import log from "loglevel";

import { MESSAGE, atSites } from "../scenarios.mjs";

/** Opens the log of a contest. */
export async function open({ scenario }) {
  const original = log.methodFactory;
  log.methodFactory = (level, number, name) => {
    const write = original(level, number, name);
    return (message) => write(`${new Date().toISOString()} ${level} bench ${message}`);
  };
  log.setLevel("info");
  if (scenario === "disabled") {
    return {
      calls: atSites((site) => log.getLogger(site)).map((own) => () => own.debug(MESSAGE)),
      writesNothing: true,
    };
  }
  return { call: () => log.info(MESSAGE) };
}
