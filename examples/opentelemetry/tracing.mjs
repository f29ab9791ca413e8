// Starts OpenTelemetry before the application, as its own documentation has it:
//
//   node --import ./tracing.mjs server.mjs
//
// A real one exports its spans; here they are made, and dropped when they end.

import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(new BasicTracerProvider());
