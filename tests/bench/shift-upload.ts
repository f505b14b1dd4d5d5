// The documents of one shift going up to the embedded server, until each is confirmed, against one bare POST of the same
// bytes. What is uploaded is what waits in a sealed replica; what is posted was made ready before.
import { chromium, type Page } from '@playwright/test';
import { chromiumArgs, ensureChromium } from '../../scripts/chromium.ts';
import { benchDocuments, type BenchDocument } from '../fixtures/bench-documents.ts';
import type { Bench } from './bench.ts';
import { buildBenchPages } from './bench-pages.ts';
import { asked, BENCH_WISH, startBenchServer } from './bench-server.ts';
import { bulkDocsBody, postBare } from './bulk-docs-body.ts';
import { measured, type Measured } from './figure.ts';
import { openReplicas, replicaOn } from './replicas-on.ts';
import { alternating, median } from './statistics.ts';

const sizes = {
  full: { documents: 200, rounds: 15 },
  smoke: { documents: 24, rounds: 2 },
};
/** A visit and what it changes. */
const PER_ACTION = 2;

export const shiftUpload: Bench = {
  name: 'shift-upload',
  says: 'the upload of a shift of two hundred documents until all are confirmed, against a bare POST of the same bytes',
  sizes,
  async run(size): Promise<Measured[]> {
    const { documents: count, rounds } = sizes[size];
    const server = await startBenchServer(await buildBenchPages());
    const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs });
    try {
      const page = await openReplicas(await browser.newPage(), server);
      const documents = benchDocuments({ ...BENCH_WISH, count });
      const wholeRounds: number[] = [];
      let made = 0;
      const newDatabase = async () => {
        const name = `shift-${made++}`;
        await asked(server.couch, 'PUT', `/${name}`);
        return name;
      };
      const times = await alternating(
        {
          ours: async () => {
            const { confirmedMs, ms } = await uploading(page, await newDatabase(), documents);
            wholeRounds.push(ms);
            return confirmedMs;
          },
          bare: async () => postBare(page, await newDatabase(), bulkDocsBody(documents)),
        },
        rounds,
      );
      console.log(
        `shift-upload: the whole round, with the pull after it, ${Math.round(median(wholeRounds))} ms`,
      );
      return [figureOf(times, count)];
    } finally {
      await browser.close();
      await server.stop();
    }
  },
};

function figureOf(times: Record<'ours' | 'bare', number[]>, count: number): Measured {
  return measured(
    {
      name: `upload of a shift, ${count} documents, from the begin of the round until all are confirmed by _revs_diff`,
      value: median(times.ours),
      unit: 'ms',
      reference: 'one POST of the same bytes to _bulk_docs from the page, its answer read',
      referenceValue: median(times.bare),
    },
    { ratioAtMost: 2 },
  );
}

async function uploading(
  page: Page,
  scope: string,
  documents: readonly BenchDocument[],
): Promise<{ confirmedMs: number; ms: number }> {
  const replica = replicaOn(page, 'ours');
  await replica.open(scope);
  await replica.beginSession();
  for (let from = 0; from < documents.length; from += PER_ACTION) {
    await replica.save(scope, documents.slice(from, from + PER_ACTION));
  }
  const round = await replica.round([scope]);
  if (!round.complete || round.sent !== documents.length || round.confirmedMs === undefined)
    throw new Error(`the upload: ${JSON.stringify(round)}`);
  return { confirmedMs: round.confirmedMs, ms: round.ms };
}
