// By what a CouchDB believes a proxy who a request is from: name, roles, and a keyed hash of the name under a secret both
// know. Source: Apache CouchDB 3.5, "Proxy Authentication"; chttpd_auth, proxy_authentication_handler (any of its
// `hash_algorithms`, sha256 and sha unless told otherwise; roles between commas).
// Invariant: without the secret nobody can claim to be anybody; a claim holds for the request it comes with.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type IncomingHttpHeaders } from 'node:http';
import { type UserContext } from './exchange.ts';

const NAME = 'x-auth-couchdb-username';
const ROLES = 'x-auth-couchdb-roles';
const TOKEN = 'x-auth-couchdb-token';
const ALGORITHMS = ['sha256', 'sha1'] as const;

/** Headers are bytes: a name of any writing goes as UTF-8, one byte a character. */
const asHeader = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
const fromHeader = (text: string) => Buffer.from(text, 'latin1').toString('utf8');

const tokenOf = (algorithm: string, secret: string, name: string) =>
  createHmac(algorithm, secret).update(name, 'utf8').digest('hex');

/** None for nobody: CouchDB then knows of nobody either. */
export function makeClaim({ name, roles }: UserContext, secret: string): Record<string, string> {
  if (name === null) return {};
  return {
    [NAME]: asHeader(name),
    [ROLES]: asHeader(roles.join(',')),
    [TOKEN]: tokenOf('sha256', secret, name),
  };
}

/** Who a request claims to be from; undefined where it claims nothing, or without right. */
export function readClaim(headers: IncomingHttpHeaders, secret: string): UserContext | undefined {
  const [name, roles = '', token = ''] = [headers[NAME], headers[ROLES], headers[TOKEN]].map((one) =>
    one === undefined ? undefined : fromHeader(String(one)),
  );
  if (name === undefined) return undefined;
  const given = Buffer.from(token);
  const isRight = ALGORITHMS.some((algorithm) => {
    const expected = Buffer.from(tokenOf(algorithm, secret, name));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
  return isRight ? { name, roles: roles.split(/\s*,\s*/).filter((role) => role !== '') } : undefined;
}
