// The id of a request: the one that a proxy or client sent along, if it is fit to be
// written into a log, or a new one. The doors of web frameworks come here. What was
// sent is never repaired: half an id would look like one and match nothing.

// What ids are made of: UUIDs, ULIDs, hexadecimal, base64, W3C and Amazon's trace ids.
// No blank, no quote, no control character: nothing that could pass for another field.
const FIT = /^[\w.:;/+=@~-]{1,128}$/;

/** `given` if it can be a request's id: 1 to 128 characters of ids as they are in use; else null. */
export function fitRequestId(given: unknown): string | null {
  return typeof given === "string" && FIT.test(given) ? given : null;
}

/** A new id: a random UUID. */
export function newRequestId(): string {
  // Web Crypto is loaded with its first use.
  return globalThis.crypto.randomUUID();
}
