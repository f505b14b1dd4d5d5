// A poor mobile line, as Chromium's network conditions make it: the first download and what a cut costs it, the receipt of
// a shift's records, with photos and without, and ten tablets that hand in at the same minute.
import { chromium, type Browser, type Page } from '@playwright/test';
import { chromiumArgs, ensureChromium } from '../../scripts/chromium.ts';
import { benchDocuments, type BenchDocument } from '../fixtures/bench-documents.ts';
import type { Bench } from './bench.ts';
import { buildBenchPages } from './bench-pages.ts';
import { asked, BENCH_WISH, fillDatabase, startBenchServer, type BenchServer } from './bench-server.ts';
import { bulkDocsBody, postBare, putPhotosBare } from './bare-uploads.ts';
import { openCountingLine, type CountingLine } from './counting-line.ts';
import { measured, type Measured } from './figure.ts';
import { SLOW_LINE, slowDown, type SlowLine } from './line-conditions.ts';
import type { ReplicaAtWork } from './pages/replica-at-work.ts';
import { openReplicas, replicaOn } from './replicas-on.ts';
import { handInAtOnce } from './ten-tablets.ts';

const sizes = {
  full: { documents: 10_000, records: 34, photos: 11, tablets: 10 },
  smoke: { documents: 1_800, records: 6, photos: 2, tablets: 2 },
};
const GRID = 'grid-999999001001001';
/** Rows a pull asks for at once. */
const PAGE_ROWS = 1000;
const PHOTO_BYTES = 200_000;

export const slowLine: Bench = {
  name: 'slow-line',
  says: 'ten thousand documents, a cut line, a receipt and ten tablets at once over 2 Mbit/s with 300 ms',
  sizes,
  async run(size): Promise<Measured[]> {
    const { documents: count, records, photos, tablets } = sizes[size];
    const server = await startBenchServer(await buildBenchPages());
    const line = await openCountingLine(server);
    const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs });
    try {
      await fillDatabase(server.couch, GRID, benchDocuments({ ...BENCH_WISH, count }));
      const page = await openReplicas(await browser.newPage(), line);
      const slow = await slowDown(page);
      const ways = { page, line, slow, count };
      const whole = await downloading(ways);
      const figures = [
        whole.figure,
        await cutInTheMiddle(ways, { bytes: whole.bytes, restarted: false }),
        await cutInTheMiddle(ways, { bytes: whole.bytes, restarted: true }),
        await receiptOf({ page, server }, records),
        await photosOf({ page, server }, { count: records, photos }),
      ];
      await page.close();
      return [...figures, ...(await manyTablets({ browser, server }, { records, tablets }))];
    } finally {
      await browser.close();
      await line.close();
      await server.stop();
    }
  },
};

interface Ways {
  page: Page;
  line: CountingLine;
  slow: SlowLine;
  /** Documents in the grid. */
  count: number;
}

async function downloading({ page, line, count }: Ways): Promise<{ figure: Measured; bytes: number }> {
  const replica = replicaOn(page, 'whole');
  await replica.open('whole');
  const before = line.received;
  const { ms } = await replica.round([GRID]);
  await holdsAll(replica, count);
  const bytes = line.received - before;
  const bare = await page.evaluate(async (url) => {
    const started = performance.now();
    await (await fetch(url, { cache: 'no-store' })).text();
    return performance.now() - started;
  }, `/db/${GRID}/_changes?include_docs=true`);
  const name = `first download of ${count} documents, sealed; ${SLOW_LINE}`;
  const figure = measured(
    {
      name,
      value: ms / 1_000,
      unit: 's',
      reference: 'one fetch of the same _changes over the same line',
      referenceValue: bare / 1_000,
    },
    { valueAtMost: 180 },
  );
  return { figure, bytes };
}

async function holdsAll(replica: ReplicaAtWork, count: number): Promise<void> {
  const held = await replica.held(GRID);
  if (held !== count) throw new Error(`the replica holds ${held} of ${count} documents`);
}

const RESTARTED = { true: 'the tablet started anew meanwhile', false: 'the same session goes on' };

/** A first download cut off when half of it is through: what comes over the line more than without the cut. */
async function cutInTheMiddle(
  { page, line, slow, count }: Ways,
  { bytes, restarted }: { bytes: number; restarted: boolean },
): Promise<Measured> {
  const name = `cut, ${restarted ? RESTARTED.true : RESTARTED.false}`;
  const replica = replicaOn(page, name);
  await replica.open(name);
  const before = line.received;
  const pulling = replica.round([GRID]);
  while (line.received - before < bytes / 2) await new Promise((resolve) => setTimeout(resolve, 10));
  await slow.cut();
  const cut = await pulling;
  if (cut.complete) throw new Error('the line was cut after the download had ended');
  if (restarted) {
    await replica.open(name);
    await replica.beginSession();
  }
  await slow.mend();
  const { complete, fault } = await replica.round([GRID]);
  if (!complete) throw new Error(`after the cut: ${fault ?? 'not complete'}`);
  await holdsAll(replica, count);
  const twice = line.received - before - bytes;
  console.log(`slow-line: ${name}: ${cut.received} rows stored when the line was cut`);
  return measured(
    {
      name: `fetched twice when a first download of ${count} is cut in the middle, ${restarted ? RESTARTED.true : RESTARTED.false}; ${SLOW_LINE}`,
      value: Math.max(0, twice) / 1_000,
      unit: 'kB',
      reference: `a page of ${PAGE_ROWS} rows as it goes over the line`,
      referenceValue: (bytes * Math.min(1, PAGE_ROWS / count)) / 1_000,
    },
    { ratioAtMost: 1 },
  );
}

