// Tells when a response of Node's http or http2 is over, and how long its body was.
// The doors of frameworks that run on Node's servers call it once for each request. It
// listens, counts and passes everything on: what the application writes stays as it is.

/** What is used of a Node response. */
export interface HttpResponse {
  statusCode: number;
  readonly headersSent: boolean;
  readonly writableFinished: boolean;
  setHeader(name: string, value: string): unknown;
  once(event: "close" | "finish", listener: () => void): unknown;
  write(...args: never[]): unknown;
  end(...args: never[]): unknown;
}

/** How a response ended. */
export interface ResponseEnd {
  /** Null where the connection was gone before a status was sent. */
  readonly status: number | null;
  /** Whether it was closed before all of it was handed over to the system. */
  readonly aborted: boolean;
  /** The length of the body as it was sent: compressed, where it was. */
  readonly bytes: number;
}

type Send = (...args: unknown[]) => unknown;

/** Calls `done` once, when all of the response is sent or its connection is closed. */
export function watchResponse(
  response: HttpResponse,
  method: string,
  done: (end: ResponseEnd) => void,
): void {
  const bodyBytes = countBody(response);
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    const { statusCode, headersSent, writableFinished } = response;
    done({
      status: headersSent ? statusCode : null,
      aborted: !writableFinished,
      bytes: hasNoBody(method, statusCode) ? 0 : bodyBytes(),
    });
  };
  // "close" is last and comes in any case, but not from every imitation of a response.
  response.once("finish", end);
  response.once("close", end);
}

// Node takes a body for these, and sends none.
function hasNoBody(method: string, status: number): boolean {
  return method === "HEAD" || status === 204 || status === 304;
}

// A header tells the length only where nothing is streamed or compressed, and what a
// socket has sent may be other responses too. So the two methods of this one response
// are put in front of their own. Those of compressing middleware go in front of these.
function countBody(response: HttpResponse): () => number {
  let bytes = 0;
  let ending = false;
  const write = response.write as Send;
  const end = response.end as Send;
  response.write = (...args: unknown[]) => {
    if (!ending) bytes += byteLength(args[0], args[1]);
    return write.apply(response, args);
  };
  response.end = (...args: unknown[]) => {
    bytes += byteLength(args[0], args[1]);
    // In http2 it calls write.
    ending = true;
    return end.apply(response, args);
  };
  return () => bytes;
}

function byteLength(chunk: unknown, encoding: unknown): number {
  if (chunk instanceof Uint8Array) return chunk.byteLength;
  if (typeof chunk !== "string") return 0;
  return typeof encoding === "string" && Buffer.isEncoding(encoding)
    ? Buffer.byteLength(chunk, encoding)
    : Buffer.byteLength(chunk);
}
