// CPython's errors that JavaScript has no class for, as configurations of all kinds
// throw them: its names and texts. Those of an ini text itself are in ini/ini-errors.ts.

/** A file that doesn't exist. */
export class FileNotFoundError extends Error {
  override name = "FileNotFoundError";
}

/** A file that is empty, or no ini file at all; a configuration within another. */
export class RuntimeError extends Error {
  override name = "RuntimeError";
}

/** A name in `args` or `kwargs` that stands for nothing. */
export class NameError extends Error {
  override name = "NameError";
}
