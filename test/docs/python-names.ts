// The public names of Python's logging, logging.handlers and logging.config as of 3.13,
// and those of their classes' methods and attributes. Left out are the insides of the
// style classes, of the configurators and of NTEventLogHandler, none of which daybook
// has. The test of the docs' pages holds the guide for those who come from Python to it.

/** Names by module. SysLogHandler's LOG_ constants are told by the first and the last. */
export const PYTHON_NAMES: Readonly<Record<string, readonly string[]>> = {
  logging: words(
    "BASIC_FORMAT BufferingFormatter CRITICAL DEBUG ERROR FATAL FileHandler Filter " +
      "Filterer Formatter Handler INFO LogRecord Logger LoggerAdapter Manager NOTSET " +
      "NullHandler PercentStyle PlaceHolder RootLogger StrFormatStyle StreamHandler " +
      "StringTemplateStyle WARN WARNING acquire addFilter addHandler addLevelName " +
      "basicConfig callHandlers captureWarnings close converter createLock critical " +
      "currentframe debug default_msec_format default_time_format disable emit error " +
      "exception fatal filter findCaller flush format formatException formatFooter " +
      "formatHeader formatMessage formatStack formatTime getChild getChildren " +
      "getEffectiveLevel getHandlerByName getHandlerNames getLevelName getLevelNamesMapping " +
      "getLogRecordFactory getLogger getLoggerClass getMessage get_name handle handleError " +
      "hasHandlers info isEnabledFor lastResort log logAsyncioTasks logMultiprocessing " +
      "logProcesses logThreads makeLogRecord makeRecord manager name process " +
      "raiseExceptions release removeFilter removeHandler root setFormatter setLevel " +
      "setLogRecordFactory setLoggerClass setStream set_name shutdown terminator usesTime " +
      "validate warn warning",
  ),
  "logging.handlers": words(
    "BaseRotatingHandler BufferingHandler DEFAULT_HTTP_LOGGING_PORT " +
      "DEFAULT_SOAP_LOGGING_PORT DEFAULT_TCP_LOGGING_PORT DEFAULT_UDP_LOGGING_PORT " +
      "DatagramHandler HTTPHandler MemoryHandler NTEventLogHandler QueueHandler " +
      "QueueListener RotatingFileHandler SMTPHandler SYSLOG_TCP_PORT SYSLOG_UDP_PORT " +
      "SocketHandler SysLogHandler TimedRotatingFileHandler WatchedFileHandler append_nul " +
      "close computeRollover createSocket dequeue doRollover emit encodePriority enqueue " +
      "enqueue_sentinel facility_names flush getConnection getFilesToDelete getSubject " +
      "handle handleError ident makePickle makeSocket mapLogRecord mapPriority namer " +
      "prepare priority_map priority_names reopenIfNeeded rotate rotation_filename rotator " +
      "send setTarget shouldFlush shouldRollover start stop LOG_EMERG LOG_LOCAL7",
  ),
  "logging.config": words(
    "BaseConfigurator ConvertingDict ConvertingList ConvertingMixin ConvertingTuple " +
      "DEFAULT_LOGGING_CONFIG_PORT DictConfigurator dictConfig dictConfigClass fileConfig " +
      "listen stopListening valid_ident",
  ),
};

function words(text: string): readonly string[] {
  return text.split(" ");
}
