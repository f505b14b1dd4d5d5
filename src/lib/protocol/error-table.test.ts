import { describe, expect, it } from 'vitest';
import { faultOf, retryDelayMs, rowVerdict } from './error-table.ts';

const NOW = Date.UTC(2026, 10, 22);
const said = (error: string) => ({ error, reason: 'because' });

describe('what an answer means', () => {
  it.each([
    [200, { ok: true }, undefined],
    [201, [], undefined],
    [202, [], undefined],
    [200, undefined, 'not-couchdb'],
    [0, undefined, 'not-couchdb'],
    [302, undefined, 'not-couchdb'],
    [400, said('bad_request'), 'too-large'],
    [400, undefined, 'not-couchdb'],
    [401, said('unauthorized'), 'sign-in'],
    [401, undefined, 'not-couchdb'],
    [403, said('forbidden'), 'forbidden'],
    [403, undefined, 'not-couchdb'],
    [403, { message: 'buy more data' }, 'not-couchdb'],
    [404, said('not_found'), 'missing'],
    [404, undefined, 'not-couchdb'],
    [405, said('method_not_allowed'), 'busy'],
    [409, said('conflict'), 'busy'],
    [412, said('missing_stub'), 'too-large'],
    [413, said('too_large'), 'too-large'],
    [413, undefined, 'too-large'],
    [429, undefined, 'busy'],
    [500, said('internal_server_error'), 'busy'],
    [502, undefined, 'busy'],
    [503, said('unavailable'), 'busy'],
  ])('status %i with body %j is %s', (status, json, kind) => {
    expect(faultOf({ status, json }, NOW)?.kind).toBe(kind);
  });

  it('carries the status, the words and when to come back', () => {
    expect(faultOf({ status: 503, json: said('unavailable'), retryAfter: '7' }, NOW)).toEqual({
      outcome: 'fault',
      kind: 'busy',
      status: 503,
      reason: 'unavailable: because',
      retryAfterMs: 7000,
    });
  });
});

it('reads Retry-After in seconds and as a date, never negative, never longer than a day', () => {
  expect(retryDelayMs('120', NOW)).toBe(120_000);
  expect(retryDelayMs(new Date(NOW + 5000).toUTCString(), NOW)).toBe(5000);
  expect(retryDelayMs(new Date(NOW - 5000).toUTCString(), NOW)).toBe(0);
  expect(retryDelayMs('999999999', NOW)).toBe(86_400_000);
  expect(retryDelayMs('soon', NOW)).toBeUndefined();
  expect(retryDelayMs(null, NOW)).toBeUndefined();
});

it('takes a refusal for final only where it is about the document itself', () => {
  const of = (...errors: string[]) => errors.map((error) => rowVerdict(error));
  expect(of('forbidden', 'doc_validation', 'missing_stub')).toEqual(Array(3).fill('refused'));
  expect(of('conflict', 'internal_server_error', 'timeout', 'whatever')).toEqual(Array(4).fill('later'));
});

it('takes "unauthorized" in a row for a word about the person first, and about the document when it is said again', () => {
  expect(rowVerdict('unauthorized', 0)).toBe('sign-in');
  expect(rowVerdict('unauthorized', 1)).toBe('refused');
});
