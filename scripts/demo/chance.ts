// Chance that repeats itself: everything drawn is a pure function of the seed, on every machine. Not for secrets.
// The generator is sfc32 (PractRand's small fast counter, 128 bits of state).

export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** A whole number, both ends included. */
  int(from: number, to: number): number;
  /** True in this share of cases. */
  happens(share: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** One of the keys, in proportion to its weight. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K;
  /** A new array in another order. */
  shuffled<T>(from: readonly T[]): T[];
  /** `count` keys in exactly the proportions of the weights (largest remainders), shuffled: totals do not vary by seed. */
  dealt<K extends string>(weights: Readonly<Record<K, number>>, count: number): K[];
  bytes(length: number): Uint8Array;
  /** Another chance of the same seed, so that drawing more here changes nothing there. */
  fork(label: string): Chance;
}

/** FNV-1a over UTF-16 code units, started anew for each of the four words of state. */
function words(seed: string): [number, number, number, number] {
  const word = (start: number) => {
    let hash = start;
    for (let at = 0; at < seed.length; at++) hash = Math.imul(hash ^ seed.charCodeAt(at), 16_777_619);
    return hash >>> 0;
  };
  return [word(2_166_136_261), word(0x9e37_79b9), word(0x243f_6a88), word(0xb7e1_5162)];
}

function sfc32(seed: string): () => number {
  let [a, b, c, counter] = words(seed);
  const draw = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let round = 0; round < 16; round++) draw();
  return draw;
}

/** The same seed, the same draws. */
export function chanceOf(seed: string): Chance {
  const next = sfc32(seed);
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  const shuffled = <T>(from: readonly T[]) => {
    const cards = [...from];
    for (let at = cards.length - 1; at > 0; at--) {
      const other = int(0, at);
      [cards[at], cards[other]] = [cards[other] as T, cards[at] as T];
    }
    return cards;
  };
  return {
    next,
    int,
    happens: (share) => next() < share,
    pick: <T>(from: readonly T[]) => from[int(0, from.length - 1)] as T,
    weighted: (weights) => weightedKey(weights, next()),
    shuffled,
    dealt: (weights, count) => shuffled(inProportion(weights, count)),
    bytes: (length) => Uint8Array.from({ length }, () => int(0, 255)),
    fork: (label) => chanceOf(`${seed}/${label}`),
  };
}

function weightedKey<K extends string>(weights: Readonly<Record<K, number>>, drawn: number): K {
  const keys = Object.keys(weights) as K[];
  let rest = drawn * keys.reduce((sum, key) => sum + weights[key], 0);
  for (const key of keys) {
    rest -= weights[key];
    if (rest < 0) return key;
  }
  return keys.at(-1) as K;
}

function inProportion<K extends string>(weights: Readonly<Record<K, number>>, count: number): K[] {
  const keys = Object.keys(weights) as K[];
  const total = keys.reduce((sum, key) => sum + weights[key], 0);
  const shares = keys.map((key) => ({ key, exact: (weights[key] / total) * count }));
  const dealt = shares.flatMap(({ key, exact }) => Array<K>(Math.floor(exact)).fill(key));
  const byRemainder = [...shares].sort((a, b) => (b.exact % 1) - (a.exact % 1));
  for (let at = 0; dealt.length < count; at++) dealt.push(byRemainder[at % byRemainder.length]!.key);
  return dealt;
}
