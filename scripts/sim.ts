// `npm run sim -- --seeds N [--seed S] [--planted NAME|all] [--shrink] [--keep WHY] [--trace]`: histories of the
// simulator, one for each seed from S (1) on; one seed in ten over Dexie and PouchDB as well, one in a hundred against the
// CouchDB at COUCHDB_URL. `--only models|real`: these alone. A seed that fails is printed with what was found, made smaller where that
// is asked for and kept in the corpus; the exit code is 1. With a planted bug it is 1 where the bug was not found.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runReal } from '../tests/sim/dexie-history.ts';
import { runHistory } from '../tests/sim/history.ts';
import { planOf, type Plan } from '../tests/sim/plan.ts';
import { PLANTED_BUGS, type PlantedBug } from '../tests/sim/planted-bugs.ts';
import { runAgainstCouch, runTenth, type RealReport } from '../tests/sim/real-seeds.ts';
import { runSeeds, wordsOf, type FoundBad } from '../tests/sim/run-seeds.ts';
import { shrinkPlan } from '../tests/sim/shrink-plan.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    planted: { type: 'string' },
    shrink: { type: 'boolean', default: false },
    keep: { type: 'string' },
    trace: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const first = wholeNumber('seed');
const count = wholeNumber('seeds');

/** No seed at all would be a run without a failure. */
function wholeNumber(name: 'seed' | 'seeds'): number {
  const number = /^\d{1,9}$/.test(values[name]) ? Number(values[name]) : 0;
  if (number > 0) return number;
  console.error(`--${name} is a whole number from 1 on, and not ${JSON.stringify(values[name])}.`);
  process.exit(2);
}

/** As the corpus says over what a history runs; over models it says nothing. */
type Over = 'models' | 'real stores';

async function makeSmaller({ seed }: FoundBad, over: Over): Promise<void> {
  const run = over === 'models' ? runHistory : (plan: Plan) => runReal(plan, { wholeBatches: true });
  const fails = async (plan: Plan) => (await run(plan)).violation !== undefined;
  if (!(await fails(planOf(seed)))) {
    console.log('  not made smaller: it is well in whole batches, as the corpus is run');
    return;
  }
  const plan = await shrinkPlan(planOf(seed), fails);
  console.log(`  at least ${JSON.stringify(plan)}`);
  if (values.keep === undefined) return;
  const file = `tests/sim/corpus/seed-${seed}.json`;
  const kept = { why: values.keep, ...(over === 'models' ? {} : { over }), plan };
  writeFileSync(file, `${JSON.stringify(kept, undefined, 2)}\n`);
  console.log(`  kept in ${file}`);
}

async function makeAllSmaller(bad: readonly FoundBad[], over: Over): Promise<void> {
  if (values.shrink || values.keep !== undefined) for (const found of bad) await makeSmaller(found, over);
}

async function runPlain(): Promise<boolean> {
  const started = performance.now();
  const onBad = (found: FoundBad) => {
    console.log(wordsOf(found));
    console.log(`  ${Object.keys(planOf(found.seed).faults).join(', ')}`);
  };
  const { bad, histories, saved, rounds, steps } = await runSeeds({ first, count, onBad });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const sums = `${histories} histories, ${saved} saves, ${rounds} rounds, ${steps} steps`;
  console.log(`${sums} in ${seconds} s: ${bad.length} failed`);
  await makeAllSmaller(bad, 'models');
  return bad.length === 0;
}

async function runOverReal(): Promise<boolean> {
  const onBad = (found: FoundBad) => console.log(`over real stores: ${wordsOf(found)}`);
  const told = async (what: string, run: () => Promise<RealReport | undefined>) => {
    const started = performance.now();
    const report = await run();
    if (!report) {
      console.log(`COUCHDB_URL is not set: no history over ${what}`);
      return true;
    }
    const { histories, saved, bad } = report;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${histories} histories over ${what}, ${saved} saves in ${seconds} s: ${bad.length} failed`);
    await makeAllSmaller(bad, 'real stores');
    return bad.length === 0;
  };
  const tenth = await told('Dexie and PouchDB', () => runTenth({ first, count, onBad }));
  const couch = await told('Dexie and a CouchDB', () => runAgainstCouch({ first, count, onBad }));
  return tenth && couch;
}

async function runAll(): Promise<boolean> {
  const models = values.only === 'real' || (await runPlain());
  const real = values.only === 'models' || (await runOverReal());
  return models && real;
}

async function runPlanted(names: readonly PlantedBug[]): Promise<boolean> {
  let all = true;
  console.log(`${'planted bug'.padEnd(32)}${'seeds'.padStart(6)}  found as`);
  for (const name of names) {
    const { bad } = await runSeeds({ first, count, planting: PLANTED_BUGS[name], untilBad: true });
    const [found] = bad;
    all &&= found !== undefined;
    const seeds = found ? String(found.seed - first + 1) : 'none';
    const as = found ? `invariant ${found.violation.invariant}` : `NOT FOUND in ${count} histories`;
    console.log(`${name.padEnd(32)}${seeds.padStart(6)}  ${as}`);
  }
  return all;
}

function plantedNamed(name: string): PlantedBug[] {
  const known = Object.keys(PLANTED_BUGS) as PlantedBug[];
  const named = name === 'all' ? known : known.filter((each) => each === name);
  if (named.length === 0) throw new Error(`no planted bug is named ${name}: ${known.join(', ')}`);
  return named;
}

if (values.trace) {
  const { lines } = await runHistory(planOf(first), { traced: true });
  console.log(lines?.join('\n'));
}
const isWell = values.planted === undefined ? await runAll() : await runPlanted(plantedNamed(values.planted));
process.exit(isWell ? 0 : 1);
