import { describe, expect, it } from 'vitest';
import { countJourneyReport, countUnitReport } from './test-reports.ts';

const spec = (title: string, status: string, message?: string) => ({
  title,
  file: 'a.test.ts',
  line: 7,
  tests: [{ status, results: [{ error: message === undefined ? undefined : { message } }, {}] }],
});

describe('what a run of tests says of itself', () => {
  it('names a failed test with its first words, and a file that did not load', () => {
    const outcome = countUnitReport({
      numPassedTests: 3,
      numPendingTests: 1,
      numTodoTests: 0,
      testResults: [
        {
          name: 'src/x.test.ts',
          status: 'failed',
          assertionResults: [
            { status: 'passed', fullName: 'x holds', failureMessages: [] },
            {
              status: 'failed',
              fullName: 'x counts',
              failureMessages: ['\u001B[31mexpected 1\u001B[39m\n to be 2'],
            },
          ],
        },
        { name: 'src/y.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
      ],
    });
    expect(outcome).toEqual({
      passed: 3,
      failed: 2,
      skipped: 1,
      failures: ['src/x.test.ts: x counts: expected 1 to be 2', 'src/y.test.ts: no such module'],
      flaky: [],
    });
  });

  it('counts a journey that passed at its second try as passed, and names it', () => {
    const outcome = countJourneyReport({
      stats: { expected: 2, unexpected: 1, flaky: 1, skipped: 0 },
      errors: [{ message: 'the server did not start' }],
      suites: [
        { specs: [spec('works', 'expected')], suites: [{ specs: [spec('waits', 'flaky', 'too slow')] }] },
        { suites: [{ specs: [spec('breaks', 'unexpected', 'gone')] }] },
      ],
    });
    expect(outcome).toEqual({
      passed: 3,
      failed: 2,
      skipped: 0,
      failures: ['a.test.ts:7: breaks: gone', 'the server did not start'],
      flaky: ['a.test.ts:7: waits: too slow'],
    });
  });

  it('refuses what is no report', () => {
    expect(() => countUnitReport({})).toThrow();
    expect(() => countJourneyReport({ stats: {} })).toThrow();
  });
});
