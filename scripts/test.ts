// `npm test`: unit, contract and house tests in Vitest, then the journeys in Chromium on the built app. Its last line is
// `N passed, N failed`, before it each test that failed is named; a run that broke before its tests counts as a failure,
// and nothing is left out for want of a browser. `npm test -- unit` or `npm test -- journeys` runs one half.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { ensureChromium } from './chromium.ts';
import { compileMessages } from './messages.ts';
import { ensureBuild } from './start-build.ts';
import { runStep, type Step } from './step.ts';
import { countJourneyReport, countUnitReport, type Outcome } from './test-reports.ts';

const UNIT_REPORT = '.cache/unit.json';
const JOURNEY_REPORTS = { together: '.cache/journeys.json', alone: '.cache/journeys-alone.json' };

/** One project of playwright.config.ts. */
function journeys(project: keyof typeof JOURNEY_REPORTS): Step {
  const env = { JOURNEY_REPORT: JOURNEY_REPORTS[project] };
  return { name: `journeys ${project}`, command: 'playwright', args: ['test', '--project', project], env };
}

const steps = {
  sync: { name: 'svelte-kit sync', command: 'svelte-kit', args: ['sync'] },
  unit: {
    name: 'unit',
    command: 'vitest',
    args: ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${UNIT_REPORT}`],
  },
  together: journeys('together'),
  alone: journeys('alone'),
} satisfies Record<string, Step>;

const nothing: Outcome = { passed: 0, failed: 0, skipped: 0, failures: [], flaky: [] };

const halves: Record<string, () => Promise<Outcome>> = {
  unit: () => runTests(steps.unit, () => countUnitReport(readJson(UNIT_REPORT))),
  journeys: async () => {
    if (!(await isBuilt())) return { ...nothing, failed: 1, failures: ['the build'] };
    const together = await runTests(steps.together, () =>
      countJourneyReport(readJson(JOURNEY_REPORTS.together)),
    );
    const alone = await runTests(steps.alone, () => countJourneyReport(readJson(JOURNEY_REPORTS.alone)));
    return sumOf(together, alone);
  },
};

const sumOf = (one: Outcome, other: Outcome): Outcome => ({
  passed: one.passed + other.passed,
  failed: one.failed + other.failed,
  skipped: one.skipped + other.skipped,
  failures: [...one.failures, ...other.failures],
  flaky: [...one.flaky, ...other.flaky],
});

/** Runs a step and counts its report; a step that failed, or left no report, has at least one failure. */
async function runTests(step: Step, count: () => Outcome): Promise<Outcome> {
  const { exitCode, seconds } = await runStep(step, true);
  let totals = nothing;
  try {
    totals = count();
  } catch (cause) {
    console.error(`${step.name}: no report of this run could be read`, cause);
  }
  if (totals.failed === 0 && (exitCode !== 0 || totals.passed === 0))
    totals = {
      ...totals,
      failed: 1,
      failures: [`${step.name}: exit code ${exitCode}, no failed test named`],
    };
  const { passed, failed, skipped } = totals;
  console.log(
    `${step.name}: ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds.toFixed(1)} s`,
  );
  return totals;
}

async function succeeds(step: Step): Promise<boolean> {
  const { exitCode, output, seconds } = await runStep(step);
  console.log(`${step.name}: ${exitCode === 0 ? 'done' : 'FAILED'} in ${seconds.toFixed(1)} s`);
  if (exitCode !== 0) console.error(output);
  return exitCode === 0;
}

/** As `npm start` does it, so that the journeys' servers find it done. */
async function isBuilt(): Promise<boolean> {
  try {
    await ensureBuild(() => console.log('build: the sources have changed'));
    return true;
  } catch (cause) {
    console.error('build: FAILED', cause);
    return false;
  }
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in halves));
if (unknown.length > 0)
  throw new Error(`no half of the tests is named ${unknown.join(', ')}: unit or journeys`);

mkdirSync('.cache', { recursive: true });
for (const report of [UNIT_REPORT, ...Object.values(JOURNEY_REPORTS)]) rmSync(report, { force: true });
process.env.CHROMIUM_PATH = ensureChromium();
await compileMessages();
if (!process.env.COUCHDB_URL) console.log('contract: no COUCHDB_URL, so the embedded server alone keeps it');
const sum = { passed: 0, failed: (await succeeds(steps.sync)) ? 0 : 1 };
const ill: string[] = [];
for (const [name, run] of Object.entries(halves)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const totals = await run();
  sum.passed += totals.passed;
  sum.failed += totals.failed;
  ill.push(...totals.failures.map((line) => `failed: ${line}`));
  ill.push(...totals.flaky.map((line) => `passed at its second try only: ${line}`));
}
for (const line of ill) console.log(line);
console.log(`${sum.passed} passed, ${sum.failed} failed`);
process.exit(sum.failed === 0 ? 0 : 1);
