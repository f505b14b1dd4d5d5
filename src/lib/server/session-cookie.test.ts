import { type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { checkSession, makeSession, readSession, SESSION_SECONDS } from './session-cookie.ts';

const key = { secret: 'server', salt: 'hers' };
const start = Date.UTC(2026, 10, 22);
const requestWith = (cookie: string) => ({ headers: { cookie } }) as IncomingMessage;

function claimOf(value: string) {
  const claim = readSession(requestWith(`other=1; AuthSession=${value}; more=2`));
  if (!claim) throw new Error('no claim');
  return claim;
}

describe('a session', () => {
  it('holds for 36 hours, and is renewed after a tenth of them', () => {
    const claim = claimOf(makeSession('李秀兰', key, start));
    expect(claim.name).toBe('李秀兰');
    const after = (seconds: number) => checkSession(claim, key, start + seconds * 1000);
    expect([after(0), after(SESSION_SECONDS * 0.09), after(SESSION_SECONDS * 0.11)]).toEqual([
      'good',
      'good',
      'renew',
    ]);
    expect([after(SESSION_SECONDS - 1), after(SESSION_SECONDS)]).toEqual(['renew', 'void']);
  });

  it('is void with another secret, another salt, another name or another time', () => {
    const claim = claimOf(makeSession('li', key, start));
    expect(checkSession(claim, { ...key, secret: 'other' }, start)).toBe('void');
    expect(checkSession(claim, { ...key, salt: 'changed' }, start)).toBe('void');
    expect(checkSession({ ...claim, name: 'wang' }, key, start)).toBe('void');
    expect(checkSession({ ...claim, issuedSeconds: claim.issuedSeconds + 1 }, key, start)).toBe('void');
  });

  it('survives a proof with any bytes, colons included', () => {
    for (let at = 0; at < 500; at++) {
      const claim = claimOf(makeSession('li', key, start + at * 1000));
      expect(checkSession(claim, key, start + at * 1000)).toBe('good');
    }
  });

  it('is read only where there is one', () => {
    expect(readSession(requestWith('AuthSession='))).toBeUndefined();
    expect(readSession(requestWith('NotAuthSession=abc'))).toBeUndefined();
    expect(() => readSession(requestWith('AuthSession=abc'))).toThrow(/Malformed/);
  });
});
