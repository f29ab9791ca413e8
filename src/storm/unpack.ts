// Unpacks what compression left, whole or not. An archive that was cut short gives
// what can still be read of it, and says what is wrong, so that the checker can
// blame the archive instead of stopping at it. Goes by the first bytes of the
// content, never by the name.

import * as zlib from "node:zlib";

/** The content of a file, as far as it could be read. */
export interface Unpacked {
  readonly bytes: Buffer;
  /** What is wrong with the archive; null when nothing is. */
  readonly damage: string | null;
}

/** Never throws for any content. */
export function unpack(content: Buffer): Unpacked {
  if (begins(content, GZIP_MAGIC)) {
    return tolerant(content, (bytes) => zlib.gunzipSync(bytes), readableOfGzip);
  }
  if (begins(content, ZSTD_MAGIC)) return tolerant(content, unzstd, () => Buffer.alloc(0));
  return { bytes: content, damage: null };
}

const GZIP_MAGIC = Buffer.of(0x1f, 0x8b);
const ZSTD_MAGIC = Buffer.of(0x28, 0xb5, 0x2f, 0xfd);

function begins(content: Buffer, magic: Buffer): boolean {
  return content.subarray(0, magic.length).equals(magic);
}

function tolerant(
  content: Buffer,
  whole: (content: Buffer) => Buffer,
  readable: (content: Buffer) => Buffer,
): Unpacked {
  try {
    return { bytes: whole(content), damage: null };
  } catch (error) {
    const damage = error instanceof Error ? error.message : String(error);
    return { bytes: readable(content), damage };
  }
}

/** What an archive holds up to where it was cut; nothing of one that is worse than cut. */
function readableOfGzip(content: Buffer): Buffer {
  try {
    return zlib.gunzipSync(content, { finishFlush: zlib.constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

/** Node 20 has no zstd, and writes none either. */
function unzstd(content: Buffer): Buffer {
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (bytes: Buffer) => Buffer };
  if (zstdDecompressSync === undefined) throw new Error("this Node can't read zstd");
  return zstdDecompressSync(content);
}
