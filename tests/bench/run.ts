// `npm run bench`: measures, prints a table, writes bench/latest.json. `npm run bench -- NAME…` runs some and leaves the
// figures of the others as they stand; `-- --smoke` proves in two minutes that benches run, but for those that take minutes
// even when they are tiny, which are named for it (`-- growth --smoke`), and writes nothing;
// `-- --sizes` says how large each is. Ends with 1 where a bench did not run to its end, whatever its figures are.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import type { Bench, BenchSize } from './bench.ts';
import { figureTable, type Figure, type Measured } from './figure.ts';
import { coldStart } from './cold-start.ts';
import { firstScreen } from './first-screen.ts';
import { firstSync } from './first-sync.ts';
import { growth } from './growth.ts';
import { longTasks } from './long-tasks.ts';
import { nothingNew } from './nothing-new.ts';
import { saveWhilePulling } from './save-while-pulling.ts';
import { saveVisit } from './save-visit.ts';
import { sealing } from './sealing.ts';
import { searchPeople } from './search-people.ts';
import { serverCalls } from './server-calls.ts';
import { shiftUpload } from './shift-upload.ts';
import { slowLine } from './slow-line.ts';
import { unlock } from './unlock.ts';

const LATEST = 'bench/latest.json';
const benches: Bench[] = [
  firstSync,
  nothingNew,
  shiftUpload,
  slowLine,
  saveWhilePulling,
  saveVisit,
  coldStart,
  unlock,
  sealing,
  searchPeople,
  firstScreen,
  longTasks,
  growth,
  serverCalls,
];

const args = process.argv.slice(2);
const options = new Set(args.filter((arg) => arg.startsWith('--')));
const names = args.filter((arg) => !arg.startsWith('--'));
const unknown = [
  ...names.filter((name) => !benches.some((bench) => bench.name === name)),
  ...[...options].filter((option) => !['--smoke', '--sizes'].includes(option)),
];
if (unknown.length > 0) {
  throw new Error(
    `unknown: ${unknown.join(', ')}. There are ${benches.map((bench) => bench.name).join(', ')}; --smoke, --sizes`,
  );
}
const LONG_WHEN_TINY = new Set([growth, slowLine, searchPeople, unlock]);
const isSmoke = options.has('--smoke');
const asked = benches.filter((bench) =>
  names.length === 0 ? !(isSmoke && LONG_WHEN_TINY.has(bench)) : names.includes(bench.name),
);

if (options.has('--sizes')) tellSizes();
else await runAll(isSmoke ? 'smoke' : 'full');

function tellSizes(): void {
  for (const { name, says, sizes } of asked) {
    console.log(`${name}: ${says}`);
    for (const size of ['full', 'smoke'] as const)
      console.log(`  ${size.padEnd(6)}${JSON.stringify(sizes[size])}`);
  }
}

async function runAll(size: BenchSize): Promise<void> {
  const [processor] = cpus();
  console.log(
    `${availableParallelism()} cores, ${processor?.model ?? 'unknown'}; load before: ${loadText()}`,
  );
  const all: Measured[] = [];
  for (const bench of asked) {
    const started = performance.now();
    try {
      const figures = await bench.run(size);
      all.push(...figures);
      if (size === 'full') keepFigures(bench.name, figures);
    } catch (error) {
      console.error(`${bench.name} did not run to its end:`, error);
      process.exitCode = 1;
    }
    console.log(`${bench.name}: ${((performance.now() - started) / 1000).toFixed(1)} s; load ${loadText()}`);
  }
  console.log(`\n${figureTable(all)}\n`);
  const goals = all.filter(({ met }) => met !== undefined);
  console.log(
    `${goals.filter(({ met }) => met).length} of ${goals.length} goals met${size === 'smoke' ? ' (tiny sizes: the figures say nothing)' : ''}`,
  );
}

/** A figure as it is kept: of which bench, and how busy the machine was in the minute it ended. */
interface Kept extends Figure {
  bench: string;
  load: number;
}

/** Puts the figures of a bench in the place of those it had. */
function keepFigures(bench: string, measured: readonly Measured[]): void {
  const before = existsSync(LATEST) ? (JSON.parse(readFileSync(LATEST, 'utf8')) as Kept[]) : [];
  const load = Number((loadavg()[0] ?? 0).toFixed(1));
  const kept = [
    ...before.filter((figure) => figure.bench !== bench && benches.some(({ name }) => name === figure.bench)),
    ...measured.map(({ figure }) => ({ bench, load, ...figure })),
  ];
  mkdirSync('bench', { recursive: true });
  writeFileSync(LATEST, `${JSON.stringify(kept, null, 2)}\n`);
}

function loadText(): string {
  return loadavg()
    .map((load) => load.toFixed(2))
    .join(' ');
}
