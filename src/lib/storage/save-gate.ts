// A save goes before the slices of a pull (sync.md 5.3): the next slice is sealed and written when no save is under way.
// Invariant: nothing a save does waits for the gate, so that neither can wait for the other.

export interface SaveGate {
  /** Runs a save. */
  pass<T>(save: () => Promise<T>): Promise<T>;
  /** Resolves when no save is under way. */
  clear(): Promise<void>;
}

export function newSaveGate(): SaveGate {
  const underWay = new Set<Promise<unknown>>();
  return {
    async pass(save) {
      const saving = save();
      underWay.add(saving);
      try {
        return await saving;
      } finally {
        underWay.delete(saving);
      }
    },
    async clear() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}
