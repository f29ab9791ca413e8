// fileConfig: configures logging from a file in CPython's ini format. Applications call
// it; configFile, watchConfig and listen come here with texts. Unlike in CPython a
// file that is wrong changes nothing: all is read and made before the old is closed.
// What a file says is never evaluated.

import { fileURLToPath } from "node:url";

import { checkOptionNames } from "../core/options.ts";
import { fileState, readConfigText } from "../platform/config-text.ts";
import { FileNotFoundError, RuntimeError } from "./python-errors.ts";
import { makeFormatters, makeHandlers } from "./ini/file-config-handlers.ts";
import { planLoggers } from "./ini/file-config-loggers.ts";
import { ParsingError } from "./ini/ini-errors.ts";
import { IniParser } from "./ini/ini-parser.ts";
import type { IniDefaults } from "./ini/ini-parser.ts";
import { installConfig } from "./plan/install-config.ts";

/** CPython's arguments of fileConfig. */
export interface FileConfigOptions {
  /** Values that all sections see, for `%(name)s`; those of `[DEFAULT]` win. */
  readonly defaults?: IniDefaults | null | undefined;
  /** True, as if not given, disables loggers that exist and are not in the file. */
  readonly disableExistingLoggers?: boolean | undefined;
  /** The same, in Python's spelling. */
  readonly disable_existing_loggers?: boolean | undefined;
  /** The file's encoding; UTF-8 if not given. */
  readonly encoding?: string | null | undefined;
}

/** The names of these options, for those who take them along with others. */
export const FILE_CONFIG_OPTIONS: readonly string[] = [
  "defaults",
  "disableExistingLoggers",
  "disable_existing_loggers",
  "encoding",
];

/**
 * Configures logging from an ini file, or from a parser that has read one.
 *
 * @throws FileNotFoundError ("X doesn't exist"), RuntimeError ("X is an empty file",
 * "X is invalid: ..."); DuplicateSectionError, DuplicateOptionError and the errors of
 * interpolation; KeyError for sections and options that are missing; SyntaxError and
 * NameError for `args`, `kwargs` and `defaults` that are no literals; what making the
 * handlers and formatters throws. Nothing is changed then.
 */
export function fileConfig(
  source: string | URL | IniParser,
  options: FileConfigOptions = {},
): void {
  checkOptionNames(options, FILE_CONFIG_OPTIONS);
  if (source instanceof IniParser) {
    applyIni(source, options);
    return;
  }
  const path = source instanceof URL ? fileURLToPath(source) : source;
  const state = fileState(path);
  if (state === "missing") throw new FileNotFoundError(`${path} doesn't exist`);
  if (state === "empty") throw new RuntimeError(`${path} is an empty file`);
  applyIniText(readConfigText(path, options.encoding ?? "utf-8"), path, options);
}

/** Applies the text of an ini file; `source` names it in errors. @throws as fileConfig. */
export function applyIniText(text: string, source: string, options: FileConfigOptions): void {
  const ini = new IniParser(options.defaults ?? null);
  try {
    ini.readString(text, source);
  } catch (error) {
    if (!(error instanceof ParsingError)) throw error;
    throw new RuntimeError(`${source} is invalid: ${error.message}`, { cause: error });
  }
  applyIni(ini, options);
}

function applyIni(ini: IniParser, options: FileConfigOptions): void {
  const { disable_existing_loggers: python, disableExistingLoggers = python } = options;
  const disableExisting = disableExistingLoggers ?? true;
  installConfig(() => {
    const handlers = makeHandlers(ini, makeFormatters(ini));
    return { handlers, loggers: planLoggers(ini, handlers), disableExisting };
  });
}
