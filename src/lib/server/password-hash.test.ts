import { describe, expect, it } from 'vitest';
import { hashPassword, parsePasswordFields, verifyPassword } from './password-hash.ts';

describe('a password', () => {
  it('is kept as CouchDB keeps it, and recognised again', async () => {
    const fields = await hashPassword('敲门', 1000);
    expect(fields).toMatchObject({ password_scheme: 'pbkdf2', pbkdf2_prf: 'sha256', iterations: 1000 });
    expect(await verifyPassword('敲门', fields)).toBe(true);
    expect(await verifyPassword('敲门 ', fields)).toBe(false);
    expect((await hashPassword('敲门', 1000)).derived_key).not.toBe(fields.derived_key);
  });

  it('of 600,000 rounds costs a guesser a tenth of a second and more', async () => {
    const before = process.cpuUsage();
    await hashPassword('x', 600_000);
    expect(process.cpuUsage(before).user / 1000).toBeGreaterThan(50);
  });

  it('that another server hashed is recognised, old SHA-1 included', async () => {
    // RFC 6070, test vector 2: PBKDF2-HMAC-SHA1 of "password" with "salt", 2 rounds.
    const old = parsePasswordFields({
      password_scheme: 'pbkdf2',
      iterations: 2,
      salt: 'salt',
      derived_key: 'ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957',
    });
    if (!old) throw new Error('not read');
    expect(await verifyPassword('password', old)).toBe(true);
    expect(await verifyPassword('passwort', old)).toBe(false);
  });

  it('without all its fields is no password', () => {
    const good = {
      password_scheme: 'pbkdf2',
      pbkdf2_prf: 'sha256',
      iterations: 10,
      salt: 's',
      derived_key: 'ab',
    };
    expect(parsePasswordFields(good)).toBeDefined();
    for (const wrong of [
      { password_scheme: 'simple' },
      { pbkdf2_prf: 'md5' },
      { iterations: 0 },
      { iterations: 1e12 },
      { salt: 7 },
      { derived_key: undefined },
    ]) {
      expect(parsePasswordFields({ ...good, ...wrong })).toBeUndefined();
    }
  });
});
