// The error classes that CPython's logging raises and JavaScript lacks. Every
// room throws these for bad input; nothing here is ever thrown from a log call.

/** What an error says about the value that caused it, besides its message. */
export interface ErrorDetail {
  /** The offending value, as it was given. */
  readonly value?: unknown;
  /** What would have been accepted, in words. */
  readonly accepted?: string;
  /** The error this one was raised from, as Python's `raise ... from`. */
  readonly cause?: unknown;
}

class DetailedError extends Error {
  declare readonly value?: unknown;
  declare readonly accepted?: string;

  constructor(message: string, detail: ErrorDetail = {}) {
    super(message, "cause" in detail ? { cause: detail.cause } : undefined);
    describe(this, detail);
  }
}

/**
 * A value of the right type that is not accepted: an unknown level name, an
 * interval of zero. Where CPython raises the same error, `message` is CPython's
 * text; `value` and `accepted` say more and are printed when the error is.
 */
export class ValueError extends DetailedError {
  override name = "ValueError";
}

/** A key that is missing, or that must not be there, such as `message` in `extra`. */
export class KeyError extends DetailedError {
  override name = "KeyError";
}

/** A position that doesn't exist, such as `{0}` in a format that has names only. */
export class IndexError extends DetailedError {
  override name = "IndexError";
}

/** A property that a value doesn't have, such as `{user.nope}` in a format. */
export class AttributeError extends DetailedError {
  override name = "AttributeError";
}

/** A value of the wrong type, as a built-in TypeError with the same details. */
export function typeError(message: string, detail: ErrorDetail = {}): TypeError {
  const error = new TypeError(message, "cause" in detail ? { cause: detail.cause } : undefined);
  describe(error, detail);
  return error;
}

// Only what was given becomes a property: Node prints an error's own properties.
function describe(error: Error, detail: ErrorDetail): void {
  if ("value" in detail) Object.assign(error, { value: detail.value });
  if (detail.accepted !== undefined) Object.assign(error, { accepted: detail.accepted });
}
