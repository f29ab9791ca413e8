// The promises themselves: one function each, which tries a fresh handler and throws an
// AssertionError if it breaks the promise. The base class Handler keeps most of them; a
// handler that overrides more than `emit` can break any.

import { getHandlerByName } from "../core/handler.ts";
import type { LogRecord } from "../core/record.ts";
import { inspectLine } from "../core/value.ts";
import { Formatter } from "../formatters/formatter.ts";
import { breach } from "./handler-on-trial.ts";
import type { HandlerOnTrial } from "./handler-on-trial.ts";

/** A promise and its trial. */
export interface HandlerPromise {
  readonly name: string;
  /** Whether the trial needs delivery to fail. */
  readonly breaks?: boolean;
  check(trial: HandlerOnTrial): Promise<void>;
}

/** All of them. */
export const CASES: readonly HandlerPromise[] = [
  {
    name: "a handler delivers every record once, in order, as its formatter makes it",
    async check(trial) {
      for (let i = 0; i < 100; i++) trial.logger.info("n %d", i);
      trial.flush();
      const expected = Array.from({ length: 100 }, (_, i) => `INFO:n ${i}`);
      await trial.expect("each record, in order", expected);
      refuseFailures(trial);
    },
  },
  {
    name: "a handler's level keeps records away, and may be changed at any time",
    async check(trial) {
      const { handler, logger } = trial;
      handler.setLevel("WARNING");
      if (handler.level !== 30)
        throw breach(`level must be what setLevel set, not ${handler.level}`);
      logger.info("below");
      logger.warning("at");
      handler.setLevel("DEBUG");
      logger.debug("lower");
      handler.flush();
      await trial.expect("what the level allows", ["WARNING:at", "DEBUG:lower"]);
    },
  },
  {
    name: "a handler's filters stop records, or put others in their place",
    async check(trial) {
      trial.handler.addFilter((record) => record.msg !== "stopped");
      trial.handler.addFilter({ filter: (record) => replaced(record) });
      const stopped = trial.handle(trial.record("stopped"));
      if (stopped !== false)
        throw breach("handle() must return false for a record that was stopped");
      const other = trial.handle(trial.record("replace me"));
      if (other === false || other.msg !== "replaced") {
        throw breach("handle() must return the record that a filter put in the place of another");
      }
      const same = trial.record("as it is");
      if (trial.handle(same) !== same) throw breach("handle() must return the record it was given");
      trial.flush();
      await trial.expect("what filters pass", ["INFO:replaced", "INFO:as it is"]);
    },
  },
  {
    name: "a handler uses the formatter that was set last",
    async check(trial) {
      trial.logger.info("first");
      trial.flush();
      await trial.expect("the formatter's text", ["INFO:first"]);
      trial.handler.setFormatter(new Formatter("<%(message)s>"));
      trial.logger.info("second");
      trial.flush();
      await trial.expect("the new formatter's text", ["INFO:first", "<second>"]);
    },
  },
  {
    name: "a handler leaves the record as it was, for the handlers after it",
    async check(trial) {
      const user = { name: "ada" };
      const record = trial.record("hello %s", ["ada"]);
      record.fields = { user };
      Reflect.set(record, "clientip", "::1");
      const before = describe(record);
      trial.handle(record);
      trial.flush();
      await trial.expect("the record", ["INFO:hello ada"]);
      const after = describe(record);
      if (after !== before) throw breach(`the record was ${before}, and is now ${after}`);
      if (record.fields["user"] !== user) throw breach("a field's value was replaced by another");
    },
  },
  {
    name: "a record is delivered as it was when it was logged, whatever changes afterwards",
    async check(trial) {
      const user = { name: "ada" };
      trial.logger.info("user %s", user);
      user.name = "bob";
      trial.flush();
      await trial.expect("the message of that moment", ["INFO:user { name: 'ada' }"]);
    },
  },
  {
    name: "a formatter that throws is a failure for handleError, and stops no later record",
    async check(trial) {
      trial.handler.setFormatter({
        format() {
          throw new Error("this formatter throws");
        },
      });
      trial.handle(trial.record("a"));
      trial.flush();
      await trial.until("the failure must come to handleError", () => trial.failures.length > 0);
      trial.handler.setFormatter(new Formatter("%(levelname)s:%(message)s"));
      trial.logger.info("later");
      trial.flush();
      const isThere = async (): Promise<boolean> =>
        (await trial.delivered()).includes("INFO:later");
      await trial.until("the record after it must be delivered", isThere);
    },
  },
  {
    name: "arguments that don't fit the message reach nobody as an exception",
    async check(trial) {
      trial.keeps("a log call must not throw", () => trial.logger.info("%d items", "many"));
      trial.logger.info("next");
      trial.flush();
      const isThere = async (): Promise<boolean> => (await trial.delivered()).includes("INFO:next");
      await trial.until("the record after it must be delivered", isThere);
      if (trial.failures.length === 0) throw breach("the mistake must come to handleError");
    },
  },
  {
    name: "line breaks, NUL, lone surrogates and very long texts stop no later record",
    async check(trial) {
      const nasty = [
        "a\r\nb\nc",
        "\0\u001b[31m",
        "\ud800",
        "x".repeat(300_000),
        "",
        "e\u0301 \u{1f600}",
      ];
      for (const text of nasty) trial.handle(trial.record("%s", [text]));
      trial.handle(trial.record("end"));
      trial.flush();
      const isThere = async (): Promise<boolean> =>
        (await trial.delivered()).some((text) => text.endsWith("INFO:end"));
      await trial.until("the record after them must be delivered", isThere);
    },
  },
  {
    name: "a formatter that logs to the same handler doesn't go round for ever",
    async check(trial) {
      const good = new Formatter("%(message)s");
      let calls = 0;
      trial.handler.setFormatter({
        format(record) {
          if (calls++ < 3) trial.logger.info("inner");
          return good.format(record);
        },
      });
      trial.keeps("a log call must not throw", () => trial.logger.info("outer"));
      trial.flush();
      const isThere = async (): Promise<boolean> => {
        trial.flush(); // what was logged during a flush may wait for the next
        const texts = await trial.delivered();
        return texts.includes("outer") && texts.includes("inner");
      };
      await trial.until("both records must be delivered", isThere);
    },
  },
  {
    name: "close() delivers what waits, may come twice, and gives up the handler's name",
    async check(trial) {
      const { handler } = trial;
      handler.name = `trial ${Math.random()}`;
      const { name } = handler;
      for (let i = 0; i < 10; i++) trial.logger.info("n %d", i);
      // As at the end of the process.
      trial.flush();
      trial.keeps("close() must not throw", () => handler.close());
      trial.keeps("a second close() must not throw", () => handler.close());
      if (name !== null && getHandlerByName(name) !== null) {
        throw breach("close() must give up the name: call super.close()");
      }
      const expected = Array.from({ length: 10 }, (_, i) => `INFO:n ${i}`);
      await trial.expect("what was logged before close()", expected);
    },
  },
  {
    name: "what is logged after close() throws nothing at the application",
    async check(trial) {
      trial.logger.info("before");
      trial.flush();
      trial.handler.close();
      trial.handle(trial.record("after"));
      trial.flush();
      trial.keeps("close() must not throw after that", () => trial.handler.close());
      const isThere = async (): Promise<boolean> =>
        (await trial.delivered()).includes("INFO:before");
      await trial.until("the record before close() must be delivered", isThere);
    },
  },
  {
    name: "a failure to deliver goes to handleError, never to the application",
    breaks: true,
    async check(trial) {
      trial.breakDelivery();
      trial.keeps("a log call must not throw", () => trial.logger.info("lost"));
      trial.flush();
      await trial.until("the failure must come to handleError", () => trial.failures.length > 0);
      trial.keeps("close() must not throw", () => trial.handler.close());
    },
  },
];

function replaced(record: LogRecord): LogRecord | boolean {
  if (record.msg !== "replace me") return true;
  const copy = record.copy();
  copy.msg = "replaced";
  return copy;
}

function refuseFailures({ failures }: HandlerOnTrial): void {
  if (failures.length > 0) throw breach(`nothing should fail here: ${inspectLine(failures[0])}`);
}

// What a formatter may set is left out: `message`, `asctime`, `exc_text`.
function describe(record: LogRecord): string {
  const { name, levelno, levelname, msg, args, exc_info, stack_info, created, fields } = record;
  const extra: unknown = Reflect.get(record, "clientip");
  const place = [record.pathname, record.lineno];
  const all = { name, levelno, levelname, msg, args, exc_info, stack_info, created, place, extra };
  return inspectLine({ ...all, fields: { ...fields } });
}
