// What a document's class or function returned, where a promise is nothing that can be
// used. Whoever wants a handler, formatter, filter or queue refuses it at once, and
// then nobody listens to the promise: its rejection would end the process although the
// document changed nothing. Whoever calls such functions has what they return seen here.

import { onRejection } from "../../core/on-rejection.ts";
import { reportError } from "../../core/self-report.ts";

/** What `made` is, unchanged; if it is a promise, its rejection is reported. */
export function seen(made: unknown, maker: object): unknown {
  onRejection(made, maker, (error) => {
    reportError(maker, error, "what a configuration called returned a promise that was rejected");
  });
  return made;
}
