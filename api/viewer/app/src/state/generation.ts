import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let generation = 0;

/** Counts writes and changes of the key: whoever shows what the server says asks again. */
export function useGeneration(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => generation,
  );
}

export function askAgain(): void {
  generation++;
  for (const listener of listeners) listener();
}
