// What is logged: one message and the things that go with it. Every contestant logs
// the same values, made anew for every call as an application does; only their order
// in the call is each logger's own. A scenario's lines all have one length, whatever
// the number of the call, so that a file's size tells when everything is written.

/** Numbers of calls begin here and have seven digits, up to nine million calls. */
export const FIRST_CALL = 1_000_000;

/** The durability classes, by the option that asks for them. */
export const CLASS_NAMES = ["write", "buffered", "journal", "worker"];

/** The scenarios of the class table, in its order. */
export const SCENARIOS = ["plain", "3 fields", "nested", "Error", "child"];

/** The message of every record. */
export const MESSAGE = "order accepted by the warehouse";

/** Three fields of three kinds. */
export function threeFields(call) {
  return { orderId: call, customer: "ada@example.org", express: true };
}

/** Two objects with twelve values in them. */
export function nestedFields(call) {
  return {
    user: { id: call, name: "Ada Lovelace", roles: ["buyer", "reviewer"] },
    req: {
      method: "POST",
      url: "/orders?express=1",
      headers: { host: "shop.example.org", accept: "application/json", "x-request-id": "4f6d1c" },
      remote: { address: "192.0.2.7", port: 51213 },
      ms: 12.5,
    },
  };
}

/** What a child logger is bound to. */
export const BOUND_FIELDS = { requestId: "4f6d1c20-77b1", tenant: 42 };

/** An error with a cause for its stack: five calls deep, made once. Its text has been asked for. */
export const FAILURE = acceptOrder();

/**
 * Four loggers, as four modules of an application have their own. Calls go round, so
 * that V8 can't take the one logger of a loop for a constant and leave nothing of it.
 */
export function atSites(loggerFor) {
  return ["orders", "stock", "mail", "audit"].map(loggerFor);
}

function acceptOrder() {
  return reserveStock();
}

function reserveStock() {
  return findShelf();
}

function findShelf() {
  const error = new RangeError("no shelf has 12 of it left");
  error.code = "E_STOCK";
  // V8 makes the text when it is first asked for; that is not the logger's work.
  return error.stack === undefined ? null : error;
}
