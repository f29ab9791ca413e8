// Listening to the messages of a parent process without changing how long this process
// lives. What asks to open logs again, or to save them, comes by such messages (PM2's).
// Listens and calls back, nothing more.

/** The channel counts the listeners that want it open; these two are no documented part of Node. */
interface CountedChannel {
  refCounted?(): void;
  unrefCounted?(): void;
  unref(): void;
}

/**
 * Calls `act` at each message that is meant, until the function that it returns is
 * called; null where there is no parent that could send.
 *
 * A listener for messages makes Node keep the channel to the parent open, and the
 * process alive with it. This one must not: it takes itself out of the count, so that
 * listeners of the application hold the channel or not as they did before.
 */
export function listenForMessages(
  isMeant: (message: unknown) => boolean,
  act: () => void,
): (() => void) | null {
  if (process.channel === undefined) return null;
  const channel = process.channel as unknown as CountedChannel;
  const others = process.listenerCount("message") + process.listenerCount("disconnect");
  const onMessage = (message: unknown): void => {
    if (isMeant(message)) act();
  };
  process.on("message", onMessage);
  const counts = channel.refCounted !== undefined && channel.unrefCounted !== undefined;
  if (counts) channel.unrefCounted?.();
  else if (others === 0) channel.unref();
  let listening = true;
  return () => {
    if (!listening) return;
    listening = false;
    if (counts) channel.refCounted?.();
    process.removeListener("message", onMessage);
  };
}
