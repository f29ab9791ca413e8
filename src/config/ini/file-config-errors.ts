// The errors of fileConfig that JavaScript has no class for: CPython's names and texts.
// Those of the ini text itself are in ini-errors.ts.

/** A file that doesn't exist. */
export class FileNotFoundError extends Error {
  override name = "FileNotFoundError";
}

/** A file that is empty, or no ini file at all. */
export class RuntimeError extends Error {
  override name = "RuntimeError";
}

/** A name in `args` or `kwargs` that stands for nothing. */
export class NameError extends Error {
  override name = "NameError";
}
