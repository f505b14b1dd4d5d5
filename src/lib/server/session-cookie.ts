// The AuthSession cookie: name, time and a keyed hash, in CouchDB's layout, so that the server keeps no list of sessions.
// Invariants: a cookie dies with the person's salt (a new password ends every session) and after `SESSION_SECONDS`
// without use; it is HttpOnly, SameSite=Strict, and Secure everywhere but on this very machine.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { badRequest } from './refusal.ts';

export const SESSION_SECONDS = 36 * 60 * 60;
/** A cookie older than this part of its life is replaced by whatever answer goes out. */
const RENEWED_AFTER = 0.1;
const COOKIE = 'AuthSession';

export interface SessionClaim {
  name: string;
  issuedSeconds: number;
  proof: Buffer;
}

export function makeSession(name: string, key: SessionKey, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000);
  const claim = `${name}:${seconds.toString(16).toUpperCase()}`;
  return Buffer.concat([Buffer.from(`${claim}:`), prove(claim, key)]).toString('base64url');
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
  if (first < 0 || second < 0 || !/^[0-9A-Fa-f]{1,12}$/.test(issued)) {
    throw badRequest('Malformed AuthSession cookie. Please clear your cookies.');
  }
  const name = bytes.subarray(0, first).toString();
  return { name, issuedSeconds: parseInt(issued, 16), proof: bytes.subarray(second + 1) };
}

function cookieValue(header: string | undefined): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [name, ...value] = part.trim().split('=');
    if (name === COOKIE) return value.join('=').replace(/^"|"$/g, '');
  }
  return undefined;
}

/** Whether a claim holds now, and whether it is time for a fresh cookie. */
export function checkSession(claim: SessionClaim, key: SessionKey, nowMs: number): 'void' | 'good' | 'renew' {
  const age = nowMs / 1000 - claim.issuedSeconds;
  if (age >= SESSION_SECONDS || age < -SESSION_SECONDS) return 'void';
  const expected = prove(`${claim.name}:${claim.issuedSeconds.toString(16).toUpperCase()}`, key);
  if (claim.proof.length !== expected.length || !timingSafeEqual(claim.proof, expected)) return 'void';
  return age > SESSION_SECONDS * RENEWED_AFTER ? 'renew' : 'good';
}

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
