import { describe, expect, it } from 'vitest';
import { checkShape } from './json-shape.ts';
import { checkMemberBody, MEMBER_LIMITS } from './member-limits.ts';
import { Refusal } from './refusal.ts';

function refusal(call: Parameters<typeof checkMemberBody>[0], body: unknown): string {
  try {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    checkMemberBody(call, Buffer.from(text), MEMBER_LIMITS);
    return 'taken';
  } catch (failure) {
    if (failure instanceof Refusal) return `${failure.status} ${failure.error}`;
    throw failure;
  }
}
const rev = `1-${'a'.repeat(32)}`;
const batch = (...docs: unknown[]) => ({ docs, new_edits: false });
const document = (more: object = {}) => ({ _id: 'visit:1', _rev: rev, type: 'visit', ...more });
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('what a member may send', () => {
  it('is replicated revisions with plain ids', () => {
    expect(refusal('bulk-docs', batch(document()))).toBe('taken');
    expect(refusal('bulk-docs', { docs: [document()] })).toBe('400 bad_request');
    expect(refusal('bulk-docs', { docs: [document()], new_edits: true })).toBe('400 bad_request');
    expect(refusal('bulk-docs', batch({ _id: 'a' }))).toBe('400 bad_request');
    expect(refusal('bulk-docs', batch(document({ _revisions: { start: 0, ids: ['a'] } })))).toBe(
      '400 bad_request',
    );
    expect(refusal('bulk-docs', batch('text'))).toBe('400 bad_request');
    expect(refusal('bulk-docs', '')).toBe('400 bad_request');
    for (const _id of ['a/b', 'a b', '敲', '../x', '_odd', '_local/x', 'x'.repeat(201), 7, undefined, '']) {
      expect(refusal('bulk-docs', batch(document({ _id })))).toMatch(/^400/);
    }
    expect(refusal('bulk-docs', batch(document({ _id: 'x'.repeat(200) })))).toBe('taken');
  });

  it('is 200 documents of 256 kB at most, with attachments of 1 MB', () => {
    const many = (count: number) => batch(...Array.from({ length: count }, () => document()));
    expect(refusal('bulk-docs', many(200))).toBe('taken');
    expect(refusal('bulk-docs', many(201))).toBe('413 max_bulk_docs_count_exceeded');
    expect(refusal('bulk-docs', batch(document({ note: 'x'.repeat(255_000) })))).toBe('taken');
    expect(refusal('bulk-docs', batch(document({ note: 'x'.repeat(263_000) })))).toBe(
      '413 document_too_large',
    );
    const photo = (bytes: number) =>
      batch(document({ _attachments: { a: { data: Buffer.alloc(bytes).toString('base64') } } }));
    expect(refusal('bulk-docs', photo(1_048_570))).toBe('taken');
    expect(refusal('bulk-docs', photo(1_048_580))).toBe('413 attachment_too_large');
    expect(refusal('local', { note: 'x'.repeat(263_000) })).toBe('413 document_too_large');
  });

  it('is JSON of 32 levels, without a name twice', () => {
    expect(refusal('revs-diff', nested(32))).toBe('taken');
    expect(refusal('revs-diff', nested(33))).toBe('400 bad_request');
    expect(refusal('revs-diff', '['.repeat(1_000_000))).toBe('400 bad_request');
    expect(refusal('bulk-get', '{"docs":[],"docs":[]}')).toBe('400 bad_request');
    expect(refusal('changes', '')).toBe('taken');
  });

  it('is a query of a thousand documents at most', () => {
    expect(refusal('find', { selector: {}, limit: 1000 })).toBe('taken');
    expect(refusal('find', { selector: {}, limit: 1001 })).toBe('400 query_parse_error');
  });
});

describe('the shape of JSON', () => {
  it('is looked at through text, escapes and nesting', () => {
    const shape = (json: string) => checkShape(Buffer.from(json), 3);
    expect(shape('{"a":"{[{[\\"a\\"","b":[{"a":1},{"a":2}]}')).toBe('sound');
    expect(shape('{"a":1,"b":{"a":1},"a":2}')).toBe('name-twice');
    expect(shape('{"a":1,"\\u0061":2}')).toBe('name-twice');
    expect(shape('{"a\\\\":1,"a":2}')).toBe('sound');
    expect(shape('{"a":["a","a"],"b":"a"}')).toBe('sound');
    expect(shape('[[[[')).toBe('too-deep');
    expect(shape('"unended \\')).toBe('sound');
    expect(shape('{"敲":1,"敲":2}')).toBe('name-twice');
  });
});
