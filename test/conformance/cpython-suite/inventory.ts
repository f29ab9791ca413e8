// The classes and methods of CPython's own test suite of logging, as of 3.13, with what
// this folder does about each: "yes" and "partly" are mirrored under the same names, the
// methods that are left out say why. coverage.test.ts holds the folder to this list.
//
// Inherited methods are listed where the inheriting class is about something else (a
// Unix socket, IPv6), and so are those that CPython's suite makes in a loop. HandlerTest's
// path_objects is called pathlike_objects in 3.13; both names are kept.

/** A class of CPython's suite. */
export interface SuiteClass {
  readonly name: string;
  /** Whether Node has all, some or none of what the class is about. */
  readonly verdict: "yes" | "partly" | "no";
  /** The methods to mirror, without `test_`. */
  readonly methods: readonly string[];
  /** The methods that are not mirrored, with the reason. */
  readonly leftOut: Readonly<Record<string, string>>;
}

const NOTHING: Readonly<Record<string, string>> = {};

function suiteClass(
  name: string,
  verdict: SuiteClass["verdict"],
  methods: string,
  leftOut: Readonly<Record<string, string>> = NOTHING,
): SuiteClass {
  return { name, verdict, methods: methods === "" ? [] : methods.split(" "), leftOut };
}

/** All classes, in the order of CPython's file. */
export const INVENTORY: readonly SuiteClass[] = [
  suiteClass(
    "BuiltinLevelsTest",
    "yes",
    "flat nested_explicit nested_inherited nested_with_virtual_parent " +
      "regression_22386 issue27935 regression_29220",
  ),
  suiteClass("BasicFilterTest", "yes", "filter callable_filter empty_filter"),
  suiteClass(
    "CustomLevelsAndFiltersTest",
    "yes",
    "logger_filter handler_filter specific_filters handler_filter_replaces_record " +
      "logging_filter_replaces_record",
  ),
  suiteClass("HandlerTest", "partly", "name builtin_handlers path_objects race pathlike_objects", {
    post_fork_child_no_deadlock:
      "Node has no fork() that copies a running program, and no locks that a copy could find held.",
  }),
  suiteClass(
    "StreamHandlerTest",
    "yes",
    "error_handling stream_setting can_represent_stream_with_int_name",
  ),
  suiteClass("SMTPHandlerTest", "yes", "basic"),
  suiteClass(
    "MemoryHandlerTest",
    "partly",
    "flush flush_on_close race_between_set_target_and_flush shutdown_flush_on_close",
  ),
  suiteClass(
    "ConfigFileTest",
    "partly",
    "config0_ok config0_using_cp_ok config1_ok config2_failure config3_failure " +
      "config4_ok config5_ok config6_ok config7_ok config8_ok logger_disabling " +
      "config_set_handler_names exception_if_confg_file_is_invalid " +
      "exception_if_confg_file_is_empty exception_if_config_file_does_not_exist " +
      "defaults_do_no_interpolation config9_ok",
  ),
  suiteClass("SocketHandlerTest", "yes", "output noserver"),
  suiteClass("UnixSocketHandlerTest", "yes", "output noserver"),
  suiteClass("DatagramHandlerTest", "yes", "output"),
  suiteClass("UnixDatagramHandlerTest", "no", "", {
    output:
      "Node has no datagrams over Unix sockets; a SocketHandler reaches such a path as a stream.",
  }),
  suiteClass("SysLogHandlerTest", "yes", "output udp_reconnection"),
  suiteClass("UnixSysLogHandlerTest", "partly", "output udp_reconnection"),
  suiteClass("IPv6SysLogHandlerTest", "yes", "output udp_reconnection"),
  suiteClass("HTTPHandlerTest", "yes", "output"),
  suiteClass("MemoryTest", "partly", "persistent_loggers"),
  suiteClass("EncodingTest", "partly", "encoding_plain_file encoding_cyrillic_unicode"),
  suiteClass("WarningsTest", "partly", "warnings warnings_no_handlers"),
  suiteClass(
    "ConfigDictTest",
    "partly",
    "config0_ok config1_ok config2_failure config2a_failure config2b_failure " +
      "config3_failure config4_ok config4a_ok config5_ok config6_failure config7_ok " +
      "config_8_ok config_8a_ok config_9_ok config_10_ok config11_ok config12_failure " +
      "config13_failure config14_ok config15_ok config17_ok listen_config_10_ok " +
      "listen_config_1_ok listen_verify out_of_order out_of_order_with_dollar_style " +
      "custom_formatter_class_with_validate custom_formatter_class_with_validate2 " +
      "custom_formatter_class_with_validate2_with_wrong_fmt " +
      "custom_formatter_class_with_validate3 custom_formatter_function_with_validate " +
      "baseconfig namedtuple config_callable_filter_works config_filter_works " +
      "config_filter_method_works invalid_type_raises 90195 config16_ok config18_ok " +
      "bad_format bad_format_with_dollar_style custom_formatter_function_with_defaults " +
      "config_queue_handler multiprocessing_queues 111615 kwargs_passing",
    {
      config_queue_handler_does_not_create_multiprocessing_manager:
        "It watches that Python's multiprocessing starts no manager process; there is none to start here.",
      config_queue_handler_invalid_config_does_not_create_multiprocessing_manager:
        "As the one before; that such queues are refused is in config_queue_handler.",
      config_queue_handler_multiprocessing_context:
        "It is about the ways in which Python starts processes and hands them a manager's queue.",
    },
  ),
  suiteClass("ManagerTest", "yes", "manager_loggerclass set_log_record_factory"),
  suiteClass("ChildLoggerTest", "yes", "child_loggers get_children"),
  suiteClass("LogRecordFactoryTest", "yes", "logrecord_class"),
  suiteClass(
    "QueueHandlerTest",
    "yes",
    "queue_handler formatting queue_listener queue_listener_with_StreamHandler " +
      "queue_listener_with_multiple_handlers",
  ),
  suiteClass(
    "QueueListenerTest",
    "partly",
    "handle_called_with_queue_queue handle_called_with_mp_queue " +
      "no_messages_in_queue_after_stop calls_task_done_after_stop",
  ),
  suiteClass(
    "FormatterTest",
    "yes",
    "percent braces dollars format_validate defaults_parameter invalid_style time " +
      "default_msec_format_none issue_89047 msecs_has_no_floating_point_precision_loss " +
      "relativeCreated_has_higher_precision",
  ),
  suiteClass("BufferingFormatterTest", "yes", "default custom"),
  suiteClass("ExceptionTest", "partly", "formatting"),
  suiteClass("LastResortTest", "yes", "last_resort"),
  suiteClass(
    "ShutdownTest",
    "yes",
    "no_failure with_ioerror_in_acquire with_ioerror_in_flush with_ioerror_in_close " +
      "with_valueerror_in_acquire with_valueerror_in_flush with_valueerror_in_close " +
      "with_other_error_in_acquire_without_raise " +
      "with_other_error_in_flush_without_raise with_other_error_in_close_without_raise " +
      "with_other_error_in_acquire_with_raise with_other_error_in_flush_with_raise " +
      "with_other_error_in_close_with_raise",
  ),
  suiteClass(
    "ModuleLevelMiscTest",
    "partly",
    "disable log debug info warning error critical set_logger_class " +
      "subclass_logger_cache logging_at_shutdown logging_at_shutdown_open " +
      "recursion_error get_level_names_mapping",
  ),
  suiteClass(
    "LogRecordTest",
    "partly",
    "str_rep dict_arg multiprocessing optional taskName_with_asyncio_imported " +
      "taskName_without_asyncio_imported",
  ),
  suiteClass(
    "BasicConfigTest",
    "yes",
    "no_kwargs strformatstyle stringtemplatestyle filename filemode stream format " +
      "datefmt style level incompatible handlers force encoding encoding_errors " +
      "encoding_errors_default encoding_errors_none log debug info warning error " +
      "critical log_taskName",
  ),
  suiteClass(
    "LoggerAdapterTest",
    "yes",
    "exception exception_excinfo critical is_enabled_for has_handlers nested " +
      "styled_adapter nested_styled_adapter find_caller_with_stacklevel " +
      "extra_in_records extra_not_merged_by_default extra_merged " +
      "extra_merged_log_call_has_precedence",
  ),
  suiteClass(
    "LoggerTest",
    "partly",
    "set_invalid_level exception log_invalid_level_with_raise " +
      "log_invalid_level_no_raise find_caller_with_stack_info " +
      "find_caller_with_stacklevel make_record_with_extra_overwrite " +
      "make_record_with_extra_no_overwrite has_handlers has_handlers_no_propagate " +
      "is_enabled_for is_enabled_for_disabled_logger root_logger_aliases invalid_names " +
      "caching",
    {
      pickling: "There is no pickle in JavaScript: loggers are not sent anywhere.",
    },
  ),
  suiteClass("FileHandlerTest", "yes", "delay emit_after_closing_in_write_mode"),
  suiteClass(
    "RotatingFileHandlerTest",
    "yes",
    "should_not_rollover should_rollover file_created rollover_filenames " +
      "namer_rotator_inheritance rotator should_not_rollover_non_file max_bytes " +
      "max_bytes_delay",
  ),
  suiteClass(
    "TimedRotatingFileHandlerTest",
    "yes",
    "should_not_rollover rollover invalid compute_rollover_daily_attime " +
      "compute_rollover_weekly_attime compute_files_to_delete rollover_at_midnight " +
      "rollover_at_weekday compute_files_to_delete_same_filename_different_extensions " +
      "compute_rollover_MIDNIGHT_local compute_rollover_W6_local " +
      "compute_rollover_MIDNIGHT_local_interval compute_rollover_W6_local_interval " +
      "compute_rollover_S compute_rollover_M compute_rollover_H compute_rollover_D " +
      "compute_rollover_MIDNIGHT compute_rollover_W0 compute_rollover_S_interval " +
      "compute_rollover_M_interval compute_rollover_H_interval " +
      "compute_rollover_D_interval compute_rollover_MIDNIGHT_interval " +
      "compute_rollover_W0_interval",
  ),
  suiteClass("NTEventLogHandlerTest", "no", "", {
    basic: "NTEventLogHandler writes by Windows' own interface; there is no such handler.",
  }),
  suiteClass("MiscTestCase", "yes", "_all__"),
];
