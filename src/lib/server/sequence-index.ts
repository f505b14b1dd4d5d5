// Which sequence numbers are the last of their document, and which of those documents have branches: in memory, so
// that `pending` is a count and not a scan, and a feed skips what was superseded without reading it.
// Invariant: a number is live exactly when it is the `seq` of one document's metadata, as last written to disk.

const FIRST_CAPACITY = 4096;

export interface SequenceIndex {
  /** Takes in one document's metadata as written: its other sequences are superseded. */
  note(entry: { seq: number; superseded: readonly number[]; branched: boolean }): void;
  isLive(seq: number): boolean;
  isBranched(seq: number): boolean;
  /** How many live sequences lie above this one. */
  countAbove(seq: number): number;
  /** Up to `limit` live sequences above `seq`, ascending; or below it, descending. */
  listAbove(seq: number, limit: number): number[];
  listBelow(seq: number, limit: number): number[];
  highest(): number;
}

export function createSequenceIndex(): SequenceIndex {
  let live = new Uint8Array(FIRST_CAPACITY);
  let counts = new Uint32Array(FIRST_CAPACITY + 1);
  let highest = 0;
  let total = 0;

  function grow(seq: number): void {
    let capacity = live.length;
    while (capacity <= seq) capacity *= 2;
    const wider = new Uint8Array(capacity);
    wider.set(live);
    live = wider;
    counts = new Uint32Array(capacity + 1);
    for (let at = 0; at < capacity; at++) if (wider[at]) add(at, 1);
  }

  // A Fenwick tree: counts[i] holds the live sequences of a range that ends at i - 1.
  function add(seq: number, change: number): void {
    for (let at = seq + 1; at < counts.length; at += at & -at) counts[at] = (counts[at] ?? 0) + change;
  }

  function countUpTo(seq: number): number {
    let sum = 0;
    for (let at = Math.min(seq + 1, counts.length - 1); at > 0; at -= at & -at) sum += counts[at] ?? 0;
    return sum;
  }

  function set(seq: number, mark: number): void {
    if (seq >= live.length) {
      if (mark === 0) return;
      grow(seq);
    }
    const was = live[seq] ? 1 : 0;
    const is = mark ? 1 : 0;
    live[seq] = mark;
    if (was === is) return;
    total += is - was;
    add(seq, is - was);
  }

  return {
    note({ seq, superseded, branched }) {
      for (const old of superseded) if (old !== seq) set(old, 0);
      set(seq, branched ? 2 : 1);
      highest = Math.max(highest, seq);
    },
    isLive: (seq) => Boolean(live[seq]),
    isBranched: (seq) => live[seq] === 2,
    countAbove: (seq) => (seq < 0 ? total : total - countUpTo(seq)),
    listAbove(seq, limit) {
      const found: number[] = [];
      for (let at = Math.max(0, seq + 1); at <= highest && found.length < limit; at++)
        if (live[at]) found.push(at);
      return found;
    },
    listBelow(seq, limit) {
      const found: number[] = [];
      for (let at = Math.min(seq - 1, highest); at >= 0 && found.length < limit; at--)
        if (live[at]) found.push(at);
      return found;
    },
    highest: () => highest,
  };
}
