// The public kit for people who test what they build on daybook: `daybook/testing`.
// A handler that captures logs, a clock that stands still, and cases for handlers; a file
// system in memory that takes the protocol's steps, and the explorer that runs procedures
// over it in every order, with deaths. Re-exports only.

export type {
  Fd,
  FileStat,
  FsOp,
  Landed,
  LockMode,
  Method,
  OpenMode,
  Steps,
} from "../rotation/fs-op.ts";
export {
  homesOf,
  lineFaults,
  nameFaults,
  removalFaults,
  restFaults,
  seriesFaults,
} from "../rotation/invariants.ts";
export type {
  AckedLine,
  Expendable,
  FoundFile,
  FoundLog,
  Home,
  RestOptions,
} from "../rotation/invariants.ts";
export { makeNaming } from "../rotation/naming.ts";
export type { Naming, NamingOptions } from "../rotation/naming.ts";
export { CaptureHandler } from "./capture-handler.ts";
export type { AssertLoggedOptions, CaptureFailure } from "./capture-handler.ts";
export { captureLogs } from "./capture-logs.ts";
export type { CaptureLogsOptions } from "./capture-logs.ts";
export { explore } from "./explorer.ts";
export { fakeClock } from "./fake-clock.ts";
export type { FakeClock, FakeClockOptions } from "./fake-clock.ts";
export { foundLog } from "./found-log.ts";
export { handlerCases } from "./handler-cases.ts";
export type { HandlerCase, HandlerSetup } from "./handler-cases.ts";
export type { ModelStep, Program } from "./lives.ts";
export type { MemoryNode } from "./memory-disk.ts";
export { MemoryFs, unpacked } from "./memory-fs.ts";
export type { MemoryLimits, MemoryOpenFile } from "./memory-fs.ts";
export type { Sabotage } from "./moves.ts";
export type { Checks, Exploration, Fault, Moment, OutsideEvent, Scenario } from "./scenario.ts";
export type { WantedRecord } from "./wanted-record.ts";
