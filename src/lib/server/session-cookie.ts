// The AuthSession cookie: name, time and a keyed hash, in CouchDB's layout, so that the server keeps no list of sessions.
// A bound one has the digest of a key beside its time, and holds only for requests that say the key (protocol/session-key.ts).
// Invariants: a cookie dies with the person's salt (a new password ends every session) and after `SESSION_SECONDS`
// without use; it is HttpOnly, SameSite=Strict, and Secure everywhere but on this very machine; a bound one stays bound.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { SESSION_KEY, SESSION_KEY_HEADER } from '#lib/protocol/session-key.ts';
import { badRequest } from './refusal.ts';

export const SESSION_SECONDS = 36 * 60 * 60;
/** A cookie older than this part of its life is replaced by whatever answer goes out. */
const RENEWED_AFTER = 0.1;
const COOKIE = 'AuthSession';

export interface SessionClaim {
  name: string;
  issuedSeconds: number;
  /** Digest of the key it is bound to. */
  bound?: string | undefined;
  proof: Buffer;
}

/** `bound`: as `digestOfKey` gives it; undefined makes a session of CouchDB's. */
export function makeSession(name: string, key: SessionKey, { nowMs, bound }: Making): string {
  const claim = claimText({ name, issuedSeconds: Math.floor(nowMs / 1000), bound });
  return Buffer.concat([Buffer.from(`${claim}:`), prove(claim, key)]).toString('base64url');
}

interface Making {
  nowMs: number;
  bound?: string | undefined;
}

const claimText = ({ name, issuedSeconds, bound }: Omit<SessionClaim, 'proof'>): string =>
  `${name}:${issuedSeconds.toString(16).toUpperCase()}${bound === undefined ? '' : `.${bound}`}`;

/** Of the key a request says, in base64url; undefined where it says none. Refuses with 400 what is no key. */
export function digestOfKey({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const key = headers[SESSION_KEY_HEADER];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !SESSION_KEY.test(key)) throw badRequest('Malformed session key.');
  return createHash('sha256').update(key).digest('base64url');
}

/** The server's secret and what is the person's own: with either changed the cookie is worth nothing. */
export interface SessionKey {
  secret: string;
  salt: string;
}

function prove(claim: string, key: SessionKey): Buffer {
  return createHmac('sha256', key.secret + key.salt)
    .update(claim)
    .digest();
}

/** The claim in a request's cookie, unproven; undefined without a cookie. */
export function readSession(request: IncomingMessage): SessionClaim | undefined {
  const value = cookieValue(request.headers.cookie);
  if (!value) return undefined;
  const bytes = Buffer.from(value, 'base64url');
  const first = bytes.indexOf(':');
  const second = bytes.indexOf(':', first + 1);
  const issued = bytes.subarray(first + 1, second).toString();
  const [, seconds = '', bound] = /^([0-9A-Fa-f]{1,12})(?:\.([\w-]{43}))?$/.exec(issued) ?? [];
  if (first < 0 || second < 0 || seconds === '') {
    throw badRequest('Malformed AuthSession cookie. Please clear your cookies.');
  }
  const name = bytes.subarray(0, first).toString();
  return { name, issuedSeconds: parseInt(seconds, 16), bound, proof: bytes.subarray(second + 1) };
}

function cookieValue(header: string | undefined): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [name, ...value] = part.trim().split('=');
    if (name === COOKIE) return value.join('=').replace(/^"|"$/g, '');
  }
  return undefined;
}

/** Whether a claim holds now for a request that says the key of digest `said`, and whether it is time for a fresh cookie. */
export function checkSession(
  claim: SessionClaim,
  key: SessionKey,
  { nowMs, said }: { nowMs: number; said?: string | undefined },
): 'void' | 'good' | 'renew' {
  const age = nowMs / 1000 - claim.issuedSeconds;
  if (age >= SESSION_SECONDS || age < -SESSION_SECONDS) return 'void';
  if (!isSame(claim.proof, prove(claimText(claim), key))) return 'void';
  if (claim.bound !== undefined && !isSame(Buffer.from(claim.bound), Buffer.from(said ?? ''))) return 'void';
  return age > SESSION_SECONDS * RENEWED_AFTER ? 'renew' : 'good';
}

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

/** The `Set-Cookie` of a session; of its end where `value` is empty. */
export function sessionHeader(value: string, request: IncomingMessage): string {
  const seconds = value === '' ? 0 : SESSION_SECONDS;
  const secure = isThisMachine(request.headers.host) ? '' : '; Secure';
  return `${COOKIE}=${value}; Version=1; Path=/; HttpOnly; Max-Age=${seconds}; SameSite=Strict${secure}`;
}

/** Another server's `Set-Cookie` with the attributes ours has. */
export function hardenCookie(cookie: string, request: IncomingMessage): string {
  const [pair = '', ...attributes] = cookie.split(';').map((part) => part.trim());
  const kept = attributes.filter(
    (attribute) => !/^(path|httponly|samesite|secure|domain)\b/i.test(attribute),
  );
  const secure = isThisMachine(request.headers.host) ? [] : ['Secure'];
  return [pair, ...kept, 'Path=/', 'HttpOnly', 'SameSite=Strict', ...secure].join('; ');
}

function isThisMachine(host: string | undefined): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(host ?? '');
}
