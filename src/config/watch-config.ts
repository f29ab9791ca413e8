// watchConfig: a configuration file that is applied again whenever it changes.
// Applications call it where they start. A file that has become bad is reported and
// changes nothing; the next good one is applied. The watch never keeps the process
// alive, and what goes wrong after the start is never thrown at anybody.

import { resolve } from "node:path";

import { checkOptionNames } from "../core/options.ts";
import { onRejection } from "../core/on-rejection.ts";
import { reportError } from "../core/self-report.ts";
import { typeRefusal } from "../core/refusal.ts";
import { toText } from "../core/value.ts";
import { readConfigText } from "../platform/config-text.ts";
import { ConfigWatch } from "../platform/config-watch.ts";
import { applyConfigText, configPath } from "./config-file.ts";
import { FILE_CONFIG_OPTIONS } from "./file-config.ts";
import type { FileConfigOptions } from "./file-config.ts";

/** How a file is watched, besides how it is read. */
export interface WatchConfigOptions extends FileConfigOptions {
  /** How long the file has to be quiet before it is read, in milliseconds; 100 if not given. */
  readonly debounceMs?: number | undefined;
  /**
   * How often the file's state is looked at where no notice of a change comes (network
   * file systems, some containers), in milliseconds; 5000 if not given, 0 for never.
   */
  readonly pollIntervalMs?: number | undefined;
  /** Called after each change that was applied, not for the first reading. */
  readonly onChange?: ((path: string) => void) | undefined;
  /** Called when a change was not applied, besides the report on stderr. */
  readonly onError?: ((error: unknown, path: string) => void) | undefined;
}

const OPTIONS: readonly string[] = [
  ...FILE_CONFIG_OPTIONS,
  "debounceMs",
  "pollIntervalMs",
  "onChange",
  "onError",
];

/** A file under watch. */
export class ConfigWatcher {
  /** The file's absolute path; links on it are followed anew at every change. */
  readonly path: string;
  readonly #options: WatchConfigOptions;
  readonly #watch: ConfigWatch;
  /** The text that is in force. */
  #applied: string | null = null;
  /** What was refused last, so that it is reported once. */
  #refused: string | null = null;

  /** @throws as watchConfig. */
  constructor(path: string | URL, options: WatchConfigOptions = {}) {
    checkWatchOptions(options);
    this.path = resolve(configPath(path));
    this.#options = options;
    // Watched before it is read: a change in between must not be missed.
    this.#watch = new ConfigWatch(this.path, {
      debounceMs: options.debounceMs ?? 100,
      pollIntervalMs: options.pollIntervalMs ?? 5000,
      changed: () => this.#reload(),
      failed: (error) => this.#report(error, "watching the configuration file failed"),
    });
    try {
      this.#apply(this.#read());
    } catch (error) {
      this.#watch.close();
      throw error;
    }
  }

  /** Ends the watch; the configuration stays. */
  close(): void {
    this.#watch.close();
  }

  toString(): string {
    return `<ConfigWatcher ${this.path}>`;
  }

  #reload(): void {
    let text: string | null = null;
    try {
      text = this.#read();
      if (text === this.#applied) {
        this.#refused = null;
        return;
      }
      if (text === this.#refused) return;
      this.#apply(text);
    } catch (error) {
      const refused = text ?? toText(error);
      if (refused === this.#refused) return;
      this.#refused = refused;
      this.#report(error, "the changed configuration was not applied");
      this.#call(() => this.#options.onError?.(error, this.path), "onError");
      return;
    }
    this.#call(() => this.#options.onChange?.(this.path), "onChange");
  }

  #read(): string {
    return readConfigText(this.path, this.#options.encoding ?? "utf-8");
  }

  #apply(text: string): void {
    applyConfigText(this.path, text, this.#options);
    this.#applied = text;
    this.#refused = null;
  }

  #call(callback: () => unknown, name: string): void {
    const failed = (error: unknown): void => this.#report(error, `${name} threw`);
    try {
      onRejection(callback(), this, failed);
    } catch (error) {
      failed(error);
    }
  }

  #report(error: unknown, where: string): void {
    reportError(this, error, where, `(${this.path})`);
  }
}

/**
 * Applies a configuration file as configFile does, and again after each change of
 * it, also where editors replace the file or links on its path are swapped. All or
 * nothing: a bad file is reported, and what was in force stays so.
 *
 * @throws what configFile throws if the first reading fails, and then watches
 * nothing; TypeError for bad options.
 */
export function watchConfig(path: string | URL, options: WatchConfigOptions = {}): ConfigWatcher {
  return new ConfigWatcher(path, options);
}

function checkWatchOptions(options: WatchConfigOptions): void {
  checkOptionNames(options, OPTIONS);
  for (const name of ["debounceMs", "pollIntervalMs"] as const) {
    const value: unknown = options[name];
    if (value === undefined) continue;
    if (typeof value !== "number" || !(value >= 0 && value <= 0x7fffffff)) {
      throw typeRefusal(name, value, "a number of milliseconds from 0 on");
    }
  }
  for (const name of ["onChange", "onError"] as const) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== "function") {
      throw typeRefusal(name, value, "a function");
    }
  }
}
