import { type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { checkSession, digestOfKey, makeSession, readSession, SESSION_SECONDS } from './session-cookie.ts';

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
    const claim = claimOf(makeSession('李秀兰', key, { nowMs: start }));
    expect(claim.name).toBe('李秀兰');
    const after = (seconds: number) => checkSession(claim, key, { nowMs: start + seconds * 1000 });
    expect([after(0), after(SESSION_SECONDS * 0.09), after(SESSION_SECONDS * 0.11)]).toEqual([
      'good',
      'good',
      'renew',
    ]);
    expect([after(SESSION_SECONDS - 1), after(SESSION_SECONDS)]).toEqual(['renew', 'void']);
  });

  it('is void with another secret, another salt, another name or another time', () => {
    const claim = claimOf(makeSession('li', key, { nowMs: start }));
    expect(checkSession(claim, { ...key, secret: 'other' }, { nowMs: start })).toBe('void');
    expect(checkSession(claim, { ...key, salt: 'changed' }, { nowMs: start })).toBe('void');
    expect(checkSession({ ...claim, name: 'wang' }, key, { nowMs: start })).toBe('void');
    expect(checkSession({ ...claim, issuedSeconds: claim.issuedSeconds + 1 }, key, { nowMs: start })).toBe(
      'void',
    );
  });

  it('survives a proof with any bytes, colons included', () => {
    for (let at = 0; at < 500; at++) {
      const claim = claimOf(makeSession('li', key, { nowMs: start + at * 1000 }));
      expect(checkSession(claim, key, { nowMs: start + at * 1000 })).toBe('good');
    }
  });

  it('that is bound holds with its key alone, is never unbound, and keeps its key when renewed', () => {
    const said = (headers: Record<string, string>) => digestOfKey({ headers });
    const bound = said({ 'x-session-key': 'k'.repeat(32) });
    const claim = claimOf(makeSession('李秀兰', key, { nowMs: start, bound }));
    expect(claim).toMatchObject({ name: '李秀兰', bound });
    const late = { nowMs: start + SESSION_SECONDS * 500 };
    expect(checkSession(claim, key, { nowMs: start, said: bound })).toBe('good');
    expect(checkSession(claim, key, { ...late, said: bound })).toBe('renew');
    expect(checkSession(claim, key, { nowMs: start })).toBe('void');
    expect(checkSession(claim, key, late)).toBe('void');
    const other = said({ 'x-session-key': 'l'.repeat(32) });
    expect(checkSession(claim, key, { nowMs: start, said: other })).toBe('void');
    expect(checkSession({ ...claim, bound: undefined }, key, { nowMs: start })).toBe('void');
    expect(checkSession({ ...claim, bound: other }, key, { nowMs: start, said: other })).toBe('void');
  });

  it('that is not bound asks for no key', () => {
    const claim = claimOf(makeSession('li', key, { nowMs: start }));
    expect(checkSession(claim, key, { nowMs: start, said: 'whatever' })).toBe('good');
  });

  it('is bound to no key that could be guessed', () => {
    for (const short of ['', 'short', 'with spaces in it, and long enough'])
      expect(() => digestOfKey({ headers: { 'x-session-key': short } })).toThrow(/Malformed/);
    expect(digestOfKey({ headers: {} })).toBeUndefined();
  });

  it('is read only where there is one', () => {
    expect(readSession(requestWith('AuthSession='))).toBeUndefined();
    expect(readSession(requestWith('NotAuthSession=abc'))).toBeUndefined();
    expect(() => readSession(requestWith('AuthSession=abc'))).toThrow(/Malformed/);
  });
});