const recordsOf = (seed: string, count: number): BenchDocument[] =>
  benchDocuments({ ...BENCH_WISH, seed, count: count * 2 })
    .filter(({ type }) => type === 'visit')
    .slice(0, count);

async function receiptOf(
  { page, server }: { page: Page; server: BenchServer },
  count: number,
): Promise<Measured> {
  const records = recordsOf('receipt', count);
  await asked(server.couch, 'PUT', '/receipt');
  await asked(server.couch, 'PUT', '/receipt-bare');
  const replica = replicaOn(page, 'receipt');
  await replica.open('receipt');
  for (const record of records) await replica.save('receipt', [{ ...record }]);
  const { confirmedMs, sent, ms } = await replica.round(['receipt']);
  if (confirmedMs === undefined || sent !== count) throw new Error(`${sent} of ${count} records went up`);
  console.log(`slow-line: the round of the receipt to its end: ${Math.round(ms)} ms`);
  const bare = await postBare(page, 'receipt-bare', bulkDocsBody(records));
  return measured(
    {
      name: `${count} records receipted, each confirmed by _revs_diff; ${SLOW_LINE}`,
      value: confirmedMs / 1_000,
      unit: 's',
      reference: 'one POST of the same bytes over the same line, its answer read',
      referenceValue: bare / 1_000,
    },
    { valueAtMost: 15 },
  );
}

/** The same with photos: until the last of them is confirmed by its digest. */
async function photosOf(
  { page, server }: { page: Page; server: BenchServer },
  { count, photos }: { count: number; photos: number },
): Promise<Measured> {
  const records = recordsOf('photos', count);
  const ids = Array.from({ length: photos }, (_, at) => `photo:${String(at).padStart(26, '0')}`);
  for (const name of ['snaps', 'snaps-bare'])
    for (const database of [name, `photos-${name}`]) await asked(server.couch, 'PUT', `/${database}`);
  const replica = replicaOn(page, 'snaps');
  await replica.open('snaps');
  for (const [at, record] of records.entries()) {
    const taken = ids.slice(at, at + 1);
    await replica.save('snaps', [{ ...record }], {
      scope: 'photos-snaps',
      ids: taken,
      sizeBytes: PHOTO_BYTES,
    });
  }
  const { sent, photosSent, ms, complete } = await replica.round(['snaps']);
  if (!complete || sent !== count || photosSent !== photos)
    throw new Error(`${sent} of ${count} records and ${photosSent} of ${photos} photos went up`);
  const posted = await postBare(page, 'snaps-bare', bulkDocsBody(records));
  const put = await putPhotosBare(page, 'photos-snaps-bare', { ids, sizeBytes: PHOTO_BYTES });
  return measured(
    {
      name: `${count} records and ${photos} photos of ${PHOTO_BYTES / 1_000} kB receipted, each photo by its digest; ${SLOW_LINE}`,
      value: ms / 1_000,
      unit: 's',
      reference:
        'one POST of the records, then one PUT for each photo, over the same line, their answers read',
      referenceValue: (posted + put) / 1_000,
    },
    { valueAtMost: 120 },
  );
}

async function manyTablets(
  ends: { browser: Browser; server: BenchServer },
  { records, tablets }: { records: number; tablets: number },
): Promise<Measured[]> {
  const work = Array.from({ length: tablets }, (_, at) => recordsOf(`tablet ${at}`, records));
  const { found, slowestMs, quickestMs } = await handInAtOnce(ends, work);
  const saved = tablets * records;
  return [
    measured(
      {
        name: `records lost when ${tablets} tablets hand in at once, each line cut once for two seconds; ${SLOW_LINE}`,
        value: saved - found,
        unit: 'records',
        reference: 'records saved on the tablets',
        referenceValue: saved,
      },
      { valueAtMost: 0 },
    ),
    measured(
      {
        name: `the last of ${tablets} tablets has handed in, each line cut once for two seconds; ${SLOW_LINE}`,
        value: slowestMs / 1_000,
        unit: 's',
        reference: 'the first of them',
        referenceValue: quickestMs / 1_000,
      },
      'none',
    ),
  ];
}
