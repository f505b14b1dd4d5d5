import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { aCommunity, documentsByScope } from '../demo/a-community.ts';
import type { ScopeKind } from './type-rules.ts';
import { writeRules } from './write-rules.ts';

type Document = Record<string, unknown>;
type Validate = (newDoc: Document, oldDoc: Document | null, userCtx: object, secObj: object) => void;

const GRID = '999999001001001';
const worker = { db: `grid-${GRID}`, name: 'limin', roles: ['staff', `grid:${GRID}`, 'worker:999999001001'] };
const admin = { name: 'admin', roles: ['_admin'] };
const security = {
  members: { names: [], roles: [`grid:${GRID}`, 'community:999999001001', 'street:999999001'] },
};

/** Undefined where it is accepted, the reason where not. Asked as a server asks: a function from its source. */
function reasonFor(kind: ScopeKind, newDoc: Document, asked: { oldDoc?: Document; user?: object } = {}) {
  const validate = runInNewContext(`(${writeRules(kind).validate_doc_update})`) as Validate;
  try {
    validate(newDoc, asked.oldDoc ?? null, asked.user ?? worker, security);
    return undefined;
  } catch (refusal) {
    return Object.values(refusal as Record<string, string>)[0];
  }
}

const head = {
  schema: 1,
  createdAt: '2026-11-22T01:00:00.000Z',
  createdBy: 'limin',
  updatedAt: '2026-11-22T01:00:00.000Z',
  updatedBy: 'limin',
  device: 'tablet-a',
};
const household = { ...head, _id: 'household:1', type: 'household', room: 'room:1', kind: 'family' };
const visit = {
  ...head,
  _id: 'visit:1',
  type: 'visit',
  form: 'f1',
  formVersion: '1',
  household: 'household:1',
  room: 'room:1',
  result: 'met',
  occurredAt: head.createdAt,
  occurredOn: '2026-11-22',
  startedAt: head.createdAt,
  endedAt: head.createdAt,
  answers: {},
  changes: [],
};
const photo = {
  ...head,
  _id: 'photo:1',
  type: 'photo',
  event: 'visit:1',
  takenAt: head.createdAt,
  width: 1600,
  height: 1200,
  _attachments: { 'photo.jpg': { content_type: 'image/jpeg', length: 180_000, stub: true } },
};
const without = (document: Document, field: string) =>
  Object.fromEntries(Object.entries(document).filter(([name]) => name !== field));

