// Saves that a worker makes while a long pull runs on her tablet, against the same saves with no pull: from the page's
// call of its worker to the answer that everything is on the medium. The device is none that pulls for the first time.
import { chromium, type Page } from '@playwright/test';
import { chromiumArgs, ensureChromium } from '../../scripts/chromium.ts';
import type { DocumentBody } from '../../src/lib/protocol/document.ts';
import { benchDocuments, type BenchDocument } from '../fixtures/bench-documents.ts';
import type { Bench } from './bench.ts';
import { buildBenchPages } from './bench-pages.ts';
import {
  addDocuments,
  BENCH_WISH,
  fillDatabase,
  startBenchServer,
  type BenchServer,
} from './bench-server.ts';
import { measured, type Measured } from './figure.ts';
import { openReplicas, replicaOn } from './replicas-on.ts';
import { median, percentile } from './statistics.ts';

const sizes = {
  full: { held: 240, pulled: 12_000, rounds: 5 },
  smoke: { held: 24, pulled: 1_200, rounds: 1 },
};
const PAUSE_MS = 30;
/** More than there is time for while a pull runs. */
const ACTIONS = 600;

interface Times {
  pulling: number[];
  still: number[];
}

export const saveWhilePulling: Bench = {
  name: 'save-while-pulling',
  says: 'saves of a visit and its household while twelve thousand documents are pulled, against the same saves alone',
  sizes,
  async run(size): Promise<Measured[]> {
    const { held, pulled, rounds } = sizes[size];
    const server = await startBenchServer(await buildBenchPages());
    const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs });
    try {
      const page = await openReplicas(await browser.newPage(), server);
      const documents = benchDocuments({ ...BENCH_WISH, count: held + pulled });
      const drawn = { first: documents.slice(0, held), later: documents.slice(held) };
      const all: Times = { pulling: [], still: [] };
      for (let round = 0; round < rounds; round++) {
        const { pulling, still } = await oneRound({ page, server }, `grid-${999999001001001 + round}`, drawn);
        all.pulling.push(...pulling);
        all.still.push(...still);
      }
      return [figureOf(all, pulled)];
    } finally {
      await browser.close();
      await server.stop();
    }
  },
};

function figureOf({ pulling, still }: Times, pulled: number): Measured {
  console.log(
    `save-while-pulling: medians ${Math.round(median(pulling))} ms and ${Math.round(median(still))} ms alone`,
  );
  return measured(
    {
      name: `save of a visit and its household while ${pulled} documents are pulled, call to answer, p95 of ${pulling.length}`,
      value: percentile(pulling, 95),
      unit: 'ms',
      reference: 'the same saves with no pull, p95',
      referenceValue: percentile(still, 95),
    },
    { valueAtMost: 150 },
  );
}

async function oneRound(
  { page, server }: { page: Page; server: BenchServer },
  scope: string,
  { first, later }: { first: BenchDocument[]; later: BenchDocument[] },
): Promise<Times> {
  await fillDatabase(server.couch, scope, first);
  const replica = replicaOn(page, scope);
  await replica.open(scope);
  await replica.round([scope]);
  await addDocuments(server.couch, scope, later);
  const households = await replica.listIds(scope, 'household', first.length);
  const visits = benchDocuments({ ...BENCH_WISH, seed: `saves in ${scope}`, count: ACTIONS * 2 });
  const actions = visits
    .filter((each) => each.type === 'visit')
    .slice(0, ACTIONS)
    .map((visit, at): DocumentBody[] => [
      { ...visit },
      { _id: households[at % households.length]!, lastContactOn: visit.occurredOn },
    ]);
  const { round, times: pulling } = await page.evaluate(
    ([scope, wish]) => window.replicas.saveWhilePulling(scope, [scope], wish),
    [scope, { scope, actions: actions.slice(0, ACTIONS / 2), pauseMs: PAUSE_MS }] as const,
  );
  if (!round.complete || round.received < later.length) throw new Error(`the pull: ${JSON.stringify(round)}`);
  console.log(`save-while-pulling: ${pulling.length} saves in a pull of ${Math.round(round.ms)} ms`);
  const rest = actions.slice(ACTIONS / 2, ACTIONS / 2 + pulling.length);
  const still = await page.evaluate(([scope, wish]) => window.replicas.save(scope, wish), [
    scope,
    { scope, actions: rest, pauseMs: PAUSE_MS },
  ] as const);
  return { pulling, still };
}
