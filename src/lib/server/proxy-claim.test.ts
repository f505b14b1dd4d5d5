import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeClaim, readClaim } from './proxy-claim.ts';

describe('the claim of a proxy', () => {
  const li = { name: '李秀兰', roles: ['staff', 'grid:1'] };

  it('is name, roles and the hash of the name, as CouchDB wants them', () => {
    expect(makeClaim({ name: 'foo', roles: ['users', 'blogger'] }, 'secret')).toEqual({
      'x-auth-couchdb-username': 'foo',
      'x-auth-couchdb-roles': 'users,blogger',
      'x-auth-couchdb-token': createHmac('sha256', 'secret').update('foo').digest('hex'),
    });
    expect(makeClaim({ name: null, roles: [] }, 'secret')).toEqual({});
  });

  it('is believed by who knows the secret, of any name, and by nobody else', () => {
    const claim = makeClaim(li, 'secret');
    expect(readClaim(claim, 'secret')).toEqual(li);
    expect(readClaim(claim, 'other')).toBeUndefined();
    expect(readClaim({ ...claim, 'x-auth-couchdb-username': 'admin' }, 'secret')).toBeUndefined();
    const { 'x-auth-couchdb-token': _token, ...bare } = claim;
    expect(readClaim(bare, 'secret')).toBeUndefined();
    expect(readClaim({}, 'secret')).toBeUndefined();
    const old = createHmac('sha1', 'secret').update('foo').digest('hex');
    const byOld = { 'x-auth-couchdb-username': 'foo', 'x-auth-couchdb-token': old };
    expect(readClaim(byOld, 'secret')).toEqual({ name: 'foo', roles: [] });
  });
});
