// Next calls `register` once when a server starts, and `onRequestError` for whatever a
// page, route or action throws. The edge runtime has no Node: there is nothing for it here.

export async function register() {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { register: registerOnce } = await import("daybook/next");
  const { configureLogging } = await import("./logging.js");
  await registerOnce(configureLogging);
}

export async function onRequestError(...failure) {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const daybook = await import("daybook/next");
  daybook.onRequestError(...failure);
}
