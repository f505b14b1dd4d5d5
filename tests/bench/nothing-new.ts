// A tablet that holds much and finds nothing new on the server: what asking costs in requests, bytes and processor time,
// at the start of a session and later in it, against PouchDB's replication of the same databases in the same browser.
import { chromium, type Browser } from '@playwright/test';
import { chromiumArgs, ensureChromium } from '../../scripts/chromium.ts';
import { benchDocuments } from '../fixtures/bench-documents.ts';
import type { Bench } from './bench.ts';
import { buildBenchPages } from './bench-pages.ts';
import { BENCH_WISH, fillDatabase, startBenchServer } from './bench-server.ts';
import { openCountingLine, type CountingLine } from './counting-line.ts';
import { measured, type Goal, type Measured } from './figure.ts';
import type { PouchAtWork } from './pages/pouch-at-work.ts';
import type { ReplicaAtWork } from './pages/replica-at-work.ts';
import { processorTime } from './processor-time.ts';
import { openReplicas, pouchOn, replicaOn } from './replicas-on.ts';
import { median } from './statistics.ts';

const sizes = {
  full: { scopes: 10, documentsEach: 10_000, rounds: 9 },
  smoke: { scopes: 10, documentsEach: 60, rounds: 2 },
};
const POUCH_BATCH = 1000;

interface Cost {
  requests: number;
  /** Both ways, headers and all. */
  bytes: number;
  /** Of page and worker together. */
  rendererMs: number;
  allMs: number;
  ms: number;
}

export const nothingNew: Bench = {
  name: 'nothing-new',
  says: 'ten scopes of ten thousand documents each with nothing new in them: requests, bytes, processor time',
  sizes,
  async run(size): Promise<Measured[]> {
    const { scopes: count, documentsEach, rounds } = sizes[size];
    const server = await startBenchServer(await buildBenchPages());
    const line = await openCountingLine(server);
    const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs });
    try {
      const scopes = Array.from({ length: count }, (_, at) => `grid-${999999001001001 + at}`);
      const documents = benchDocuments({ ...BENCH_WISH, count: documentsEach });
      for (const scope of scopes) await fillDatabase(server.couch, scope, documents);
      const page = await openReplicas(await browser.newPage(), line);
      const costing = (work: () => Promise<unknown>) => costOf({ browser, line }, work);
      const ours = await costsOfOurs(replicaOn(page, 'ours'), { scopes, documentsEach, rounds, costing });
      const pouch = await costsOfPouch(pouchOn(page), { scopes, documentsEach, rounds, costing });
      return figuresOf(ours, pouch, `${count} scopes, ${count * documentsEach} documents`);
    } finally {
      await browser.close();
      await line.close();
      await server.stop();
    }
  },
};

interface Costs {
  start: Cost[];
  later: Cost[];
}
interface Costing {
  scopes: readonly string[];
  documentsEach: number;
  rounds: number;
  costing(work: () => Promise<unknown>): Promise<Cost>;
}

async function costsOfOurs(replica: ReplicaAtWork, wish: Costing): Promise<Costs> {
  const { scopes, documentsEach, rounds, costing } = wish;
  await replica.open('ours');
  const first = await replica.round(scopes);
  if (!first.complete || first.received !== scopes.length * documentsEach)
    throw new Error(`the first pull: ${JSON.stringify(first)}`);
  const nothingComes = async () => {
    const { complete, received } = await replica.round(scopes);
    if (!complete || received > 0) throw new Error(`${received} rows came of nothing new`);
  };
  const costs: Costs = { start: [], later: [] };
  for (let round = 0; round < rounds; round++) {
    await replica.beginSession();
    costs.start.push(await costing(nothingComes));
    costs.later.push(await costing(nothingComes));
  }
  return costs;
}

async function costsOfPouch(pouch: PouchAtWork, wish: Costing): Promise<Costs> {
  const { scopes, documentsEach, rounds, costing } = wish;
  await pouch.open(scopes);
  await pouch.replicate(POUCH_BATCH);
  const held = await pouch.held();
  if (held !== scopes.length * documentsEach) throw new Error(`PouchDB holds ${held} documents`);
  const nothingComes = async () => {
    const written = await pouch.replicate(POUCH_BATCH);
    if (written > 0) throw new Error(`PouchDB wrote ${written} documents of nothing new`);
  };
  const costs: Costs = { start: [], later: [] };
  for (let round = 0; round < rounds; round++) {
    await pouch.open(scopes);
    costs.start.push(await costing(nothingComes));
    costs.later.push(await costing(nothingComes));
  }
  return costs;
}

/** What the browser does after a store was filled is not the cost of a sync. */
const SETTLED_MS = 1_000;

async function costOf(
  { browser, line }: { browser: Browser; line: CountingLine },
  work: () => Promise<unknown>,
): Promise<Cost> {
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  const before = { ...line };
  const processor = await processorTime(browser);
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  const now = await processorTime(browser);
  return {
    requests: line.requests - before.requests,
    bytes: line.received + line.sent - before.received - before.sent,
    rendererMs: now.rendererMs - processor.rendererMs,
    allMs: now.allMs - processor.allMs,
    ms,
  };
}

function figuresOf(ours: Costs, pouch: Costs, what: string): Measured[] {
  const of = (costs: Cost[], cost: keyof Cost) => median(costs.map((each) => each[cost]));
  for (const [name, costs] of Object.entries({ ours, pouch })) {
    const told = (costs: Cost[]) =>
      `${Math.round(of(costs, 'ms'))} ms on the clock, ${Math.round(of(costs, 'allMs'))} ms of all the browser's processes`;
    console.log(`nothing-new, ${name}: at the start ${told(costs.start)}; later ${told(costs.later)}`);
  }
  const figure = (when: keyof Costs, [cost, unit, per]: [keyof Cost, string, number], goal: Goal) =>
    measured(
      {
        name: `nothing new in ${what}, ${when === 'start' ? 'start of a session' : 'later in it'}: ${NAMES[cost]}`,
        value: of(ours[when], cost) / per,
        unit,
        reference: `PouchDB 9 indexeddb, replicate.from one after another, ${when === 'start' ? 'opened anew' : 'again'}`,
        referenceValue: of(pouch[when], cost) / per,
      },
      goal,
    );
  return [
    figure('start', ['requests', 'requests', 1], { valueAtMost: 20 }),
    figure('later', ['requests', 'requests', 1], { valueAtMost: 10 }),
    figure('start', ['bytes', 'kB', 1_000], { valueAtMost: 20 }),
    figure('later', ['bytes', 'kB', 1_000], { valueAtMost: 20 }),
    figure('start', ['rendererMs', 'ms', 1], { valueAtMost: 300 }),
    figure('later', ['rendererMs', 'ms', 1], { valueAtMost: 300 }),
  ];
}

const NAMES: Record<keyof Cost, string> = {
  requests: 'requests',
  bytes: 'bytes both ways',
  rendererMs: 'processor time of page and worker',
  allMs: 'processor time of the browser',
  ms: 'time',
};
