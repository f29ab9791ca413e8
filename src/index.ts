// The public door of the package: everything an application may import, by name.
// Nothing is defined here, and importing it does nothing but define.

export { BASIC_FORMAT, basicConfig } from "./config/basic-config.ts";
export type { BasicConfig } from "./config/basic-config.ts";
export {
  critical,
  debug,
  error,
  exception,
  fatal,
  info,
  log,
  warn,
  warning,
} from "./config/root-logging.ts";
export { captureWarnings } from "./config/capture-warnings.ts";
export { LoggerAdapter } from "./core/adapter.ts";
export { BoundLogger } from "./core/bound-logger.ts";
export { setClock } from "./core/clock.ts";
export type { Clock } from "./core/clock.ts";
export {
  bindContext,
  enterContext,
  getContext,
  setContextProvider,
  withContext,
} from "./core/context.ts";
export type { ContextOptions } from "./core/context.ts";
export type { ContextProvider } from "./core/context-provider.ts";
export type { LogOptions } from "./core/delivery.ts";
export type { EncodingErrors } from "./core/encoding.ts";
export { AttributeError, IndexError, KeyError, ValueError } from "./core/errors.ts";
export type { ErrorDetail } from "./core/errors.ts";
export type { FilterLike, FilterObject, FilterResult } from "./core/filter.ts";
export { Filterer } from "./core/filter.ts";
export { MessageFormatter } from "./core/formatter.ts";
export type { RecordFormatter } from "./core/formatter.ts";
export { getHandlerByName, getHandlerNames, Handler } from "./core/handler.ts";
export {
  disable,
  getLogger,
  getLoggerClass,
  getManager,
  Manager,
  PlaceHolder,
  RootLogger,
  setLoggerClass,
} from "./core/hierarchy.ts";
export type { LoggerClass } from "./core/hierarchy.ts";
export { getLastResort, setLastResort } from "./core/last-resort.ts";
export {
  addLevelName,
  CRITICAL,
  DEBUG,
  ERROR,
  FATAL,
  getLevelName,
  getLevelNamesMapping,
  INFO,
  NOTSET,
  WARN,
  WARNING,
} from "./core/level.ts";
export type { Level, StandardLevelName } from "./core/level.ts";
export type { LineBreaks } from "./core/line-breaks.ts";
export { NEEDS_RECORD, NO_ROOM } from "./core/line-encoder.ts";
export type { LineEncoder, LineEncoders } from "./core/line-encoder.ts";
export type { LineSink } from "./core/line-sink.ts";
export { Logger } from "./core/logger.ts";
export type { LoggerManager } from "./core/logger.ts";
export {
  getLogRecordFactory,
  LogRecord,
  makeLogRecord,
  setLogRecordFactory,
} from "./core/record.ts";
export type { LogRecordClass, LogRecordFactory } from "./core/record.ts";
export type { RecordArgs } from "./core/record-args.ts";
export type { Censor, RedactOption, RedactOptions } from "./core/redaction.ts";
export { getRaiseExceptions, setRaiseExceptions } from "./core/self-report.ts";
export { shutdown } from "./core/shutdown.ts";
export { setSourceMaps } from "./core/source-map.ts";
export { Filter } from "./filters/name.ts";
export { RateLimitFilter } from "./filters/rate-limit.ts";
export type { RateLimitFilterOptions } from "./filters/rate-limit.ts";
export type { RecordKey } from "./filters/record-key.ts";
export { RedactFilter } from "./filters/redact.ts";
export { SampleFilter } from "./filters/sample.ts";
export type { SampleFilterOptions } from "./filters/sample.ts";
export { BufferingFormatter } from "./formatters/buffering.ts";
export { Formatter } from "./formatters/formatter.ts";
export type { FormatterOptions, StyleName } from "./formatters/formatter.ts";
export { JsonFormatter } from "./formatters/json.ts";
export type {
  JsonFormatterOptions,
  JsonKeys,
  JsonLevelFormat,
  JsonPreset,
} from "./formatters/json.ts";
export { LogfmtFormatter } from "./formatters/logfmt.ts";
export type { LogfmtFormatterOptions } from "./formatters/logfmt.ts";
export type { LogfmtNested } from "./formatters/logfmt-line.ts";
export { PrettyFormatter } from "./formatters/pretty.ts";
export type { LevelColors, StyleWord } from "./formatters/pretty-colors.ts";
export type { PrettyFormatterOptions } from "./formatters/pretty-options.ts";
export type { Defaults } from "./formatters/record-values.ts";
export { serializers } from "./formatters/serializers.ts";
export type { Serializer, Serializers } from "./formatters/serializers.ts";
export type { FormatterZone } from "./formatters/wall-time.ts";
export { BaseRotatingHandler } from "./handlers/base-rotating.ts";
export { BufferingHandler } from "./handlers/buffering.ts";
export { CollapseRepeatsHandler } from "./handlers/collapse-repeats.ts";
export type { CollapseRepeatsHandlerOptions } from "./handlers/collapse-repeats.ts";
export { ConsoleHandler } from "./handlers/console.ts";
export type { ConsoleFormat, ConsoleHandlerOptions } from "./handlers/console-options.ts";
export { FingersCrossedHandler } from "./handlers/fingers-crossed.ts";
export type { FingersCrossedHandlerOptions } from "./handlers/fingers-crossed-options.ts";
export type { FileHandlerStats } from "./handlers/file-handler-stats.ts";
export { FileHandler } from "./handlers/file.ts";
export type { FileHandlerOptions } from "./handlers/file.ts";
export { LogQueue, QueueFull } from "./handlers/queue/log-queue.ts";
export type { ListenableQueue, RecordQueue } from "./handlers/queue/log-queue.ts";
export { MemoryHandler } from "./handlers/memory.ts";
export type { MemoryHandlerOptions } from "./handlers/memory.ts";
export type { Namer } from "./handlers/namer-hook.ts";
export { NullHandler } from "./handlers/null.ts";
export { installProcessHooks } from "./handlers/process-hooks.ts";
export type { ProcessHooksOptions } from "./handlers/process-hooks.ts";
export type { EndSignal } from "./platform/process-signals.ts";
export { PortQueue } from "./handlers/queue/port-queue.ts";
export type { PortQueueOptions } from "./handlers/queue/port-queue.ts";
export { QueueListener } from "./handlers/queue/queue-listener.ts";
export type { QueueListenerOptions } from "./handlers/queue/queue-listener.ts";
export { QueueHandler } from "./handlers/queue/queue.ts";
export type { StartStop } from "./handlers/queue/queue.ts";
export { installReopenSignals, reopenLogs } from "./handlers/reopen-logs.ts";
export type { ReopenSignalsOptions } from "./handlers/reopen-logs.ts";
export { RotatingFileHandler } from "./handlers/rotating-file.ts";
export type { RotatingFileHandlerOptions } from "./handlers/rotating-file.ts";
export type { Durability, OnFull, RotatingHandlerOptions } from "./handlers/rotating-options.ts";
export { StreamHandler } from "./handlers/stream.ts";
export type { TextStream } from "./handlers/stream.ts";
export { TimedRotatingFileHandler } from "./handlers/timed-rotating-file.ts";
export type {
  CompressName,
  StrategyName,
  TimedRotatingFileHandlerOptions,
  When,
} from "./handlers/timed-rotating-options.ts";
export { WatchedFileHandler } from "./handlers/watched-file.ts";
export type { WatchedFileHandlerOptions } from "./handlers/watched-file.ts";
export { WorkerQueueListener } from "./handlers/queue/worker-queue-listener.ts";
export type {
  WorkerQueueListenerOptions,
  WorkerQueueStats,
} from "./handlers/queue/worker-queue-listener.ts";
export type { RotationEvent, RotationMessage } from "./platform/diagnostics.ts";
export type { Rotator } from "./platform/node-fs.ts";
export type { OpenMode } from "./platform/open-log.ts";
