// Chance that can be thrown again: a seed makes the same throws on every machine. Invariant: what one die throws never
// depends on how often another was thrown, so that a history does not change by what is merely looked at.

export interface Dice {
  /** A number in [0, 1). */
  next(): number;
  /** An integer in [0, count). */
  below(count: number): number;
  /** True with this probability. */
  hits(probability: number): boolean;
  pick<T>(among: readonly T[]): T;
  /** Between two numbers, small ones more often: delays. */
  delay(leastMs: number, mostMs: number): number;
  /** Dice of their own, by name. */
  fork(name: string): Dice;
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  return hash >>> 0;
}

/** sfc32 (PractRand, public domain), begun from the seed's name. */
function generatorOf(seed: string): () => number {
  let [a, b, c, counter] = [hashOf(seed), hashOf(`${seed}/b`), hashOf(`${seed}/c`), 1];
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4294967296;
  };
  for (let n = 0; n < 12; n++) next();
  return next;
}

export function diceOf(seed: string): Dice {
  const next = generatorOf(seed);
  return {
    next,
    below: (count) => Math.floor(next() * count),
    hits: (probability) => next() < probability,
    pick: (among) => among[Math.floor(next() * among.length)]!,
    delay: (leastMs, mostMs) => Math.round(leastMs + (mostMs - leastMs) * next() ** 3),
    fork: (name) => diceOf(`${seed}/${name}`),
  };
}
