// One seed in ten over real stores (dexie-history.ts), one in a hundred against a CouchDB where one is named. Every second
// of them is held against its history over models; the others put whole batches.
import { couchBackend, couchOfEnvironment } from './couch-backend.ts';
import { runReal, type Backend } from './dexie-history.ts';
import { planOf } from './plan.ts';
import type { FoundBad } from './run-seeds.ts';

export interface RunningReal {
  first: number;
  count: number;
  /** Those that can be divided by it, of `count` from `first` on. */
  oneIn: number;
  backend?: Backend;
  onBad?(found: FoundBad): void;
}

export interface RealReport {
  histories: number;
  saved: number;
  bad: FoundBad[];
}

const ONE_IN = 10;
const ONE_IN_AGAINST_COUCHDB = 100;

async function runRealSeeds({ first, count, oneIn, backend, onBad }: RunningReal): Promise<RealReport> {
  const report: RealReport = { histories: 0, saved: 0, bad: [] };
  for (let seed = Math.ceil(first / oneIn) * oneIn; seed < first + count; seed += oneIn) {
    const wholeBatches = (seed / oneIn) % 2 === 1;
    const { violation, counts } = await runReal(planOf(seed), { wholeBatches, ...(backend && { backend }) });
    report.histories++;
    report.saved += counts.saved;
    if (!violation) continue;
    const found = { seed, violation };
    report.bad.push(found);
    onBad?.(found);
  }
  return report;
}

export type RealRange = Pick<RunningReal, 'first' | 'count' | 'onBad'>;

export const runTenth = (range: RealRange): Promise<RealReport> => runRealSeeds({ ...range, oneIn: ONE_IN });

/** Undefined where no CouchDB is named. */
export async function runAgainstCouch(range: RealRange): Promise<RealReport | undefined> {
  const server = couchOfEnvironment();
  if (!server) return undefined;
  return runRealSeeds({ ...range, oneIn: ONE_IN_AGAINST_COUCHDB, backend: await couchBackend(server) });
}
