// The scalars of a pickle as bytes, in memory that grows: numbers in the shortest form
// that protocol 1 has for them, text in UTF-8. pickle.ts decides what is written.

const INT = 0x49; // I: a line of digits; I01 and I00 are True and False
const LONG = 0x4c; // L: a line of digits with an L behind
const BININT = 0x4a; // J: four bytes, signed, little endian
const BININT1 = 0x4b; // K: one byte
const BININT2 = 0x4d; // M: two bytes
const BINFLOAT = 0x47; // G: eight bytes, big endian
const BINUNICODE = 0x58; // X: four bytes of length, then UTF-8

/** A pickle being written. */
export class PickleBytes {
  // Not of the pool that frames wait in: it is garbage soon.
  #bytes: Buffer = Buffer.allocUnsafeSlow(2048);
  #length = 0;

  /** How many bytes have been written. */
  get length(): number {
    return this.#length;
  }

  /** One opcode without an argument. */
  op(code: number): void {
    this.#need(1);
    this.#bytes[this.#length] = code;
    this.#length += 1;
  }

  boolean(value: boolean): void {
    this.#line(INT, value ? "01" : "00");
  }

  /** A whole number of any size. */
  integer(value: number | bigint): void {
    if (value < -0x8000_0000 || value > 0x7fff_ffff) return this.#line(LONG, `${value}L`);
    const small = Number(value);
    this.#need(5);
    const at = this.#length;
    if (small < 0 || small > 0xffff) {
      this.#bytes[at] = BININT;
      this.#length = this.#bytes.writeInt32LE(small, at + 1);
    } else if (small > 0xff) {
      this.#bytes[at] = BININT2;
      this.#length = this.#bytes.writeUInt16LE(small, at + 1);
    } else {
      this.#bytes[at] = BININT1;
      this.#length = this.#bytes.writeUInt8(small, at + 1);
    }
  }

  float(value: number): void {
    this.#need(9);
    this.#bytes[this.#length] = BINFLOAT;
    this.#length = this.#bytes.writeDoubleBE(value, this.#length + 1);
  }

  /** Text in UTF-8, lone surrogates as the three bytes that Python's "surrogatepass" makes. */
  text(value: string): void {
    const bytes = surrogatePass(value);
    this.#need(5 + bytes.length);
    this.#bytes[this.#length] = BINUNICODE;
    this.#length = this.#bytes.writeUInt32LE(bytes.length, this.#length + 1);
    this.#length += bytes.copy(this.#bytes, this.#length);
  }

  /** Takes back what was written behind `length`. */
  cut(length: number): void {
    this.#length = length;
  }

  /** The bytes, for the caller to keep. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #line(code: number, text: string): void {
    this.#need(2 + text.length);
    this.#bytes[this.#length] = code;
    this.#length += 1 + this.#bytes.write(`${text}\n`, this.#length + 1, "latin1");
  }

  #need(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const more = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + count));
    this.#bytes.copy(more, 0, 0, this.#length);
    this.#bytes = more;
  }
}

// Node writes U+FFFD for a surrogate without its other half; UTF-8 proper has no bytes
// for one.
function surrogatePass(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  const pieces: Buffer[] = [];
  let from = 0;
  for (const { 0: lone, index } of text.matchAll(/\p{Surrogate}/gu)) {
    const code = lone.charCodeAt(0);
    pieces.push(Buffer.from(text.slice(from, index)));
    pieces.push(Buffer.from([0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]));
    from = index + 1;
  }
  pieces.push(Buffer.from(text.slice(from)));
  return Buffer.concat(pieces);
}
