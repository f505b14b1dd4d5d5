// How many documents of which kind in which database: what may be printed and kept of an erasure.
import type { Held } from './plan-erasure.ts';
import { personWords as words } from './person-words.ts';

export interface HeldCount {
  database: string;
  type: string;
  about: number;
  among: number;
}

export function countHeld(held: readonly Held[]): HeldCount[] {
  const counts = new Map<string, HeldCount>();
  for (const { database, type, how } of held) {
    const key = `${database} ${type}`;
    const known = counts.get(key) ?? { database, type, about: 0, among: 0 };
    counts.set(key, { ...known, [how]: known[how] + 1 });
  }
  return [...counts.keys()].sort().map((key) => counts.get(key)!);
}

export const linesOfCounts = (counts: readonly HeldCount[]): string[] => counts.map(words.line);
