// Passwords as CouchDB keeps them in `_users`: PBKDF2 with SHA-256, the salt being the hex text itself.
// Source: Apache CouchDB 3.5, "Authentication Database" (password_scheme, pbkdf2_prf, iterations, derived_key, salt).
import { pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { createPlaces } from './places.ts';

const derive = promisify(pbkdf2);
/** Two hashes at once leave two of the four threads that all reading and writing of files shares with them. */
const inPlace = createPlaces({ atOnce: 2, waiting: 100 });

/** Refuses with 503 when a hundred are waiting: a flood of sign-ins must not hold up those who are signed in. */
function deriveKey(
  password: string,
  fields: { salt: string; iterations: number },
  hash: Digest,
): Promise<Buffer> {
  return inPlace(() => derive(password, fields.salt, fields.iterations, hash.bytes, hash.digest));
}

interface Digest {
  digest: string;
  bytes: number;
}

/** What a document from elsewhere may ask for at most: more would be a way to keep this server busy. */
const MAX_ITERATIONS = 10_000_000;

export interface PasswordFields {
  password_scheme: 'pbkdf2';
  /** Absent in documents of CouchDB before 3.4, which used SHA-1. */
  pbkdf2_prf?: 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512';
  iterations: number;
  salt: string;
  derived_key: string;
}

/** CouchDB's name of the hash, Node's, and the bytes of its keys. */
const DIGESTS = {
  sha: { digest: 'sha1', bytes: 20 },
  sha224: { digest: 'sha224', bytes: 28 },
  sha256: { digest: 'sha256', bytes: 32 },
  sha384: { digest: 'sha384', bytes: 48 },
  sha512: { digest: 'sha512', bytes: 64 },
};

export async function hashPassword(password: string, iterations: number): Promise<PasswordFields> {
  const salt = randomBytes(16).toString('hex');
  const key = await deriveKey(password, { salt, iterations }, DIGESTS.sha256);
  return {
    password_scheme: 'pbkdf2',
    pbkdf2_prf: 'sha256',
    iterations,
    salt,
    derived_key: key.toString('hex'),
  };
}

/** The fields of a user document that a password can be checked against; undefined where there are none. */
export function parsePasswordFields(document: Record<string, unknown>): PasswordFields | undefined {
  const { password_scheme: scheme, pbkdf2_prf: prf = 'sha', iterations, salt, derived_key: key } = document;
  if (scheme !== 'pbkdf2' || typeof salt !== 'string' || typeof key !== 'string') return undefined;
  if (typeof prf !== 'string' || !Object.hasOwn(DIGESTS, prf)) return undefined;
  if (typeof iterations !== 'number' || !Number.isInteger(iterations) || iterations < 1) return undefined;
  if (iterations > MAX_ITERATIONS) return undefined;
  return {
    password_scheme: 'pbkdf2',
    pbkdf2_prf: prf as keyof typeof DIGESTS,
    iterations,
    salt,
    derived_key: key,
  };
}

export async function verifyPassword(password: string, fields: PasswordFields): Promise<boolean> {
  const expected = Buffer.from(fields.derived_key, 'hex');
  const key = await deriveKey(password, fields, DIGESTS[fields.pbkdf2_prf ?? 'sha']);
  return expected.length === key.length && timingSafeEqual(expected, key);
}
