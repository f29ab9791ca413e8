// Where a log call was made, as a record has it: the path, and what Python derives from
// it. record.ts makes one when somebody asks; nothing here looks at a stack or a file.

/** The attributes of a record that say where its call was made. */
export interface Place {
  pathname: string;
  filename: string;
  module: string;
  lineno: number;
  funcName: string | null;
}

/**
 * The place of a call, with what Python's os.path makes of its path: the file's name
 * (basename) and that without its extension (splitext; a leading dot starts none).
 */
export function placeOf(pathname: string, lineno: number, funcName: string | null): Place {
  const cut = pathname.lastIndexOf("/") + 1;
  const filename =
    process.platform === "win32"
      ? pathname.slice(Math.max(cut, pathname.lastIndexOf("\\") + 1))
      : pathname.slice(cut);
  const dot = filename.lastIndexOf(".");
  const stem = dot > 0 && !/^\.+$/.test(filename.slice(0, dot)) ? filename.slice(0, dot) : filename;
  return { pathname, filename, module: stem, lineno, funcName };
}
