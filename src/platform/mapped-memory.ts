// The journals that are mapped into this thread's memory, by descriptor: the protocol's
// step `store` goes to the mapping where there is one. Filled by mapped-journal.ts,
// asked by node-fs.ts. A descriptor must be forgotten before it is closed, or its
// number's next file would be stored into the wrong place.

interface Mapped {
  readonly bytes: Uint8Array;
  readonly ints: Int32Array;
  readonly longs: BigInt64Array;
  readonly changed: () => void;
}

const mapped = new Map<number, Mapped>();

/**
 * From here on stores to this descriptor go into this memory, the file from its first byte on.
 *
 * @param changed called when more than a word was stored
 */
export function noteMapped(fd: number, buffer: ArrayBufferLike, changed: () => void): void {
  mapped.set(fd, {
    bytes: new Uint8Array(buffer),
    ints: new Int32Array(buffer, 0, Math.floor(buffer.byteLength / 4)),
    longs: new BigInt64Array(buffer, 0, Math.floor(buffer.byteLength / 8)),
    changed,
  });
}

/** To be called before the descriptor is closed. */
export function forgetMapped(fd: number): void {
  mapped.delete(fd);
}

/** Stores into a mapped file; false if the descriptor is none. */
export function storeMapped(fd: number, position: number, bytes: Uint8Array): boolean {
  const memory = mapped.get(fd);
  if (memory === undefined) return false;
  const { length } = bytes;
  // One machine word by one store: how `set` copies, nobody promises.
  if (length === 4 && position % 4 === 0)
    memory.ints[position / 4] = wordOf(bytes).getInt32(0, LITTLE);
  else if (length === 8 && position % 8 === 0) {
    memory.longs[position / 8] = wordOf(bytes).getBigInt64(0, LITTLE);
  } else {
    memory.bytes.set(bytes, position);
    memory.changed();
  }
  return true;
}

const LITTLE = new Uint8Array(Int32Array.of(1).buffer)[0] === 1;

function wordOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}