describe('the write rules of a scope', () => {
  it('accept every document of an invented community', () => {
    const community = aCommunity({
      seed: 'rules',
      today: '2026-11-22',
      households: 200,
      grids: [{ code: GRID, workers: ['limin'] }],
    });
    for (const [scope, documents] of documentsByScope(community)) {
      const kind = scope.startsWith('grid-') ? 'grid' : 'events';
      for (const document of documents.slice(0, 400)) {
        const replicated = { ...document, _revisions: { start: 1, ids: ['a'] } };
        expect(reasonFor(kind, replicated)).toBeUndefined();
      }
    }
  });

  it.each<[string, ScopeKind, Document]>([
    ['type: not one of this scope', 'grid', visit],
    ['type: not one of this scope', 'events', household],
    ['type: not one of this scope', 'grid', { ...household, type: 'constructor' }],
    ['_id: must begin with the type', 'grid', { ...household, _id: 'resident:1' }],
    ['updatedBy: the author is missing', 'grid', without(household, 'updatedBy')],
    ['createdBy: the author is missing', 'grid', { ...household, createdBy: '' }],
    ['schema: must be a whole number from 1', 'grid', { ...household, schema: '1' }],
    ['schema: must be a whole number from 1', 'grid', { ...household, schema: 1.5 }],
    ['createdAt: must be an instant in UTC', 'grid', { ...household, createdAt: 'yesterday' }],
    ['salt: must be of kind string', 'grid', { ...household, salt: 1 }],
    ['room: is missing', 'grid', without(household, 'room')],
    ['notes: must be of kind array', 'grid', { ...household, notes: 'a dog' }],
    ['kind: is no value this release knows', 'grid', { ...household, kind: 'palace' }],
    ['occurredOn: must be of kind date', 'events', { ...visit, occurredOn: '22.11.2026' }],
    ['answers: must be of kind object', 'events', { ...visit, answers: [] }],
    ['answers: must be of kind object', 'events', { ...visit, answers: null }],
    ['type: not one of this scope', 'community', visit],
  ])('refuse what is wrong: %s (%s)', (reason, kind, document) => {
    expect(reasonFor(kind, document)).toBe(reason);
  });

  it('never change or delete an event, by an edit or by a replicated revision', () => {
    expect(reasonFor('events', visit)).toBeUndefined();
    expect(reasonFor('events', { ...visit, _revisions: { start: 0, ids: [] } })).toBeUndefined();
    const changed = { ...visit, result: 'phone', _revisions: { start: 1, ids: ['a'] } };
    expect(reasonFor('events', changed, { oldDoc: visit })).toMatch(/never changed/);
    expect(reasonFor('events', { ...visit, _revisions: { start: 2, ids: ['b', 'a'] } })).toMatch(
      /one revision/,
    );
    expect(
      reasonFor('events', { _id: 'visit:1', _deleted: true, type: 'visit', updatedBy: 'limin' }),
    ).toMatch(/never deleted/);
  });

  it('take a photo into its grid with its one picture, and never twice', () => {
    expect(reasonFor('photos', photo)).toBeUndefined();
    expect(reasonFor('photos', { ...photo, _revisions: { start: 1, ids: ['a'] } })).toBeUndefined();
    expect(reasonFor('photos', photo, { oldDoc: photo })).toMatch(/never changed/);
    expect(reasonFor('desk-photos', photo)).toBe('type: not one of this scope');
    expect(reasonFor('photos', without(photo, '_attachments'))).toBe('_attachments: there must be one');
    const page = { 'photo.jpg': { content_type: 'text/html', length: 9, stub: true } };
    expect(reasonFor('photos', { ...photo, _attachments: page })).toBe(
      '_attachments: must be of type image/jpeg',
    );
    const large = { 'photo.jpg': { content_type: 'image/jpeg', length: 200_001, stub: true } };
    expect(reasonFor('photos', { ...photo, _attachments: large })).toBe('_attachments: too large');
    const supervisor = { name: 'zheng', roles: ['staff', 'street:999999001'] };
    expect(reasonFor('photos', photo, { user: supervisor })).toMatch(/does not write/);
  });

  it('take a restricted tag into care alone, and no other one there', () => {
    const tag = { ...head, _id: 'tag:1', type: 'tag', code: 'alone80', household: 'household:1' };
    const restricted = { ...tag, code: 'communityCorrection' };
    expect(reasonFor('grid', tag)).toBeUndefined();
    expect(reasonFor('grid', restricted)).toBe('code: has a scope of its own');
    expect(reasonFor('care', restricted)).toBeUndefined();
    expect(reasonFor('care', tag)).toBe('code: is no value this release knows');
    // Nor does it come in by calling itself newer than this release, nor by becoming one.
    expect(reasonFor('grid', { ...restricted, schema: 99 })).toBe('code: has a scope of its own');
    expect(reasonFor('grid', restricted, { oldDoc: tag })).toBe('code: has a scope of its own');
  });

  it('take an audit event of anybody signed in, once, and from nobody a change of one', () => {
    const event = { ...head, _id: 'audit:1', type: 'audit', number: 1, what: 'revealed', on: '2026-11-22' };
    const clerk = { user: { name: 'zhaoxue', roles: ['staff'] } };
    expect(reasonFor('audit', { ...event, _revisions: { start: 1, ids: ['a'] } }, clerk)).toBeUndefined();
    expect(reasonFor('audit', event, { user: { name: 'li', roles: [] } })).toMatch(/does not write/);
    expect(reasonFor('audit', { ...event, what: 'forgotten' }, clerk)).toBe(
      'what: is no value this release knows',
    );
    expect(reasonFor('audit', without(event, 'number'), clerk)).toBe('number: is missing');
    const auditor = { name: 'zheng', roles: ['staff', 'auditor'] };
    expect(reasonFor('audit', event, { user: auditor, oldDoc: event })).toMatch(/never changed/);
    const gone = { _id: 'audit:1', _deleted: true, type: 'audit', updatedBy: 'zheng' };
    expect(reasonFor('audit', gone, { user: auditor })).toMatch(/never deleted/);
    expect(reasonFor('audit', visit, clerk)).toBe('type: not one of this scope');
  });

  it('take a shift as an event of the community, of whole numbers', () => {
    const shift = {
      ...head,
      _id: 'shift:1',
      type: 'shift',
      person: 'limin',
      community: '999999001001',
      grids: [GRID],
      on: '2026-11-22',
      handedInAt: head.createdAt,
      records: { visit: 9 },
      documents: 30,
      setAside: 0,
      received: 6,
    };
    const asMember = { user: { ...worker, roles: ['staff', `grid:${GRID}`] } };
    expect(reasonFor('community', shift, asMember)).toBeUndefined();
    expect(reasonFor('community', { ...shift, documents: 3.5 }, asMember)).toBe(
      'documents: must be of kind integer',
    );
    expect(reasonFor('community', without(shift, 'handedInAt'), asMember)).toBe('handedInAt: is missing');
    expect(reasonFor('community', shift, { ...asMember, oldDoc: shift })).toMatch(/never changed/);
  });

  it('let a request change, but for its number, its first-asked and when it came', () => {
    const request = {
      ...{ ...head, _id: 'request:1', type: 'request', number: '999999001001-261122-03-07' },
      ...{ community: '999999001001', applicant: { name: '刘小芳' }, matter: 'elder-card' },
      ...{
        matterName: '老年优待证',
        workingDays: 3,
        firstAsked: 'limin',
        receivedAt: head.createdAt,
        status: 'open',
      },
    };
    expect(reasonFor('desk', request)).toBeUndefined();
    expect(reasonFor('desk', { ...request, status: 'closed' }, { oldDoc: request })).toBeUndefined();
    for (const [field, other] of [
      ['number', '999999001001-261122-03-08'],
      ['firstAsked', 'mallory'],
      ['receivedAt', '2026-11-23T01:00:00.000Z'],
    ] as const)
      expect(reasonFor('desk', { ...request, [field]: other }, { oldDoc: request })).toBe(
        `${field}: never changes`,
      );
  });

  it('take the steps of a request and the blocks of numbers as events', () => {
    const step = {
      ...head,
      _id: 'request-step:1',
      type: 'request-step',
      request: 'request:1',
      kind: 'note',
      order: 2,
    };
    const block = {
      ...head,
      _id: 'number-block:03',
      type: 'number-block',
      community: '999999001001',
      block: 3,
    };
    expect(reasonFor('desk', step)).toBeUndefined();
    expect(reasonFor('desk', { ...step, kind: 'reopened' })).toMatch(/kind: is no value/);
    expect(reasonFor('desk', { ...step, order: 3 }, { oldDoc: step })).toMatch(/never changed/);
    expect(reasonFor('community', block)).toBeUndefined();
    expect(reasonFor('community', { ...block, device: 'b' }, { oldDoc: block })).toMatch(/never changed/);
  });

  it('let a head be tombstoned by whoever says what it was and who did it', () => {
    const tombstone = { _id: 'household:1', _deleted: true, type: 'household', updatedBy: 'limin' };
    expect(reasonFor('grid', tombstone, { oldDoc: household })).toBeUndefined();
    expect(reasonFor('grid', without(tombstone, 'updatedBy'))).toBe('updatedBy: the author is missing');
    expect(reasonFor('grid', { _id: 'household:1', _deleted: true })).toBe('type: not one of this scope');
  });

  it('let an administrator erase anything, but write nothing that is wrong', () => {
    expect(
      reasonFor('events', { _id: 'visit:1', _deleted: true }, { user: admin, oldDoc: visit }),
    ).toBeUndefined();
    expect(reasonFor('grid', without(household, 'room'), { user: admin })).toBe('room: is missing');
  });

  it('let through fields they do not know, and the fields of a newer schema', () => {
    expect(reasonFor('grid', { ...household, colour: 'green' })).toBeUndefined();
    expect(reasonFor('grid', { ...without(household, 'room'), schema: 2, kind: 'palace' })).toBeUndefined();
  });

  it('let the street read a roster and not write it', () => {
    const supervisor = { name: 'zheng', roles: ['staff', 'street:999999001'] };
    expect(reasonFor('grid', household, { user: supervisor })).toMatch(/does not write/);
    const head = { name: 'wu', roles: ['staff', 'community:999999001001'] };
    expect(reasonFor('grid', household, { user: head })).toBeUndefined();
  });

  it('let only editors and administrators write the directory', () => {
    const grid = {
      ...head,
      _id: `grid:${GRID}`,
      type: 'grid',
      code: GRID,
      name: '第一网格',
      kind: 'residential',
    };
    expect(reasonFor('directory', grid)).toMatch(/does not write/);
    expect(
      reasonFor('directory', grid, { user: { name: 'zheng', roles: ['staff', 'editor'] } }),
    ).toBeUndefined();
    expect(reasonFor('directory', grid, { user: admin })).toBeUndefined();
  });

  it('let administrators alone write the key to which all unsent work is sealed, or take it away', () => {
    const key = {
      ...head,
      _id: 'organisation-key:current',
      type: 'organisation-key',
      keyId: '0'.repeat(32),
      algorithm: 'ECDH-P256',
      key: `${'A'.repeat(87)}=`,
    };
    const editor = { user: { name: 'zheng', roles: ['staff', 'editor'] } };
    expect(reasonFor('directory', key, editor)).toMatch(/only an administrator/);
    expect(reasonFor('directory', { ...key, _deleted: true }, editor)).toMatch(/only an administrator/);
    expect(reasonFor('directory', key, { user: admin })).toBeUndefined();
  });

  it('let nobody write who is not signed in', () => {
    expect(reasonFor('grid', household, { user: { name: null, roles: [] } })).toBe('sign in before writing');
  });

  it('are plain ES5', () => {
    for (const kind of ['directory', 'grid', 'events', 'own', 'photos'] as const) {
      const source = writeRules(kind).validate_doc_update;
      expect(source).not.toMatch(/=>|`|\blet\b|\bconst\b|\.includes\(|\.\.\./);
    }
  });
});
