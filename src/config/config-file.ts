// Configures logging from a file of any of the known kinds: JSON, YAML and TOML hold
// a document for dictConfig, ini files what fileConfig reads. The extension says
// which. Applications, configFromEnvironment and watchConfig call it. A file that is
// wrong changes nothing; its error names the file and, where known, line and column.

import { createRequire } from "node:module";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

import { ValueError } from "../core/errors.ts";
import { checkOptionNames } from "../core/options.ts";
import { errorMessage, isError, repr } from "../core/value.ts";
import { readConfigText } from "../platform/config-text.ts";
import { parseJson } from "./config-file-json.ts";
import { dictConfig } from "./dict-config.ts";
import type { DictConfig } from "./schema/document-types.ts";
import { applyIniText, FILE_CONFIG_OPTIONS } from "./file-config.ts";
import type { FileConfigOptions } from "./file-config.ts";

/** What gives a document from a text; what it throws is given file and position. */
type DocumentReader = (text: string) => unknown;

const READERS: ReadonlyMap<string, DocumentReader> = new Map([
  [".json", parseJson],
  [".yaml", readYaml],
  [".yml", readYaml],
  [".toml", readToml],
]);
const INI: ReadonlySet<string> = new Set([".ini", ".cfg", ".conf"]);
const ACCEPTED = "a file ending in .json, .yaml, .yml, .toml, .ini, .cfg or .conf";

/**
 * Applies a configuration file, as dictConfig or fileConfig do; which of them is
 * told by the file's ending. `defaults` and `disableExistingLoggers` are for ini
 * files: documents say the latter themselves.
 *
 * @throws ValueError for an unknown ending, and for a text that can't be read as
 * what its ending says; what dictConfig and fileConfig throw; the file system's
 * errors; Error where a package is missing that reads this kind of file.
 */
export function configFile(path: string | URL, options: FileConfigOptions = {}): void {
  checkOptionNames(options, FILE_CONFIG_OPTIONS);
  const name = configPath(path);
  applyConfigText(name, readConfigText(name, options.encoding ?? "utf-8"), options);
}

/** The path as text, checked to have a known ending. @throws ValueError, TypeError. */
export function configPath(path: string | URL): string {
  const name = path instanceof URL ? fileURLToPath(path) : path;
  const ending = typeof name === "string" ? extname(name).toLowerCase() : "";
  if (READERS.has(ending) || INI.has(ending)) return name;
  throw new ValueError(`unknown kind of configuration file: ${repr(name)}; accepted: ${ACCEPTED}`, {
    value: path,
    accepted: ACCEPTED,
  });
}

/**
 * Applies the text of a configuration file whose path, checked by configPath, is
 * only used for its ending and in errors.
 *
 * @throws as configFile.
 */
export function applyConfigText(path: string, text: string, options: FileConfigOptions): void {
  const read = READERS.get(extname(path).toLowerCase());
  if (read === undefined) applyIniText(text, path, options);
  else dictConfig(documentOf(path, text, read) as DictConfig);
}

function documentOf(path: string, text: string, read: DocumentReader): unknown {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof MissingPackage) throw error;
    const message = isError(error) ? errorMessage(error) : String(error);
    throw new ValueError(`${path}: ${message}`, {
      accepted: `valid ${extname(path).slice(1).toLowerCase()}`,
      // What parseJson says is all said by then.
      ...(read === parseJson ? {} : { cause: error }),
    });
  }
}

/** What is used of the package `yaml`. */
interface YamlPackage {
  parseDocument(
    text: string,
    options: object,
  ): {
    readonly errors: readonly Error[];
    readonly warnings: readonly Error[];
    toJS(): unknown;
  };
}

/** A tuple of Python's, which is a list here. */
const PYTHON_TUPLE = {
  tag: "tag:yaml.org,2002:python/tuple",
  collection: "seq",
  resolve: (items: object): object => items,
};

const YAML_OPTIONS = { version: "1.1", prettyErrors: true, customTags: [PYTHON_TUPLE] };

// YAML 1.1, as PyYAML reads it: `yes` and `no` are booleans in documents for Python.
function readYaml(text: string): unknown {
  const yaml = loadPackage("yaml", "YAML") as YamlPackage;
  const document = yaml.parseDocument(text, YAML_OPTIONS);
  // A warning is a tag that nobody knows, and whose value would pass as something else.
  const wrong = document.errors[0] ?? document.warnings[0];
  if (wrong !== undefined) throw wrong;
  return document.toJS();
}

/** What is used of the package `smol-toml`. */
interface TomlPackage {
  parse(text: string): unknown;
}

function readToml(text: string): unknown {
  return (loadPackage("smol-toml", "TOML") as TomlPackage).parse(text);
}

/** A reader that isn't installed: no fault of the file. */
class MissingPackage extends Error {
  constructor(name: string, kind: string, cause: unknown) {
    super(`reading ${kind} needs the package ${repr(name)}; install it: npm install ${name}`, {
      cause,
    });
  }
}

// Only when such a file is read: who configures in JSON needs none of them.
function loadPackage(name: string, kind: string): unknown {
  try {
    return createRequire(import.meta.url)(name) as unknown;
  } catch (error) {
    if (isError(error) && (error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new MissingPackage(name, kind, error);
  }
}
