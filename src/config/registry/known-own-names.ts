// The classes that Python doesn't have, for documents: daybook's own formatters, filters
// and handlers, each with how it is called. known-names.ts joins them to Python's.

import { RateLimitFilter } from "../../filters/rate-limit.ts";
import type { RateLimitFilterOptions } from "../../filters/rate-limit.ts";
import { RedactFilter } from "../../filters/redact.ts";
import { SampleFilter } from "../../filters/sample.ts";
import type { SampleFilterOptions } from "../../filters/sample.ts";
import { JsonFormatter } from "../../formatters/json.ts";
import type { JsonFormatterOptions } from "../../formatters/json.ts";
import { LogfmtFormatter } from "../../formatters/logfmt.ts";
import type { LogfmtFormatterOptions } from "../../formatters/logfmt.ts";
import { PrettyFormatter } from "../../formatters/pretty.ts";
import type { PrettyFormatterOptions } from "../../formatters/pretty-options.ts";
import { CollapseRepeatsHandler } from "../../handlers/collapse-repeats.ts";
import type { CollapseRepeatsHandlerOptions } from "../../handlers/collapse-repeats.ts";
import { ConsoleHandler } from "../../handlers/console.ts";
import type { ConsoleHandlerOptions } from "../../handlers/console-options.ts";
import { FingersCrossedHandler } from "../../handlers/fingers-crossed.ts";
import type { FingersCrossedHandlerOptions } from "../../handlers/fingers-crossed-options.ts";
import { optionNames } from "./signature.ts";
import type { KnownClass, Signature } from "./signature.ts";

const JSON_FORMATTER: Signature = {
  options: optionNames<JsonFormatterOptions>([], {
    preset: true,
    keys: true,
    timeFormat: true,
    levelFormat: true,
    base: true,
    caller: true,
    serializers: true,
    redact: true,
    maxDepth: true,
    maxItems: true,
    maxLength: true,
  }),
};

const LOGFMT_FORMATTER: Signature = {
  options: optionNames<LogfmtFormatterOptions>([], {
    nested: true,
    base: true,
    redact: true,
    maxDepth: true,
    maxItems: true,
    maxLength: true,
  }),
};

const PRETTY_FORMATTER: Signature = {
  options: optionNames<PrettyFormatterOptions>([], {
    colors: true,
    levelColors: true,
    timeFormat: true,
    timeZone: true,
    fields: true,
    codeFrame: true,
    redact: true,
  }),
};

const CONSOLE: Signature = {
  options: optionNames<ConsoleHandlerOptions>([], {
    stream: true,
    format: true,
    colors: true,
    journald: true,
    pretty: true,
    json: true,
  }),
};

const RATE_LIMIT: Signature = {
  options: optionNames<RateLimitFilterOptions>([], {
    limit: true,
    perMs: true,
    burst: true,
    key: true,
    passLevel: true,
    field: true,
    inMessage: true,
    maxKeys: true,
  }),
};

const SAMPLE: Signature = {
  options: optionNames<SampleFilterOptions>([], {
    rate: true,
    every: true,
    key: true,
    passLevel: true,
    field: true,
    seed: true,
    random: true,
  }),
};

const COLLAPSE: Signature = {
  positional: ["target"],
  required: 1,
  options: optionNames<CollapseRepeatsHandlerOptions>([], { windowMs: true, key: true }),
};

const FINGERS_CROSSED: Signature = {
  positional: ["target"],
  required: 1,
  options: optionNames<FingersCrossedHandlerOptions>([], {
    activationLevel: true,
    activate: true,
    capacity: true,
    passThroughLevel: true,
    key: true,
    stopBuffering: true,
    resetAfterMs: true,
    maxKeys: true,
    idleMs: true,
    findCaller: true,
  }),
};

/** Daybook's own classes, in no module of Python's. */
export const OWN_CLASSES: readonly KnownClass[] = [
  ["", JsonFormatter, JSON_FORMATTER],
  ["", LogfmtFormatter, LOGFMT_FORMATTER],
  ["", PrettyFormatter, PRETTY_FORMATTER],
  ["", RedactFilter, { positional: ["redact"], required: 1 }],
  ["", RateLimitFilter, RATE_LIMIT],
  ["", SampleFilter, SAMPLE],
  ["", ConsoleHandler, CONSOLE],
  ["", CollapseRepeatsHandler, COLLAPSE],
  ["", FingersCrossedHandler, FINGERS_CROSSED],
];
