import { describe, expect, it } from 'vitest';
import {
  compareLeaves,
  fromRevisionPath,
  generationOf,
  nextRevision,
  toRevisionPath,
  wellFormed,
} from './revision.ts';

describe('a revision id', () => {
  it('is the same for the same body whatever the order of its fields', () => {
    expect(nextRevision(undefined, { a: 1, b: { d: 2, c: 3 } })).toBe(
      nextRevision(undefined, { b: { c: 3, d: 2 }, a: 1 }),
    );
  });
  it('has 32 hex digits after its generation, and grows by one on a parent', () => {
    const first = nextRevision(undefined, { name: '王桂兰' });
    expect(first).toMatch(/^1-[0-9a-f]{32}$/);
    expect(nextRevision(first, { name: '王桂兰' })).toMatch(/^2-[0-9a-f]{32}$/);
  });
  it('differs with the body, the parent, the deletion and an attachment', () => {
    const revisions = [
      nextRevision(undefined, { a: 1 }),
      nextRevision(undefined, { a: 2 }),
      nextRevision('1-00000000000000000000000000000000', { a: 1 }),
      nextRevision(undefined, { a: 1, _deleted: true }),
      nextRevision(undefined, { a: 1, _attachments: { 'p.jpg': { digest: 'md5-x' } } }),
    ];
    expect(new Set(revisions).size).toBe(revisions.length);
  });
  it('takes no notice of fields that belong to CouchDB', () => {
    expect(nextRevision(undefined, { a: 1, _id: 'x:1', _rev: '9-z' })).toBe(
      nextRevision(undefined, { a: 1 }),
    );
  });
  it('refuses to read a generation from something else', () => {
    expect(() => generationOf('0-abc')).toThrow(/not a revision id/);
    expect(() => generationOf('abc')).toThrow(/not a revision id/);
  });
});

it('a revision path survives the way to CouchDB and back', () => {
  const path = ['3-c', '2-b', '1-a'];
  expect(toRevisionPath(path)).toEqual({ start: 3, ids: ['c', 'b', 'a'] });
  expect(fromRevisionPath(toRevisionPath(path))).toEqual(path);
});

it('the winner among leaves is undeleted first, then older by generation, then larger by digest', () => {
  const leaves = [{ rev: '2-a' }, { rev: '3-a' }, { rev: '9-z', deleted: true }, { rev: '3-b' }];
  expect(leaves.toSorted((a, b) => compareLeaves(b, a)).map((leaf) => leaf.rev)).toEqual([
    '3-b',
    '3-a',
    '2-a',
    '9-z',
  ]);
});

it('a lone surrogate is replaced and a rare character kept', () => {
  expect(wellFormed('a\uD800b\uDC00')).toBe('a\uFFFDb\uFFFD');
  expect(wellFormed('𠮷')).toBe('𠮷');
});
