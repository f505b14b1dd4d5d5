// First sync of a whole grid into Chromium: our sealed replica against PouchDB's and RxDB's replication at their best,
// against the floor, and what of it goes over the wire. Everything runs in a worker and asks the same embedded server,
// which runs in a process of its own.
import { chromium, type Page } from '@playwright/test';
import { chromiumArgs, ensureChromium } from '../../scripts/chromium.ts';
import type { Bench, BenchSize } from './bench.ts';
import { benchDocuments } from '../fixtures/bench-documents.ts';
import { buildBenchPages } from './bench-pages.ts';
import { BENCH_WISH, fillDatabase, startBenchServer, type BenchServer } from './bench-server.ts';
import { openCountingLine } from './counting-line.ts';
import { measured, type Measured } from './figure.ts';
import type { FirstSyncRun, FirstSyncWish } from './pages/contest.ts';
import type { Contestant } from './pages/first-sync.ts';
import { openSignedIn } from './open-signed-in.ts';
import { openReplicas, replicaOn } from './replicas-on.ts';
import { alternating, median } from './statistics.ts';

const DATABASE = 'bench-first-sync';
const POUCH = [
  { adapter: 'idb', batchSize: 100 },
  { adapter: 'idb', batchSize: 1000 },
  { adapter: 'indexeddb', batchSize: 100 },
  { adapter: 'indexeddb', batchSize: 1000 },
] as const;
const RXDB = [{ batchSize: 100 }, { batchSize: 1000 }, { batchSize: 4000 }] as const;

const sizes = {
  full: { documents: 12_000, rounds: 5 },
  smoke: { documents: 240, rounds: 1 },
};

export const firstSync: Bench = {
  name: 'first-sync',
  says: 'the first sync of documents of about 0.85 kB, against PouchDB 9 and RxDB 17 at their best settings and against the floor',
  sizes,
  async run(size: BenchSize): Promise<Measured[]> {
    const { documents, rounds } = sizes[size];
    const server = await startBenchServer(await buildBenchPages());
    const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs });
    try {
      const filled = benchDocuments({ ...BENCH_WISH, count: documents });
      await fillDatabase(server.couch, DATABASE, filled);
      const page = await openSignedIn(await browser.newPage(), `${server.origin}/first-sync.html`);
      const wish: FirstSyncWish = { url: `/db/${DATABASE}`, documents };
      const runs = await alternating(contestantsOn(page, wish), rounds);
      const jsonBytes = Buffer.byteLength(JSON.stringify(filled));
      return [
        ...figuresOf(runs, documents),
        onTheWire(await receivedBytes(await browser.newPage(), server, wish), { jsonBytes, documents }),
      ];
    } finally {
      await browser.close();
      await server.stop();
    }
  },
};

/** `ours`, `floor`, and each peer in each of its settings by name. */
function contestantsOn(page: Page, wish: FirstSyncWish): Record<string, () => Promise<number>> {
  const run = (name: Contestant, more: Partial<FirstSyncWish> = {}) =>
    runOnce(page, name, { ...wish, ...more });
  const pouch = POUCH.map((setting) => [pouchName(setting), () => run('pouchdb', setting)] as const);
  const rxdb = RXDB.map((setting) => [rxdbName(setting), () => run('rxdb', setting)] as const);
  return {
    ours: () => run('sealed replica'),
    floor: () => run('floor'),
    ...Object.fromEntries([...pouch, ...rxdb]),
  };
}

const pouchName = ({ adapter, batchSize }: (typeof POUCH)[number]) =>
  `PouchDB 9 ${adapter}, batches of ${batchSize}`;
const rxdbName = ({ batchSize }: (typeof RXDB)[number]) => `RxDB 17 with Dexie, batches of ${batchSize}`;

async function runOnce(page: Page, name: Contestant, wish: FirstSyncWish): Promise<number> {
  const run: FirstSyncRun = await page.evaluate(([name, wish]) => window.firstSync(name, wish), [
    name,
    wish,
  ] as const);
  if ('failed' in run) throw new Error(`${name}: ${run.failed}`);
  if (run.held !== wish.documents)
    throw new Error(`${name} holds ${run.held} of ${wish.documents} documents`);
  return run.ms;
}

/** One more first sync of ours, through a line that counts. */
async function receivedBytes(page: Page, server: BenchServer, { documents }: FirstSyncWish): Promise<number> {
  const line = await openCountingLine(server);
  try {
    const replica = replicaOn(await openReplicas(page, line), 'on the wire');
    await replica.open('on the wire');
    const before = line.received;
    await replica.round([DATABASE]);
    const held = await replica.held(DATABASE);
    if (held !== documents) throw new Error(`the replica holds ${held} of ${documents} documents`);
    return line.received - before;
  } finally {
    await page.close();
    await line.close();
  }
}

/** The fastest of some settings; the others are told. */
function bestOf(names: readonly string[], runs: Record<string, number[]>): { name: string; ms: number } {
  const settings = names.map((name) => ({ name, ms: median(runs[name]!) })).sort((a, b) => a.ms - b.ms);
  const [best, ...others] = settings;
  console.log(`other settings: ${others.map(({ name, ms }) => `${name}: ${Math.round(ms)} ms`).join('; ')}`);
  return best!;
}

function figuresOf(runs: Record<string, number[]>, documents: number): Measured[] {
  const name = `first sync of ${documents} documents, sealed, in a worker, nothing throttled`;
  const against = (reference: string, referenceValue: number, ratioAtMost: number) =>
    measured({ name, value: median(runs.ours!), unit: 'ms', reference, referenceValue }, { ratioAtMost });
  const pouch = bestOf(POUCH.map(pouchName), runs);
  const rxdb = bestOf(RXDB.map(rxdbName), runs);
  return [
    against(`${pouch.name}, unsealed`, pouch.ms, 1 / 4),
    against(`${rxdb.name}, unsealed`, rxdb.ms, 1 / 2.5),
    against(
      'the floor: one fetch, JSON.parse, one unsealed put each in one relaxed transaction',
      median(runs.floor!),
      1.1,
    ),
  ];
}

function onTheWire(
  bytes: number,
  { jsonBytes, documents }: { jsonBytes: number; documents: number },
): Measured {
  return measured(
    {
      name: `on the wire: received for the first sync of ${documents} documents, headers and all, gzip by the server`,
      value: bytes / 1_000,
      unit: 'kB',
      reference: 'the JSON of the documents alone, unpacked',
      referenceValue: jsonBytes / 1_000,
    },
    { ratioAtMost: 0.2 },
  );
}
