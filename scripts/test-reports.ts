// What a run of tests says of itself, counted. Invariant: nothing that went wrong counts as nothing: a file that did not
// load, a flaky journey, an error outside a test are failures.
import * as z from 'zod';

export type Totals = { passed: number; failed: number; skipped: number };

const unitReportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) }),
  ),
});
const journeyReportSchema = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  errors: z.array(z.unknown()),
});

/** Counts Vitest's JSON report. Throws where it is none. */
export function countUnitReport(report: unknown): Totals {
  const { testResults, ...counts } = unitReportSchema.parse(report);
  // A file that could not be loaded, or whose setting up failed, has no failed test of its own.
  const broken = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  );
  return {
    passed: counts.numPassedTests,
    failed: counts.numFailedTests + broken.length,
    skipped: counts.numPendingTests + counts.numTodoTests,
  };
}

/** Counts Playwright's JSON report. Throws where it is none. */
export function countJourneyReport(report: unknown): Totals {
  const { stats, errors } = journeyReportSchema.parse(report);
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
  };
}
