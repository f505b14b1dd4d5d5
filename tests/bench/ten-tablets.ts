// Several tablets, each a browser context with a line and a replica of its own, hand in at the same minute. Every line is
// cut once while it does, each at a moment of its own.
import type { Browser } from '@playwright/test';
import { chanceOf } from '../../scripts/demo/chance.ts';
import type { BenchDocument } from '../fixtures/bench-documents.ts';
import { asked, type BenchServer } from './bench-server.ts';
import { slowDown, type SlowLine } from './line-conditions.ts';
import type { ReplicaAtWork } from './pages/replica-at-work.ts';
import { openReplicas, replicaOn } from './replicas-on.ts';

export interface HandedIn {
  /** Of everything saved, what the server has. */
  found: number;
  /** From the common begin until a tablet's last record was confirmed. */
  quickestMs: number;
  slowestMs: number;
}

const SCOPE = 'community-999999001001';
const CUT_MS = 2_000;
/** A cut comes within so long. */
const WITHIN_MS = 2_000;
const ROUNDS = 20;

interface Tablet {
  replica: ReplicaAtWork;
  slow: SlowLine;
  cutAfterMs: number;
}

/** `work`: what each tablet has saved before. Throws where a tablet does not come to an end. */
export async function handInAtOnce(
  { browser, server }: { browser: Browser; server: BenchServer },
  work: readonly (readonly BenchDocument[])[],
): Promise<HandedIn> {
  await asked(server.couch, 'PUT', `/${SCOPE}`);
  const chance = chanceOf('ten tablets');
  const tablets: Tablet[] = [];
  for (const records of work) {
    const context = await browser.newContext();
    const page = await openReplicas(await context.newPage(), server);
    const replica = replicaOn(page, 'tablet');
    await replica.open('tablet');
    for (const record of records) await replica.save(SCOPE, [{ ...record }]);
    tablets.push({ replica, slow: await slowDown(page), cutAfterMs: chance.int(0, WITHIN_MS) });
  }
  const times = await Promise.all(tablets.map((tablet) => handIn(tablet)));
  return {
    found: await foundOn(server, work.flat()),
    quickestMs: Math.min(...times),
    slowestMs: Math.max(...times),
  };
}

async function handIn({ replica, slow, cutAfterMs }: Tablet): Promise<number> {
  const started = performance.now();
  const cut = sleep(cutAfterMs)
    .then(() => slow.cut())
    .then(() => sleep(CUT_MS))
    .then(() => slow.mend());
  for (let round = 0; round < ROUNDS; round++) {
    await replica.round([SCOPE]);
    if ((await replica.waiting()) === 0) {
      const ms = performance.now() - started;
      await cut;
      return ms;
    }
    await sleep(1_000);
  }
  throw new Error(`a tablet has not handed in after ${ROUNDS} rounds`);
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function foundOn(server: BenchServer, saved: readonly BenchDocument[]): Promise<number> {
  const keys = saved.map(({ _id }) => _id);
  const { rows } = (await asked(server.couch, 'POST', `/${SCOPE}/_all_docs`, { keys })) as {
    rows: { id?: string; error?: string; value?: { deleted?: boolean } }[];
  };
  return rows.filter(({ error, value }) => error === undefined && value?.deleted !== true).length;
}
