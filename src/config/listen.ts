// listen: takes new configurations from a socket, as CPython's function of this name,
// with the same frames, so that its senders work unchanged. Off unless an application
// calls it, and on loopback addresses only; `verify` is what keeps other users of the
// machine out. A configuration that is wrong is reported and changes nothing.

import { typeError } from "../core/errors.ts";
import { onRejection } from "../core/on-rejection.ts";
import { checkOptionNames } from "../core/options.ts";
import { refusal } from "../core/refusal.ts";
import { reportError } from "../core/self-report.ts";
import { shortRepr } from "../core/value.ts";
import { ConfigServer, isLoopback } from "../platform/config-server.ts";
import { parseJson } from "./config-file-json.ts";
import { dictConfig } from "./dict-config.ts";
import { applyIniText } from "./file-config.ts";

/** CPython's port for configurations. */
export const DEFAULT_LOGGING_CONFIG_PORT = 9030;

/** Gives the bytes to apply, which may be others than came in, or null to discard them. */
export type Verify = (bytes: Uint8Array) => Uint8Array | null | Promise<Uint8Array | null>;

/** How configurations are listened for. */
export interface ListenOptions {
  /**
   * Judges what came in: it may check a signature, or decrypt. Without it whoever can
   * connect, which is every user of the machine, decides what is logged and where to.
   */
  readonly verify?: Verify | undefined;
  /** A loopback address; `127.0.0.1` if not given. */
  readonly host?: string | undefined;
  /** The longest configuration in bytes; a mebibyte if not given. */
  readonly maxBytes?: number | undefined;
  /** How long one may take to come in, in milliseconds; 10 seconds if not given. */
  readonly timeoutMs?: number | undefined;
  /** Called after each configuration that was applied. */
  readonly onChange?: (() => void) | undefined;
  /** Called when one was not applied, besides the report on stderr. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

const OPTIONS: readonly string[] = [
  "verify",
  "host",
  "maxBytes",
  "timeoutMs",
  "onChange",
  "onError",
];

const listeners = new Set<ConfigListener>();

/** A socket that configurations are taken from; listens from its making on. */
export class ConfigListener {
  /** Resolves when connections are accepted; rejects, after a report, if the port can't be had. */
  readonly ready: Promise<void>;
  readonly #server: ConfigServer;
  readonly #options: ListenOptions;
  /** One after the other: two at once would be applied in any order. */
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  /** @throws as listen. */
  constructor(port: number = DEFAULT_LOGGING_CONFIG_PORT, options: ListenOptions = {}) {
    checkListenOptions(port, options);
    const { host = "127.0.0.1", maxBytes = 1 << 20, timeoutMs = 10_000 } = options;
    this.#options = options;
    listeners.add(this);
    this.#server = new ConfigServer({
      host: host === "localhost" ? "127.0.0.1" : host,
      port,
      maxBytes,
      timeoutMs,
      received: (content) => this.#receive(content),
      failed: (error) => this.#fail(error),
    });
    this.ready = this.#server.ready;
    this.ready.catch((error: unknown) => {
      listeners.delete(this);
      this.#fail(error, "listening for configurations failed");
    });
  }

  /** The port; where 0 was asked for, the real one once `ready` has resolved. */
  get port(): number {
    return this.#server.port;
  }

  /** Stops listening; what was received but not yet applied is discarded. Resolves when the port is free. */
  close(): Promise<void> {
    this.#closed = true;
    listeners.delete(this);
    return this.#server.close();
  }

  toString(): string {
    return `<ConfigListener ${this.port}>`;
  }

  #receive(content: Uint8Array): Promise<void> {
    this.#turn = this.#afterTurn(this.#turn, content);
    return this.#turn;
  }

  async #afterTurn(before: Promise<void>, content: Uint8Array): Promise<void> {
    await before;
    try {
      const { verify } = this.#options;
      const bytes = verify === undefined ? content : await verify(content);
      if (bytes === null || this.#closed) return;
      applyBytes(bytes);
      this.#watch(this.#options.onChange?.(), "onChange");
    } catch (error) {
      this.#fail(error);
    }
  }

  // Nothing waits for what an async function of the application's still does.
  #watch(answer: unknown, name: string): void {
    onRejection(answer, this, (error) => reportError(this, error, `${name} threw`));
  }

  #fail(error: unknown, where = "a received configuration was not applied"): void {
    if (this.#closed) return;
    reportError(this, error, where);
    try {
      this.#watch(this.#options.onError?.(error), "onError");
    } catch (thrown) {
      reportError(this, thrown, "onError threw");
    }
  }
}

/**
 * Listens for configurations: connections that send four bytes of length
 * (big-endian) and then a JSON document for dictConfig or else an ini text for
 * fileConfig. Unlike in CPython it listens at once, nothing has to be started, and
 * it doesn't keep the process alive.
 *
 * @throws ValueError or TypeError for a port, a host that is no loopback address, or
 * options that are none. A port that can't be had is told by `ready`.
 */
export function listen(
  port: number = DEFAULT_LOGGING_CONFIG_PORT,
  options: ListenOptions = {},
): ConfigListener {
  return new ConfigListener(port, options);
}

/** Ends all listening. Resolves when the ports are free. */
export async function stopListening(): Promise<void> {
  await Promise.all([...listeners].map((listener) => listener.close()));
}

// CPython takes any failure of a JSON document as a sign that it is an ini file, and
// reports that one's errors. What is a JSON object is meant as one.
function applyBytes(bytes: unknown): void {
  if (!(bytes instanceof Uint8Array)) {
    const accepted = "a Uint8Array, or null";
    throw typeError(`verify can't return ${shortRepr(bytes)}; accepted: ${accepted}`, {
      value: bytes,
      accepted,
    });
  }
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  // No ini text begins with a brace.
  if (/^\uFEFF?\s*\{/.test(text)) dictConfig(parseJson(text) as object);
  else applyIniText(text, "<socket>", {});
}

function checkListenOptions(port: unknown, options: ListenOptions): void {
  checkOptionNames(options, OPTIONS);
  if (typeof port !== "number" || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw refusal("port", port, "a whole number from 0 to 65535");
  }
  const { host, maxBytes, timeoutMs } = options;
  if (host !== undefined && !(typeof host === "string" && isLoopback(host))) {
    throw refusal("host", host, "a loopback address: localhost, 127.0.0.1 or ::1");
  }
  if (maxBytes !== undefined && !(Number.isInteger(maxBytes) && maxBytes > 0)) {
    throw refusal("maxBytes", maxBytes, "a whole number of bytes above 0");
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= 0x7fffffff)) {
    throw refusal("timeoutMs", timeoutMs, "a number of milliseconds above 0");
  }
  for (const name of ["verify", "onChange", "onError"] as const) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== "function") {
      throw refusal(name, value, "a function");
    }
  }
}
