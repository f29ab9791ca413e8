// The namers that cases name: ways of writing a rotated file's name that a user of
// Python might have chosen. Each takes the default path, ending in `BASE.SUFFIX`,
// and gives the one that the file shall have; only its last part changes. The
// rotation parts hand them to daybook.

/** The names of the namers in the cases. */
export type NamerKind = "none" | "ext" | "gz" | "dash" | "first" | "extgz";

/** The namer of a kind for a log named `base`; null for `none`. */
export function namerOf(kind: NamerKind, base: string): ((name: string) => string) | null {
  const [stem, ext] = splitExtension(base);
  const shapes: Readonly<Record<Exclude<NamerKind, "none">, (suffix: string) => string>> = {
    ext: (suffix) => `${stem}.${suffix}${ext}`,
    gz: (suffix) => `${base}.${suffix}.gz`,
    dash: (suffix) => `${stem}-${suffix}${ext}`,
    first: (suffix) => `${suffix}.${base}`,
    extgz: (suffix) => `${stem}.${suffix}${ext}.gz`,
  };
  if (kind === "none") return null;
  const shape = shapes[kind];
  if (shape === undefined) throw new Error(`no namer is called ${JSON.stringify(kind)}`);
  return (path) => {
    const start = path.lastIndexOf("/") + 1;
    const name = path.slice(start);
    if (!name.startsWith(`${base}.`)) throw new Error(`${name} is no name of the log ${base}`);
    return path.slice(0, start) + shape(name.slice(base.length + 1));
  };
}

/** Python's os.path.splitext: a dot that begins the name begins no extension. */
function splitExtension(name: string): readonly [stem: string, extension: string] {
  const [, stem = name, extension = ""] = /^(\.*[^.].*?)(\.[^.]*)$/s.exec(name) ?? [];
  return [stem, extension];
}
