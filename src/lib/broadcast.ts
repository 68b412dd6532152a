/** Hands what is published to all who listen at that moment. */
export interface Broadcast<T> {
  publish(item: T): void;
  /** @returns A function that ends the listening. */
  listen(listener: (item: T) => void): () => void;
  listeners(): number;
}

export function createBroadcast<T>(): Broadcast<T> {
  const listening = new Set<(item: T) => void>();
  return {
    publish(item) {
      for (const listener of listening) listener(item);
    },
    listen(listener) {
      listening.add(listener);
      return () => void listening.delete(listener);
    },
    listeners: () => listening.size,
  };
}
