import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('./sim.ts', import.meta.url));

describe('the simulator’s command', () => {
  const run = (...given: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', SCRIPT, ...given], { encoding: 'utf8' });

  it.each([
    ['--seeds', 'abc'],
    ['--seeds', '0'],
    ['--seed', 'x'],
  ])('refuses %s %s with a sentence, since it would run nothing', (name, value) => {
    const { status, stdout, stderr } = run(name, value);
    expect(stderr).toContain(`${name} is a whole number from 1 on, and not "${value}".`);
    expect([status, stdout]).toEqual([2, '']);
  });

  it('runs as many histories as it is told', () => {
    const { status, stdout } = run('--seeds', '2');
    expect(stdout).toContain('2 histories');
    expect(status).toBe(0);
  });
});
