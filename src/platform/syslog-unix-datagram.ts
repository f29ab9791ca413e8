// Datagrams to a Unix socket, which is what `/dev/log` nearly always is and what Node has
// no way to: the C library's own socket, connect and send, where c-library.ts has it.
// Loaded on first use and never at import. A send never waits; whoever calls must have an
// answer to a socket that is full, gone, or of another type.

import { closeSync } from "node:fs";

import { cLibrary } from "./c-library.ts";
import type { NativeFunction } from "./c-library.ts";

/** A datagram socket that is connected to a path. */
export interface UnixDatagram {
  /**
   * Hands over one datagram, whole or not at all. False: the receiver's queue is full.
   *
   * @throws an error with the errno's name as `code`
   */
  send(bytes: Uint8Array): boolean;
  close(): void;
}

/** The four calls and the constants that systems don't agree upon. */
interface SocketCalls {
  readonly socket: NativeFunction;
  readonly connect: NativeFunction;
  readonly send: NativeFunction;
  readonly fcntl: NativeFunction;
  /** The name of the last failure in this thread, such as `ENOENT`. */
  errno(): string;
}

/** <sys/socket.h>; the same on Linux, macOS and the BSDs, MIPS excepted. */
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
/** <fcntl.h>: children must not inherit the socket. */
const F_SETFD = 2;
const FD_CLOEXEC = 1;

const IS_LINUX = process.platform === "linux";
/** MSG_DONTWAIT, and on Linux MSG_NOSIGNAL. */
const SEND_FLAGS = IS_LINUX ? 0x40 | 0x4000 : 0x80;
/** What `sockaddr_un` has for the path, the final NUL included. */
const PATH_LENGTH = IS_LINUX ? 108 : 104;
/** The receiver's queue is full: EAGAIN, where the BSDs say ENOBUFS. */
const FULL: readonly string[] = ["EAGAIN", "EWOULDBLOCK", "ENOBUFS"];

let loaded: SocketCalls | null | undefined;

/** Whether this process can send Unix datagrams at all. */
export function hasUnixDatagrams(): boolean {
  return calls() !== null;
}

/**
 * A socket connected to the datagram socket at `path`.
 *
 * @throws an error with the errno's name as `code`: ENOENT, ECONNREFUSED (nobody
 * listens), EPROTOTYPE (a stream socket is there), ENAMETOOLONG, or ENOTSUP where there
 * is no koffi
 */
export function openUnixDatagram(path: string): UnixDatagram {
  const native = calls();
  if (native === null) throw failure("ENOTSUP", "socket", path);
  const address = addressOf(path);
  const fd = native.socket(AF_UNIX, SOCK_DGRAM, 0);
  if (fd < 0) throw failure(native.errno(), "socket", path);
  native.fcntl(fd, F_SETFD, "int", FD_CLOEXEC);
  if (native.connect(fd, address, address.length) !== 0) {
    const code = native.errno();
    closeSync(fd);
    throw failure(code, "connect", path);
  }
  let open = true;
  return {
    send(bytes) {
      // The number may be another file's by now.
      if (!open) throw failure("EBADF", "send", path);
      if (native.send(fd, bytes, bytes.length, SEND_FLAGS) >= 0) return true;
      const code = native.errno();
      if (FULL.includes(code)) return false;
      throw failure(code, "send", path);
    },
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

function calls(): SocketCalls | null {
  if (loaded === undefined) loaded = load();
  return loaded;
}

function load(): SocketCalls | null {
  const libc = cLibrary();
  if (libc === null) return null;
  try {
    return {
      socket: libc.func("int socket(int, int, int)"),
      connect: libc.func("int connect(int, const void *, unsigned int)"),
      send: libc.func("intptr_t send(int, const void *, size_t, int)"),
      fcntl: libc.func("int fcntl(int, int, ...)"),
      errno: () => libc.errno(),
    };
  } catch {
    return null; // a C library without them
  }
}

// struct sockaddr_un: the family as a short in Linux, behind a length byte elsewhere.
function addressOf(path: string): Buffer {
  const bytes = Buffer.from(path);
  if (bytes.length >= PATH_LENGTH) throw failure("ENAMETOOLONG", "connect", path);
  const address = Buffer.alloc(2 + bytes.length + 1);
  if (IS_LINUX) new Uint16Array(address.buffer, address.byteOffset, 1)[0] = AF_UNIX;
  else {
    address[0] = address.length;
    address[1] = AF_UNIX;
  }
  bytes.copy(address, 2);
  return address;
}

function failure(code: string, syscall: string, path: string): Error {
  return Object.assign(new Error(`${syscall} ${code} ${path}`), { code, syscall, address: path });
}
