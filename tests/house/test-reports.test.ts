import { mkdtempSync, rmSync, symlinkSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { countJourneyReport, countUnitReport } from '../../scripts/test-reports.ts';
import { runStep } from '../../scripts/step.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const bin = (program: string) => path.join(ROOT, 'node_modules/.bin', program);
const TESTS = {
  'well.test.ts': `it('holds', () => expect(1).toBe(1));\nit.skip('waits', () => {});\n`,
  'ill.test.ts': `it('does not hold', () => expect(1).toBe(2));\nit('holds', () => expect(1).toBe(1));\n`,
  'unloadable.test.ts': `import './gone.ts';\nit('is never reached', () => expect(1).toBe(1));\n`,
  'unready.test.ts': `beforeAll(() => { throw new Error('no'); });\nit('is never reached', () => expect(1).toBe(1));\n`,
};

let root: string;
const report = () => JSON.parse(readFileSync(path.join(root, 'report.json'), 'utf8')) as unknown;

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'counted-'));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
  // Else Vitest looks for one in the folders above, and takes what lies about there.
  writeFileSync(path.join(root, 'vitest.config.ts'), 'export default {};\n');
});
afterAll(() => rmSync(root, { recursive: true }));

it('counts a file of Vitest that did not load, and one that was not ready, as failures', async () => {
  const names = `import { beforeAll, expect, it } from 'vitest';\n`;
  for (const [file, text] of Object.entries(TESTS)) writeFileSync(path.join(root, file), names + text);
  const args = ['run', '--root', root, '--reporter=json', `--outputFile=${root}/report.json`];
  const { exitCode } = await runStep({ name: 'vitest', command: bin('vitest'), args });
  expect(exitCode).not.toBe(0);
  const { failures, ...counts } = countUnitReport(report());
  expect(counts).toMatchObject({ passed: 2, failed: 3 });
  expect([...failures].sort()).toEqual([
    expect.stringMatching(/ill\.test\.ts: does not hold: AssertionError: expected 1 to be 2/),
    expect.stringMatching(/unloadable\.test\.ts: .*gone\.ts/),
    expect.stringMatching(/unready\.test\.ts: /),
  ]);
});

it('names a journey that held the second time, and counts one that cannot be loaded as a failure', async () => {
  const head = `import { expect, test } from '@playwright/test';\n`;
  const journeys = `${head}test('holds', () => expect(1).toBe(1));
test.describe('a part', () => {
  test('holds the second time', ({}, info) => expect(info.retry).toBe(1));
  test('does not hold', () => expect('this').toBe('that'));
});
test.skip('waits', () => {});\n`;
  writeFileSync(path.join(root, 'a.spec.ts'), journeys);
  writeFileSync(
    path.join(root, 'playwright.config.ts'),
    `export default { testMatch: '*.spec.ts', retries: 1, reporter: [['json', { outputFile: 'report.json' }]] };\n`,
  );
  rmSync(path.join(root, 'report.json'), { force: true });
  const step = { name: 'playwright', command: bin('playwright'), args: ['test', '-c', root] };
  await runStep(step);
  expect(countJourneyReport(report())).toEqual({
    ...{ passed: 2, failed: 1, skipped: 1 },
    failures: [expect.stringMatching(/^a\.spec\.ts:5: does not hold: .*this/)],
    flaky: [expect.stringMatching(/^a\.spec\.ts:4: holds the second time: /)],
  });
  writeFileSync(path.join(root, 'b.spec.ts'), `import './gone.ts';\n`);
  const { exitCode } = await runStep(step);
  expect(exitCode).not.toBe(0);
  expect(countJourneyReport(report()).failed).toBeGreaterThan(0);
});

it('throws at a report that is none', () => {
  expect(() => countUnitReport({})).toThrow();
  expect(() => countJourneyReport([])).toThrow();
});
