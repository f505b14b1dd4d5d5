// What a run of tests says of itself, counted and named. Invariant: nothing that went wrong counts as nothing: a file that
// did not load and an error outside a test are failures; a journey that needed a second try is named, though it passed.
import { stripVTControlCharacters } from 'node:util';
import * as z from 'zod';

export type Totals = { passed: number; failed: number; skipped: number };
/** A line for each test that failed, and for each that passed only at its second try: its name, then the first words. */
export type Outcome = Totals & { failures: readonly string[]; flaky: readonly string[] };

const WORDS = 300;

const unitReportSchema = z.object({
  numPassedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.optional(z.string()),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          failureMessages: z.optional(z.nullable(z.array(z.string()))),
        }),
      ),
    }),
  ),
});

const errorSchema = z.object({ message: z.optional(z.string()) });
const suiteSchema = z.object({
  specs: z.optional(
    z.array(
      z.object({
        title: z.string(),
        file: z.string(),
        line: z.number(),
        tests: z.array(
          z.object({
            status: z.string(),
            results: z.array(z.object({ error: z.optional(errorSchema) })),
          }),
        ),
      }),
    ),
  ),
  get suites() {
    return z.optional(z.array(suiteSchema));
  },
});
type Suite = z.infer<typeof suiteSchema>;
const journeyReportSchema = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  errors: z.array(errorSchema),
  suites: z.array(suiteSchema),
});

/** Counts Vitest's JSON report. Throws where it is none. */
export function countUnitReport(report: unknown): Outcome {
  const { testResults, ...counts } = unitReportSchema.parse(report);
  const failures = testResults.flatMap((file) => {
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    // A file that could not be loaded, or whose setting up failed, has no failed test of its own.
    if (file.status === 'failed' && failed.length === 0) return [nameOf(file.name, '', file.message)];
    return failed.map((test) => nameOf(file.name, test.fullName, test.failureMessages?.[0]));
  });
  return {
    passed: counts.numPassedTests,
    failed: failures.length,
    skipped: counts.numPendingTests + counts.numTodoTests,
    failures,
    flaky: [],
  };
}

/** Counts Playwright's JSON report. Throws where it is none. */
export function countJourneyReport(report: unknown): Outcome {
  const { stats, errors, suites } = journeyReportSchema.parse(report);
  const named = (status: string): string[] => suites.flatMap((suite) => specsOf(suite, status));
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
    failures: [...named('unexpected'), ...errors.map((error) => nameOf('', '', error.message))],
    flaky: named('flaky'),
  };
}

function specsOf({ specs = [], suites = [] }: Suite, status: string): string[] {
  const own = specs.flatMap(({ title, file, line, tests }) =>
    tests
      .filter((test) => test.status === status)
      .map(({ results }) =>
        nameOf(`${file}:${line}`, title, results.find((result) => result.error)?.error?.message),
      ),
  );
  return [...own, ...suites.flatMap((suite) => specsOf(suite, status))];
}

function nameOf(file: string, title: string, message = ''): string {
  const words = stripVTControlCharacters(message).replace(/\s+/g, ' ').slice(0, WORDS).trim();
  return [file, title, words].filter((part) => part !== '').join(': ');
}
