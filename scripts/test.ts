// `npm test`: unit, contract and house tests in Vitest, then the journeys in Chromium on the built app. Its last line is
// `N passed, N failed`; a run that broke before its tests counts as a failure, and nothing is left out for want of a
// browser. `npm test -- unit` or `npm test -- journeys` runs one half.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import * as z from 'zod';
import { ensureChromium } from './chromium.ts';
import { compileMessages } from './messages.ts';
import { sourceDigest } from './release.js';
import { runStep, type Step } from './step.ts';

type Totals = { passed: number; failed: number; skipped: number };

const UNIT_REPORT = '.cache/unit.json';
const JOURNEY_REPORT = '.cache/journeys.json';

const unitReportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});
const journeyReportSchema = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  errors: z.array(z.unknown()),
});

async function unitTests(): Promise<Totals> {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${UNIT_REPORT}`];
  return totalsOf({ name: 'unit', command: 'vitest', args: ['run', ...reporters] }, () => {
    const report = unitReportSchema.parse(readJson(UNIT_REPORT));
    // A file that could not be loaded, or whose setting up failed, has no failed test to count, and counts all the same.
    const broken = report.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
    );
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + broken.length,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  });
}

async function journeys(): Promise<Totals> {
  if (!isBuilt()) {
    const built = await runStep(
      { name: 'build', command: 'vite', args: ['build', '--logLevel', 'warn'] },
      true,
    );
    if (built.exitCode !== 0) return { passed: 0, failed: 1, skipped: 0 };
  }
  return totalsOf({ name: 'journeys', command: 'playwright', args: ['test'] }, () => {
    const { stats, errors } = journeyReportSchema.parse(readJson(JOURNEY_REPORT));
    const failed = stats.unexpected + stats.flaky + (stats.unexpected === 0 ? errors.length : 0);
    return { passed: stats.expected, failed, skipped: stats.skipped };
  });
}

/** Runs a step and reads its report; a step that failed, or left no report, has at least one failure. */
async function totalsOf(step: Step, read: () => Totals): Promise<Totals> {
  const { exitCode, seconds } = await runStep(step, true);
  let totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  try {
    totals = read();
  } catch (cause) {
    console.error(`${step.name}: no report of this run could be read`, cause);
    totals.failed = 1;
  }
  if (exitCode !== 0 && totals.failed === 0) totals.failed = 1;
  const { passed, failed, skipped } = totals;
  console.log(
    `${step.name}: ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds.toFixed(1)} s`,
  );
  return totals;
}

/** Whether build/ was made from the sources as they stand. */
function isBuilt(): boolean {
  try {
    const { version } = z.object({ version: z.string() }).parse(readJson('build/client/_app/version.json'));
    readFileSync('build/handler.js');
    return version.endsWith(sourceDigest());
  } catch {
    return false;
  }
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

const halves = { unit: unitTests, journeys };
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in halves));
if (unknown.length > 0)
  throw new Error(`no half of the tests is named ${unknown.join(', ')}: unit or journeys`);

mkdirSync('.cache', { recursive: true });
for (const report of [UNIT_REPORT, JOURNEY_REPORT]) rmSync(report, { force: true });
process.env.CHROMIUM_PATH = ensureChromium();
await compileMessages();
const sum = { passed: 0, failed: 0 };
const synced = await runStep({ name: 'svelte-kit sync', command: 'svelte-kit', args: ['sync'] });
if (synced.exitCode !== 0) {
  console.error(synced.output);
  sum.failed += 1;
}
for (const [name, half] of Object.entries(halves)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const totals = await half();
  sum.passed += totals.passed;
  sum.failed += totals.failed;
}
process.exitCode = sum.failed === 0 && sum.passed > 0 ? 0 : 1;
console.log(`${sum.passed} passed, ${sum.failed} failed`);
