// A whole community on one tablet, its code typed: from the last digit to the rows of 今日, the browser just started.
import { fieldWorker } from '../journeys/field-worker.ts';
import { aTablet } from '../journeys/tablet.ts';
import { startAppServer } from './app-server.ts';
import type { Bench, BenchSize } from './bench.ts';
import { startOnce } from './cold-start.ts';
import { measured, type Measured } from './figure.ts';
import { THROTTLED } from './painting.ts';
import { median } from './statistics.ts';

/** A household has 2.62 people on average; the reference is a staircase. */
const sizes = {
  full: { households: 2_500, people: 6_550, starts: 7, few: 60 },
  smoke: { households: 60, people: 157, starts: 1, few: 60 },
};
/** She has every grid of the demo's community. */
const HEAD = 'wuxiulan';

export const unlock: Bench = {
  name: 'unlock',
  says: 'the code of a tablet that holds a community of 6,550 people, from its last digit to the rows of 今日',
  sizes,
  async run(size: BenchSize): Promise<Measured[]> {
    const { households, people, starts, few } = sizes[size];
    const rows = await rowsAfterPin(households, starts);
    const reference = await rowsAfterPin(few, starts);
    console.log(`unlock: ${rows.map((ms) => Math.round(ms)).join(', ')} ms`);
    return [
      measured(
        {
          name: `unlock to a usable roster of ${people} people, last digit to rows painted, median of ${starts}; ${THROTTLED}`,
          value: median(rows),
          unit: 'ms',
          reference: `the same with ${few} households`,
          referenceValue: median(reference),
        },
        { valueAtMost: 1_500 },
      ),
    ];
  },
};

async function rowsAfterPin(households: number, starts: number): Promise<number[]> {
  const server = await startAppServer(households);
  const tablet = aTablet();
  try {
    const head = fieldWorker(await tablet.open());
    await head.signsIn(server.url, server.person(HEAD));
    await head.isReadyForOffline();
    await tablet.close();
    await server.stop();
    const times: number[] = [];
    for (let start = 0; start < starts; start++) times.push((await startOnce(tablet, server.url)).rows);
    return times;
  } finally {
    await tablet.remove();
    await server.remove();
  }
}
