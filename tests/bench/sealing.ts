// What sealing costs: the product's own store in Chromium writes three thousand people as a download does and reads them as
// an unlock does, once sealed and once in the clear, in turns. The key is what a tablet's is: AES-256-GCM by WebCrypto.
import { chromium } from '@playwright/test';
import { chromiumArgs, ensureChromium } from '../../scripts/chromium.ts';
import { benchDocuments } from '../fixtures/bench-documents.ts';
import type { Bench, BenchSize } from './bench.ts';
import { buildBenchPages } from './bench-pages.ts';
import { BENCH_WISH, startBenchServer } from './bench-server.ts';
import { measured, type Measured } from './figure.ts';
import { openSignedIn } from './open-signed-in.ts';
import type { StoreRun } from './pages/stored-people.ts';
import { alternating, median } from './statistics.ts';

const sizes = {
  full: { people: 3_000, rounds: 9 },
  smoke: { people: 60, rounds: 1 },
};
/** Three of twelve documents of the benches are people. */
const DOCUMENTS_A_PERSON = 4;

export const sealing: Bench = {
  name: 'sealing',
  says: 'the store of a tablet writing and reading 3,000 people, sealed against the same in the clear',
  sizes,
  async run(size: BenchSize): Promise<Measured[]> {
    const { people, rounds } = sizes[size];
    const documents = benchDocuments({ ...BENCH_WISH, count: people * DOCUMENTS_A_PERSON });
    const residents = documents.filter(({ type }) => type === 'resident').slice(0, people);
    const server = await startBenchServer(await buildBenchPages());
    const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs });
    try {
      const page = await openSignedIn(await browser.newPage(), `${server.origin}/sealing.html`);
      const reads = { sealed: [] as number[], clear: [] as number[] };
      const run = (how: keyof typeof reads) => async () => {
        const { writeMs, readMs, read }: StoreRun = await page.evaluate(
          ([bodies, isSealed]) => window.storePeople(bodies, isSealed),
          [residents, how === 'sealed'] as const,
        );
        if (read !== residents.length) throw new Error(`${read} of ${residents.length} people were read`);
        reads[how].push(readMs);
        return writeMs;
      };
      const writes = await alternating({ sealed: run('sealed'), clear: run('clear') }, rounds);
      const figure = (what: string, { sealed, clear }: typeof reads) =>
        measured(
          {
            name: `${what} ${residents.length} people in a sealed store, median of ${rounds}`,
            value: median(sealed),
            unit: 'ms',
            reference: 'the same store with a cipher that leaves the bytes as they are',
            referenceValue: median(clear),
          },
          { ratioAtMost: 1.5 },
        );
      return [figure('writing', writes), figure('reading', reads)];
    } finally {
      await browser.close();
      await server.stop();
    }
  },
};
