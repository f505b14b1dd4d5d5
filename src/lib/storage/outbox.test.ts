import { describe, expect, it } from 'vitest';
import { anOrganisation, keyDocument, openedFrom } from '#tests/fixtures/an-organisation.ts';
import { damageRecord } from '#tests/fixtures/damaged-record.ts';
import { aMemoryStore, type MemoryStore } from '#tests/fixtures/memory-store.ts';
import { aRow, pulls } from '#tests/fixtures/pulled-rows.ts';
import { rawRows } from '#tests/fixtures/raw-rows.ts';
import { ORGANISATION_KEY } from '#lib/domain/organisation-key.ts';
import { attachmentDigest } from '#lib/protocol/attachment.ts';
import { nextRevision } from '#lib/protocol/revision.ts';
import { openEnvelope } from '../../../scripts/admin/open-envelope.ts';
import type { OrganisationKeys } from '../../../scripts/admin/private-key-file.ts';
import type { DeviceStore } from './open-store.ts';
import type { PhotoBytesRow, PhotoRow } from './photo-rows.ts';
import type { EditRow, RejectionRow } from './rows.ts';

const SCOPE = 'grid-1';
const visit = { _id: 'visit:1', type: 'visit', note: '王某家水管漏水' };

const editsOf = (memory: MemoryStore) => rawRows<EditRow>(memory, 'edits');

/** A store whose directory has this key. */
async function knowing(memory: MemoryStore, organisation: Awaited<ReturnType<typeof anOrganisation>>) {
  const turn = await memory.store.beginTurn();
  await pulls(turn, 'directory', aRow(keyDocument(organisation), [`1-${organisation.keyId}`]));
  memory.store.close();
  return memory.again();
}

it('a save without a known key is as it was, and is sealed once the key has come down', async () => {
  const organisation = await anOrganisation();
  const memory = await aMemoryStore();
  await memory.store.saveAction([{ scope: SCOPE, body: visit }]);
  expect((await editsOf(memory))[0]).not.toHaveProperty('envelope');
  await pulls(await memory.store.beginTurn(), 'directory', aRow(keyDocument(organisation), ['1-a']));
  await expect.poll(async () => (await editsOf(memory))[0]?.envelope?.keyId).toBe(organisation.keyId);
  const [row] = await editsOf(memory);
  expect(await openedFrom(organisation, row!)).toMatchObject({ path: [row!.rev], body: visit });
  // The owner's half is whole, too.
  expect((await memory.store.readDocument(SCOPE, visit._id))?.body).toEqual(visit);
});

it('a key that is not the one its id names is not taken: nobody’s work is sealed to it', async () => {
  const [organisation, stranger] = [await anOrganisation(), await anOrganisation()];
  const memory = await aMemoryStore();
  const forged = { ...keyDocument(organisation), key: keyDocument(stranger).key };
  await pulls(await memory.store.beginTurn(), 'directory', aRow(forged, ['1-a']));
  memory.store.close();
  const store = await memory.again();
  await store.saveAction([{ scope: SCOPE, body: visit }]);
  expect((await editsOf(memory))[0]).not.toHaveProperty('envelope');
  await pulls(await store.beginTurn(), 'directory', aRow(keyDocument(organisation), ['2-a', '1-a']));
  await expect.poll(async () => (await editsOf(memory))[0]?.envelope?.keyId).toBe(organisation.keyId);
});

it('every document of an action is sealed in its transaction, with one ephemeral key for all of them', async () => {
  const organisation = await anOrganisation();
  const memory = await aMemoryStore();
  const store = await knowing(memory, organisation);
  const bodies = [1, 2, 3].map((n) => ({ ...visit, _id: `visit:${n}` }));
  await store.saveAction(bodies.map((body) => ({ scope: SCOPE, body })));
  await store.saveAction([{ scope: SCOPE, body: { ...visit, _id: 'visit:4' } }]);
  const rows = await editsOf(memory);
  const points = rows.map(({ envelope }) => String(envelope?.ephemeral));
  expect(new Set(points.slice(0, 3)).size).toBe(1);
  expect(points[3]).not.toBe(points[0]);
  const opened = await Promise.all(rows.map((row) => openedFrom(organisation, row)));
  expect(opened.map(({ body }) => body._id)).toEqual(['visit:1', 'visit:2', 'visit:3', 'visit:4']);
});

it('an edit that changes again has the envelope of its newest revision, with the path to its base', async () => {
  const organisation = await anOrganisation();
  const memory = await aMemoryStore();
  const store = await knowing(memory, organisation);
  const household = { _id: 'household:1', type: 'household', note: 'as the server has it' };
  await pulls(await store.beginTurn(), SCOPE, aRow(household, ['2-b', '1-a']));
  const typed = { ...household, note: 'once' };
  const saved = await store.saveAction([{ scope: SCOPE, body: typed, basedOn: '2-b' }]);
  const [first] = saved.outcome === 'saved' ? saved.revs : [];
  await store.saveAction([{ scope: SCOPE, body: { ...household, note: 'twice' }, basedOn: first }]);
  const [row] = await editsOf(memory);
  expect(await openedFrom(organisation, row!)).toMatchObject({
    path: [row!.rev, first, '2-b', '1-a'],
    body: { note: 'twice' },
  });
  await expect(openedFrom(organisation, { ...row!, rev: first! })).rejects.toThrow();
  await expect(openedFrom(organisation, { ...row!, scope: 'grid-2' })).rejects.toThrow();
});

