// Which listeners were made since some moment, and how one of them ends that must handle
// nothing more. The configuration asks here when a document fails: the listeners that
// the document has made are to be gone, those that were there before go on.

let count = 0;
const births = new WeakMap<object, number>();
const enders = new WeakMap<object, () => void>();

/** Told of each listener by its constructor; `letGo` ends its hold on the queue at once. */
export function noteListener(listener: object, letGo: () => void): void {
  count += 1;
  births.set(listener, count);
  enders.set(listener, letGo);
}

/** How many listeners there have been so far. */
export function listenersSoFar(): number {
  return count;
}

/** Whether a listener came after so many; null for one of another kind, of which nobody knows. */
export function isListenerSince(listener: object, mark: number): boolean | null {
  const birth = births.get(listener);
  return birth === undefined ? null : birth > mark;
}

/**
 * Stops a listener without handling what waits on its queue, which may be others' to
 * handle. Its own stop() is called, too, since it may hold more.
 */
export function abandonListener(listener: { stop(): void }): void {
  enders.get(listener)?.();
  listener.stop();
}
