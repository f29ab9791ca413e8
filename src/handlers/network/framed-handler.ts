// What SocketHandler and DatagramHandler have in common: a record's dictionary as JSON
// or as a pickle, with its length in front. CPython's receivers understand the pickles;
// makeLogRecord(JSON.parse(...)) makes a record of the JSON again.

import { types } from "node:util";

import type { LogRecord } from "../../core/record.ts";
import { refusal, typeRefusal } from "../../core/refusal.ts";
import type { Transport } from "../../platform/net-transport.ts";
import { OutboxHandler } from "./outbox-handler.ts";
import type { OutboxOptions, OutboxSettings } from "./outbox-options.ts";
import { pickleDict } from "./pickle.ts";
import { FLOAT_ATTRIBUTES, sentDict } from "./record-dict.ts";
import { recordJson } from "./record-json.ts";

/** How a record is written. */
export type Payload = "json" | "pickle";

/** What both handlers may be told. */
export interface FramedHandlerOptions extends OutboxOptions {
  /**
   * `json` (default): an object of the record's attributes by CPython's names, the call's
   * fields among them, and under `fields` once more. `pickle`: the same as CPython writes it, for a
   * CPython that reads.
   */
  readonly payload?: Payload | undefined;
}

const LENGTH_BYTES = 4;

/** Sends records as frames: four bytes of length, big endian, then so many bytes. */
export abstract class FramedHandler extends OutboxHandler<Uint8Array> {
  readonly payload: Payload;
  /** The longest frame there may be. */
  readonly #mostBytes: number;

  constructor(
    transport: Transport<Uint8Array>,
    settings: OutboxSettings,
    payload: Payload,
    mostBytes: number = 0xffff_ffff,
  ) {
    super(transport, settings);
    this.payload = payload;
    this.#mostBytes = mostBytes;
  }

  override emit(record: LogRecord): void {
    this.send(this.making(() => bytesOf(this.makeFrame(record))));
  }

  /**
   * The frame of a record. Subclasses that send something else override it, or, as in
   * CPython, `makePickle`.
   *
   * @throws what formatting the record throws
   */
  makeFrame(record: LogRecord): Uint8Array {
    // Who overrides makePickle wants that to be sent.
    const isOwn = this.makePickle !== FramedHandler.prototype.makePickle;
    if (this.payload === "pickle" || isOwn) return this.makePickle(record);
    const frame = recordJson(this.#dictOf(record), LENGTH_BYTES);
    frame.writeUInt32BE(frame.length - LENGTH_BYTES, 0);
    return frame;
  }

  /**
   * CPython's frame: its pickle, protocol 1, of the record's dictionary, in which `msg`
   * is the finished message and `args` and `exc_info` are None.
   *
   * @throws what formatting the record throws
   */
  makePickle(record: LogRecord): Uint8Array {
    const pickle = pickleDict(this.#dictOf(record), FLOAT_ATTRIBUTES);
    const frame = Buffer.allocUnsafe(LENGTH_BYTES + pickle.length);
    frame.writeUInt32BE(pickle.length, 0);
    pickle.copy(frame, LENGTH_BYTES);
    return frame;
  }

  /**
   * Has a frame sent, behind those that wait; of a text its UTF-8.
   *
   * @throws ValueError for a frame that is too long, TypeError for what is none; both are
   * counted as dropped
   */
  send(frame: Uint8Array | string): void {
    const bytes = this.making(() => bytesOf(frame));
    this.post(bytes, bytes.length, this.#mostBytes);
  }

  #dictOf(record: LogRecord): Record<string, unknown> {
    return sentDict(record, (each) => this.format(each));
  }
}

// What can't be written would be tried for ever, and hold up all that comes behind it.
function bytesOf(frame: unknown): Uint8Array {
  if (types.isUint8Array(frame)) return frame;
  if (typeof frame === "string") return Buffer.from(frame);
  const accepted = "a Uint8Array, or a text";
  throw typeRefusal("a frame", frame, accepted);
}

/** @throws ValueError for what is no payload */
export function payloadOf({ payload = "json" }: FramedHandlerOptions): Payload {
  if (payload === "json" || payload === "pickle") return payload;
  throw refusal("payload", payload, "'json', 'pickle'");
}

/** @throws ValueError for what is no host name, address or path */
export function hostOf(name: string, host: string): string {
  const given: unknown = host;
  if (typeof given === "string" && given !== "" && !given.includes("\0")) return given;
  throw refusal(name, given, "a text that is not empty");
}

/** @throws ValueError for what is no port */
export function portOf(port: number, accepted: string = "a whole number from 1 to 65535"): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw refusal("port", port, accepted);
}
