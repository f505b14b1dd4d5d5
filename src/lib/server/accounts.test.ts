import { expect, it } from 'vitest';
import { accountOf } from './accounts.ts';

const saltOf = (document: object) => accountOf('li', { name: 'li', ...document })?.salt;

it('proves sessions of an account whose hash is not read here with all that is said of the password', () => {
  const hers = { password_scheme: 'argon2', verifier: 'abc', roles: ['staff'], _rev: '1-a' };
  const salt = saltOf(hers);
  expect(salt).toMatch(/^[0-9a-f]{64}$/);
  expect(saltOf({ ...hers, verifier: 'another' })).not.toBe(salt);
  expect(saltOf({ ...hers, roles: [], _rev: '2-b' })).toBe(salt);
});
