// First sync of a whole grid into Chromium: our sealed replica against PouchDB's replication at its best, and against
// the floor. Everything runs in a worker and asks the same embedded server, which runs in a process of its own.
import { chromium, type Page } from '@playwright/test';
import { chromiumArgs, ensureChromium } from '../../scripts/chromium.ts';
import type { Bench, BenchSize } from './bench.ts';
import { benchDocuments } from '../fixtures/bench-documents.ts';
import { buildBenchPages } from './bench-pages.ts';
import { BENCH_ADMIN, BENCH_WISH, fillDatabase, startBenchServer } from './bench-server.ts';
import { measured, type Measured } from './figure.ts';
import type { FirstSyncRun, FirstSyncWish } from './pages/contest.ts';
import { alternating, median } from './statistics.ts';

const DATABASE = 'bench-first-sync';
const SETTINGS = [
  { adapter: 'idb', batchSize: 100 },
  { adapter: 'idb', batchSize: 1000 },
  { adapter: 'indexeddb', batchSize: 100 },
  { adapter: 'indexeddb', batchSize: 1000 },
] as const;

const sizes = {
  full: { documents: 12_000, rounds: 5 },
  smoke: { documents: 240, rounds: 1 },
};

export const firstSync: Bench = {
  name: 'first-sync',
  says: 'the first sync of documents of about 0.85 kB, against PouchDB 9 at its best setting and against the floor',
  sizes,
  async run(size: BenchSize): Promise<Measured[]> {
    const { documents, rounds } = sizes[size];
    const server = await startBenchServer(await buildBenchPages());
    const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs });
    try {
      await fillDatabase(server.couch, DATABASE, benchDocuments({ ...BENCH_WISH, count: documents }));
      const page = await openPage(await browser.newPage(), server.origin);
      const wish: FirstSyncWish = { url: `/db/${DATABASE}`, documents, peers: '/peers.js' };
      const runs = await alternating(contestantsOn(page, wish), rounds);
      return figuresOf(runs, documents);
    } finally {
      await browser.close();
      await server.stop();
    }
  },
};

async function openPage(page: Page, origin: string): Promise<Page> {
  await page.goto(`${origin}/first-sync.html`);
  const signedIn = await page.evaluate(async (admin) => {
    const body = JSON.stringify(admin);
    const headers = { 'content-type': 'application/json' };
    return (await fetch('/db/_session', { method: 'POST', headers, body })).status;
  }, BENCH_ADMIN);
  if (signedIn !== 200) throw new Error(`the bench's page could not sign in: ${signedIn}`);
  return page;
}

/** `ours`, `floor`, and PouchDB in each of its settings by name. */
function contestantsOn(page: Page, wish: FirstSyncWish): Record<string, () => Promise<number>> {
  const run = (name: 'sealed replica' | 'pouchdb' | 'floor', more: Partial<FirstSyncWish> = {}) =>
    checked(
      name,
      wish.documents,
      page.evaluate(([name, wish]) => window.firstSync(name, wish), [name, { ...wish, ...more }] as const),
    );
  const pouch = SETTINGS.map((setting) => [nameOf(setting), () => run('pouchdb', setting)] as const);
  return {
    ours: () => run('sealed replica'),
    floor: () => run('floor'),
    ...Object.fromEntries(pouch),
  };
}

const nameOf = ({ adapter, batchSize }: (typeof SETTINGS)[number]) =>
  `PouchDB 9 ${adapter}, batches of ${batchSize}`;

async function checked(name: string, documents: number, running: Promise<FirstSyncRun>): Promise<number> {
  const run = await running;
  if ('failed' in run) throw new Error(`${name}: ${run.failed}`);
  if (run.held !== documents) throw new Error(`${name} holds ${run.held} of ${documents} documents`);
  return run.ms;
}

function figuresOf(runs: Record<string, number[]>, documents: number): Measured[] {
  const settings = SETTINGS.map(nameOf).map((name) => ({ name, ms: median(runs[name]!) }));
  const best = settings.reduce((a, b) => (b.ms < a.ms ? b : a));
  const others = settings
    .filter((setting) => setting !== best)
    .map(({ name, ms }) => `${name}: ${Math.round(ms)} ms`);
  console.log(`PouchDB's other settings: ${others.join('; ')}`);
  const name = `first sync of ${documents} documents, sealed, in a worker, nothing throttled`;
  const value = median(runs.ours!);
  return [
    measured(
      { name, value, unit: 'ms', reference: `${best.name}, unsealed`, referenceValue: best.ms },
      { ratioAtMost: 1 / 3 },
    ),
    measured(
      {
        name,
        value,
        unit: 'ms',
        reference: 'the floor: one fetch, JSON.parse, one unsealed put each in one relaxed transaction',
        referenceValue: median(runs.floor!),
      },
      { ratioAtMost: 1.2 },
    ),
  ];
}
