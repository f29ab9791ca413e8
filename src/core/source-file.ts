// Reads the application's own source files: for the comment that names a source map,
// for the map itself, and for the lines that a code frame shows. source-map.ts and the
// pretty formatter come here, once for each file. It must not wait for anything and
// not throw: whatever can't be read at once is as if it were not there.

/** More than this, in bytes, is no file that anybody reads line by line. */
const LARGEST = 64 * 1024 * 1024;

/** What sources of programs are called. */
const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro|mdx|coffee|civet|imba|res|gleam)$/i;

/**
 * Whether a path ends as those of source files do. A path that was found in data, such as
 * the text of a stack, is read only if it does: anybody may write any path there.
 */
export function isSourcePath(path: string): boolean {
  return SOURCE.test(path);
}

/**
 * The text of a regular file as UTF-8; null if there is none, if it may not be read, or if
 * it is no regular file (a named pipe would keep the caller waiting) or a huge one.
 */
export function readSourceText(path: string): string | null {
  // On Windows these are other machines' files: no stack may send anybody there.
  if (/^[\\/]{2}/.test(path)) return null;
  // Asked of a loaded Node, and only when a place is shown: an import of the library
  // loads nothing, and core depends on no module that reaches out.
  const fs = process.getBuiltinModule("node:fs");
  try {
    const { O_RDONLY, O_NONBLOCK = 0 } = fs.constants;
    const fd = fs.openSync(path, O_RDONLY | O_NONBLOCK);
    try {
      const stat = fs.fstatSync(fd);
      return stat.isFile() && stat.size <= LARGEST ? fs.readFileSync(fd, "utf8") : null;
    } finally {
      fs.closeSync(fd);
    }
  } catch {
    return null;
  }
}

const paths = new Map<string, string>();

/**
 * The path of a file as V8 names it: modules by their URL, scripts by their path. What is
 * neither stays as it is.
 */
export function sourcePath(file: string): string {
  const known = paths.get(file);
  if (known !== undefined) return known;
  // Programs log from few files; modules made up at run time must not fill memory.
  if (paths.size >= 1000) paths.clear();
  const path = toPath(file);
  paths.set(file, path);
  return path;
}

// The URL class decodes what decodeURIComponent would throw on; a path that isn't valid
// text stays as V8 gave it.
function toPath(file: string): string {
  if (!file.startsWith("file://")) return file;
  try {
    const path = decodeURIComponent(new URL(file).pathname);
    return process.platform === "win32" ? path.slice(1).replaceAll("/", "\\") : path;
  } catch {
    return file;
  }
}
