import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';

const CI = path.resolve(import.meta.dirname, '../../.ci/run');
const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

/** Runs .ci/run with an `npm` that only says and returns what it is told: this is a test of the counting alone. */
function ci(commands: Partial<Record<'ci' | 'check' | 'test' | 'bench', string>>) {
  const folder = mkdtempSync(path.join(tmpdir(), 'ci-'));
  folders.push(folder);
  const cases = Object.entries(commands).map(([name, told]) => `*" ${name} "*) ${told} ;;`);
  const npm = `#!/usr/bin/env bash\necho "npm $*"\ncase " $* " in\n${cases.join('\n')}\nesac\n`;
  writeFileSync(path.join(folder, 'npm'), npm);
  chmodSync(path.join(folder, 'npm'), 0o755);
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
  const { status, stdout } = spawnSync(CI, { env, encoding: 'utf8', timeout: 60_000 });
  return { exitCode: status, lastLine: stdout.trimEnd().split('\n').at(-1), stdout };
}

it('adds the tests to the other steps, and is content when all went well', () => {
  const { exitCode, lastLine, stdout } = ci({ test: 'echo "12 passed, 0 failed"' });
  expect({ exitCode, lastLine }).toEqual({ exitCode: 0, lastLine: '15 passed, 0 failed' });
  expect(stdout).toMatch(/npm ci[^]*npm run check[^]*npm test[^]*npm run bench -- --smoke/);
});

it('counts failed tests and a failed check, and goes on to the bench', () => {
  const { exitCode, lastLine, stdout } = ci({ check: 'exit 1', test: 'echo "10 passed, 2 failed"; exit 1' });
  expect({ exitCode, lastLine }).toEqual({ exitCode: 1, lastLine: '12 passed, 3 failed' });
  expect(stdout).toContain('npm run bench -- --smoke');
});

it('counts tests that broke off without totals', () => {
  const { exitCode, lastLine } = ci({ test: 'echo "boom"; exit 7' });
  expect({ exitCode, lastLine }).toEqual({ exitCode: 1, lastLine: '3 passed, 1 failed' });
});

it('does not believe totals without failures when the run itself failed', () => {
  const { exitCode, lastLine } = ci({ test: 'echo "4 passed, 0 failed"; exit 1' });
  expect({ exitCode, lastLine }).toEqual({ exitCode: 1, lastLine: '7 passed, 1 failed' });
});

it('stops where nothing could be installed', () => {
  const { exitCode, lastLine, stdout } = ci({ ci: 'exit 1', test: 'echo "9 passed, 0 failed"' });
  expect({ exitCode, lastLine }).toEqual({ exitCode: 1, lastLine: '0 passed, 1 failed' });
  expect(stdout).not.toContain('npm test');
});
