// The tabs of a tablet in a history: what opens while another one ends is one of them, and ends as they do.
import { expect, it } from 'vitest';
import { runHistory } from './history.ts';
import type { Command, Plan } from './plan.ts';

const FURTHER_TAB: Command = { do: 'second-tab', device: 0, die: 0, afterMs: 0 };

/** While the further tab opens its store. */
const ENDS: Command[] = [
  { do: 'kill-tab', device: 0, die: 0, afterMs: 2000 },
  { do: 'lose-connection', device: 0, die: 0, afterMs: 2000 },
];

const planWith = (commands: Command[], seed: number): Plan => ({
  seed,
  devices: 1,
  households: 1,
  traits: { shards: 1, pageRows: 1000, ancestorsArePresent: true },
  faults: {},
  commands,
});

const nameOf = (line: string): string | undefined => /^\d+ (d0\.\d+) round /.exec(line)?.[1];

it.each(ENDS)('a tab that opens while another ends with $do goes with the rest', async (ends) => {
  for (let seed = 1; seed <= 20; seed++) {
    const goes: Command = { do: 'wipe', device: 0, die: 0, afterMs: 1_000_000 };
    const { lines, violation } = await runHistory(planWith([FURTHER_TAB, ends, goes], seed), {
      traced: true,
    });
    expect({ seed, violation }).toEqual({ seed, violation: undefined });
    const wiped = lines!.findIndex((line) => line.includes(' d0 wiped'));
    const before = new Set(lines!.slice(0, wiped).flatMap((line) => nameOf(line) ?? []));
    const after = lines!.slice(wiped).flatMap((line) => nameOf(line) ?? []);
    expect(before).toContain('d0.2');
    expect(after.length).toBeGreaterThan(0);
    expect(after.filter((name) => before.has(name))).toEqual([]);
  }
});
