// Medians and percentiles of what was measured, and rounds in which every contestant has its turn.

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Nearest rank; throws on nothing measured. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  const value = sorted[rank - 1];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

/**
 * Lets every contestant run once a round, the order turned by one each round, so that what the machine does meanwhile
 * falls on all of them. Answers each one's measurements.
 */
export async function alternating<Name extends string>(
  contestants: Readonly<Record<Name, () => Promise<number>>>,
  rounds: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contestants) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length]!;
      measured[name].push(await contestants[name]());
    }
  }
  return measured;
}
