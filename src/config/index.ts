// The door `daybook/config`: configuration by documents and files. Nothing is defined
// here, and `daybook` itself loads none of it.

export { configFile } from "./config-file.ts";
export { explainError } from "./config-error.ts";
export type { ErrorPlace } from "./config-error.ts";
export { DICT_CONFIG_SCHEMA } from "./schema/config-schema.ts";
export { dictConfig } from "./dict-config.ts";
export type {
  CustomConfig,
  DictConfig,
  FilterConfig,
  FormatterConfig,
  HandlerConfig,
  HandlerKeys,
  LoggerConfig,
  RegisteredHandlers,
  RootConfig,
} from "./schema/document-types.ts";
export { configFromEnvironment } from "./environment.ts";
export type { Environment } from "./environment.ts";
export { fileConfig } from "./file-config.ts";
export type { FileConfigOptions } from "./file-config.ts";
export { FileNotFoundError, NameError, RuntimeError } from "./python-errors.ts";
export {
  DuplicateOptionError,
  DuplicateSectionError,
  IniError,
  InterpolationDepthError,
  InterpolationMissingOptionError,
  InterpolationSyntaxError,
  MissingSectionHeaderError,
  NoOptionError,
  NoSectionError,
  ParsingError,
} from "./ini/ini-errors.ts";
export { IniParser } from "./ini/ini-parser.ts";
export type { IniDefaults, IniGetOptions } from "./ini/ini-parser.ts";
export { ConfigListener, DEFAULT_LOGGING_CONFIG_PORT, listen, stopListening } from "./listen.ts";
export type { ListenOptions, Verify } from "./listen.ts";
export {
  registerClass,
  registerFactory,
  registerValue,
  registeredNames,
  unregister,
} from "./registry/registry.ts";
export type { ConfigurableClass, Factory, Renamed, Signature } from "./registry/signature.ts";
export { ConfigWatcher, watchConfig } from "./watch-config.ts";
export type { WatchConfigOptions } from "./watch-config.ts";