it('a confirmed edit takes its envelope with it; what was typed since has one of its own', async () => {
  const organisation = await anOrganisation();
  const memory = await aMemoryStore();
  const store = await knowing(memory, organisation);
  const saved = await store.saveAction([{ scope: SCOPE, body: visit }]);
  const [rev] = saved.outcome === 'saved' ? saved.revs : [];
  const turn = await store.beginTurn();
  await turn.markAttempted(SCOPE, [{ id: visit._id, rev: rev! }]);
  await store.saveAction([{ scope: SCOPE, body: { ...visit, note: 'more' }, basedOn: rev }]);
  await turn.confirm(SCOPE, [{ id: visit._id, rev: rev! }]);
  const [above] = await editsOf(memory);
  expect(await openedFrom(organisation, above!)).toMatchObject({ body: { note: 'more' } });
  await turn.confirm(SCOPE, [{ id: visit._id, rev: above!.rev }]);
  expect(await editsOf(memory)).toEqual([]);
});

it('what the server refused keeps its envelope, and what is damaged here can still be opened by it', async () => {
  const organisation = await anOrganisation();
  const memory = await aMemoryStore();
  const store = await knowing(memory, organisation);
  const other = { ...visit, _id: 'visit:2', note: 'refused' };
  const saved = await store.saveAction([
    { scope: SCOPE, body: visit },
    { scope: SCOPE, body: other },
  ]);
  const [, rev] = saved.outcome === 'saved' ? saved.revs : [];
  const turn = await store.beginTurn();
  await turn.reject(SCOPE, [{ id: other._id, rev: rev!, error: 'forbidden', reason: 'type' }]);
  await damageRecord(memory, 'edits', [SCOPE, visit._id]);
  expect(await turn.readWaiting(SCOPE, [visit._id], 1_000)).toEqual([]);
  const rows = await rawRows<RejectionRow>(memory, 'rejections');
  const opened = await Promise.all(rows.map((row) => openedFrom(organisation, row)));
  expect(opened.map(({ body }) => body)).toEqual([visit, other]);
});

it('under a new key of the organisation all that is unsent is sealed anew', async () => {
  const [former, current] = [await anOrganisation(), await anOrganisation()];
  const memory = await aMemoryStore();
  const store = await knowing(memory, former);
  await store.saveAction([{ scope: SCOPE, body: visit }]);
  const [before] = await editsOf(memory);
  const row = aRow(keyDocument(current), ['2-b', `1-${former.keyId}`]);
  await pulls(await store.beginTurn(), 'directory', row);
  await expect.poll(async () => (await editsOf(memory))[0]?.envelope?.keyId).toBe(current.keyId);
  const [after] = await editsOf(memory);
  expect(await openedFrom(current, after!)).toMatchObject({ body: visit });
  expect(await openedFrom(former, before!)).toMatchObject({ body: visit });
  await expect(openedFrom(former, after!)).rejects.toThrow();
});

it('nonsense in the place of a key keeps nobody from saving', async () => {
  const organisation = await anOrganisation();
  const nonsense = { ...organisation, publicKey: `${'A'.repeat(87)}=` };
  const memory = await aMemoryStore();
  const store = await knowing(memory, nonsense);
  expect(await store.saveAction([{ scope: SCOPE, body: visit }])).toMatchObject({ outcome: 'saved' });
  expect((await store.readDocument('directory', ORGANISATION_KEY))?.rev).toBeDefined();
  expect((await editsOf(memory))[0]).not.toHaveProperty('envelope');
});

describe('a photo', () => {
  const event = { scope: SCOPE, id: visit._id };
  const bytes = new Uint8Array([0xff, 0xd8, 1, 2, 3, 0xff, 0xd9]);
  const digest = attachmentDigest(bytes);
  const photo = { id: 'photo:1', draftKey: 'f1|A|', bytes, digest, width: 4, height: 3 };
  const body = { _id: photo.id, type: 'photo', event: visit._id };
  const rev = nextRevision(undefined, { ...body, _attachments: { 'photo.jpg': { digest } } });
  const saveBoth = async ({ photos, saveAction }: DeviceStore) => {
    await photos.keepDraft(photo, 3);
    await saveAction([{ scope: SCOPE, body: visit }], photo.draftKey, [{ scope: 'photos-1', body, event }]);
  };
  const openedPhoto = async (memory: MemoryStore, organisation: OrganisationKeys) => {
    const [row] = await rawRows<PhotoRow>(memory, 'photos');
    const [lying] = await rawRows<PhotoBytesRow>(memory, 'photoBytes');
    const { scope, id } = row!;
    const place = { kind: 'photo' as const, scope, id, rev };
    return openEnvelope(organisation, { ...place, ...row!.envelope!, bytes: lying!.sealed });
  };
  it('is sealed with its visit: a small envelope that holds the key of its bytes', async () => {
    const organisation = await anOrganisation();
    const memory = await aMemoryStore();
    const store = await knowing(memory, organisation);
    await saveBoth(store);
    expect(await store.photos.readBytes(photo.id)).toEqual(bytes);
    const opened = await openedPhoto(memory, organisation);
    expect(opened).toMatchObject({ outcome: 'opened', envelope: { photo: { digest, bytes } } });
  });

  it('that an earlier build sealed under the owner alone is sealed anew, and reads as before', async () => {
    const organisation = await anOrganisation();
    const memory = await aMemoryStore();
    const before = await memory.again({ envelopes: undefined });
    await saveBoth(before);
    before.close();
    const store = await knowing(memory, organisation);
    await expect.poll(async () => (await rawRows<PhotoRow>(memory, 'photos'))[0]?.envelope).toBeDefined();
    expect(await store.photos.readBytes(photo.id)).toEqual(bytes);
    expect(await openedPhoto(memory, organisation)).toMatchObject({ envelope: { photo: { bytes } } });
  });
});
