// What grows with a tablet: save, search and cold start in the real app with ten times as much of everything on it. Two
// tablets of two servers take turns, so that what the machine does meanwhile falls on both.
import { fieldWorker, type FieldWorker } from '../journeys/field-worker.ts';
import { aTablet, type Tablet } from '../journeys/tablet.ts';
import { startAppServer, type AppServer } from './app-server.ts';
import type { Bench } from './bench.ts';
import { asked } from './bench-server.ts';
import { startOnce } from './cold-start.ts';
import { measured, type Measured } from './figure.ts';
import { throttle, THROTTLED, watchPainting } from './painting.ts';
import { savesOne } from './save-visit.ts';
import { opensSearch, searching } from './search-people.ts';
import { median, percentile } from './statistics.ts';

/** A household comes with 10.5 documents: its room, its people with membership and tags, its visits. */
const sizes = {
  full: { fewHouseholds: 955, manyHouseholds: 9_550, saves: 15, words: 8, starts: 5 },
  smoke: { fewHouseholds: 60, manyHouseholds: 120, saves: 1, words: 1, starts: 1 },
};
/** She sees the whole community. */
const HEAD = 'wuxiulan';

interface Grown {
  server: AppServer;
  tablet: Tablet;
  worker: FieldWorker;
  documents: number;
  saves: number[];
  searches: number[];
  starts: number[];
}

export const growth: Bench = {
  name: 'growth',
  says: 'save, search and cold start in the real app with 100,000 documents on the tablet against 10,000',
  sizes,
  async run(size): Promise<Measured[]> {
    const { fewHouseholds, manyHouseholds, ...wish } = sizes[size];
    const both: Grown[] = [];
    try {
      for (const households of [fewHouseholds, manyHouseholds]) await grow(both, households);
      await inTurns(both, wish);
      return figuresOf(both as [Grown, Grown]);
    } finally {
      for (const { tablet, server } of both) {
        await tablet.remove();
        await server.remove();
      }
    }
  },
};

/** Puts it among `both` before anything is asked of it, so that it is put away whatever happens. */
async function grow(both: Grown[], households: number): Promise<void> {
  const server = await startAppServer(households);
  const tablet = aTablet();
  const page = await tablet.open();
  const worker = fieldWorker(page);
  const grown: Grown = { server, tablet, worker, documents: 0, saves: [], searches: [], starts: [] };
  both.push(grown);
  const started = performance.now();
  await worker.signsIn(server.url, server.person(HEAD));
  const seconds = (performance.now() - started) / 1_000;
  await watchPainting(page);
  grown.documents = await countDocuments(server);
  console.log(`growth: ${grown.documents} documents, 今日 after ${seconds.toFixed(1)} s`);
}

/** In the scopes of her community: all there are in a demo, but what is nobody's to replicate. */
async function countDocuments({ couch }: AppServer): Promise<number> {
  const databases = (await asked(couch, 'GET', '/_all_dbs')) as string[];
  const hers = databases.filter((name) => /^(directory|(grid|events|community)-)/.test(name));
  let sum = 0;
  for (const name of hers) {
    const { doc_count: count } = (await asked(couch, 'GET', `/${name}`)) as { doc_count: number };
    sum += count;
  }
  return sum;
}

async function inTurns(
  both: readonly Grown[],
  { saves, words, starts }: { saves: number; words: number; starts: number },
): Promise<void> {
  for (let save = 0; save < saves; save++)
    for (const grown of both) grown.saves.push(await savesOne(grown.worker));
  for (const { worker } of both) {
    await opensSearch(worker.page);
    await throttle(worker.page);
  }
  for (const { worker, searches } of both) searches.push(...(await searching(worker.page, 1, words)));
  for (const { worker, tablet, server } of both) {
    await throttle(worker.page, 1);
    await worker.isReadyForOffline();
    await tablet.close();
    await server.stop();
  }
  for (let start = 0; start < starts; start++) {
    for (const { tablet, server, starts } of both) {
      const { keypad, rows } = await startOnce(tablet, server.url);
      starts.push(keypad + rows);
    }
  }
}

function figuresOf([few, many]: [Grown, Grown]): Measured[] {
  const figure = (name: string, value: number, referenceValue: number) =>
    measured(
      {
        name: `${name} with ${many.documents} documents on the tablet; ${THROTTLED}`,
        value,
        unit: 'ms',
        reference: `the same with ${few.documents} documents`,
        referenceValue,
      },
      { ratioAtMost: 1.5 },
    );
  return [
    figure(
      `save of a visit, tap to painted, median of ${many.saves.length},`,
      median(many.saves),
      median(few.saves),
    ),
    figure(
      `search, key to results painted, p95 of ${many.searches.length},`,
      percentile(many.searches, 95),
      percentile(few.searches, 95),
    ),
    figure(
      `cold offline start to 今日, median of ${many.starts.length},`,
      median(many.starts),
      median(few.starts),
    ),
  ];
}
