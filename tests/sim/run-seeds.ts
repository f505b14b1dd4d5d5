// Many histories one after another, and what was found in them.
import { runHistory } from './history.ts';
import { planOf } from './plan.ts';
import type { Planting } from './sim-device.ts';
import type { Violation } from './world.ts';

export interface FoundBad {
  seed: number;
  violation: Violation;
}

export interface SeedsReport {
  histories: number;
  saved: number;
  rounds: number;
  steps: number;
  bad: FoundBad[];
}

export interface RunningSeeds {
  first: number;
  count: number;
  /** From one seed to the next. */
  every?: number;
  planting?: Planting;
  /** Ends with the first bad one. */
  untilBad?: boolean;
  onBad?(found: FoundBad): void;
}

export async function runSeeds({ every = 1, ...running }: RunningSeeds): Promise<SeedsReport> {
  const report: SeedsReport = { histories: 0, saved: 0, rounds: 0, steps: 0, bad: [] };
  for (let n = 0; n < running.count; n++) {
    const seed = running.first + n * every;
    const history = await runHistory(planOf(seed), running.planting ? { planting: running.planting } : {});
    report.histories++;
    report.saved += history.counts.saved;
    report.rounds += history.counts.rounds;
    report.steps += history.steps;
    if (!history.violation) continue;
    const found = { seed, violation: history.violation };
    report.bad.push(found);
    running.onBad?.(found);
    if (running.untilBad) break;
  }
  return report;
}

export function wordsOf({ seed, violation }: FoundBad): string {
  const { invariant, step, words } = violation;
  return `seed ${String(seed)}: invariant ${String(invariant)} at step ${String(step)}: ${words}`;
}
