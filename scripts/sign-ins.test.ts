import { describe, expect, it } from 'vitest';
import { demoStaff } from './demo/demo-street.ts';
import { signInLines, signInsOf } from './sign-ins.ts';

const passwords = Object.fromEntries(demoStaff({}).map(({ user }) => [user, `of-${user}`]));
delete passwords.admin;
const demo = { seed: 's', today: '2026-11-22', households: 60, passwords, loaded: true };

describe('the sign-ins of the demo', () => {
  it('are eleven people and the administrator, a line each: name, password, post, scope', () => {
    const signIns = signInsOf(demo);
    expect(signIns).toHaveLength(11);
    const lines = signInLines(signIns, { name: 'admin', password: 'made', given: false });
    expect(lines).toHaveLength(12);
    expect(lines.find((line) => line.startsWith('limin '))).toMatch(
      /of-limin\s+李敏\s+网格员 worker\s+网格 grid 999999001001001$/,
    );
    expect(lines.find((line) => line.startsWith('zhengguodong '))).toMatch(/街道 supervisor\s+街道 street$/);
    expect(lines.at(-1)).toMatch(/^admin\s+made\s/);
  });

  it('do not print an administrator’s password that came from outside', () => {
    const lines = signInLines([], { name: 'admin', password: 'a-real-one', given: true });
    expect(lines.join()).not.toContain('a-real-one');
  });
});
