// A document that was erased stays away from every device, and whatever a device still has of it stays away from the server.
import { describe, expect, it } from 'vitest';
import { listenToSeals, openRecords } from '#tests/fixtures/opened-records.ts';
import { aPouchServer, pouchRemote, type PouchServer } from '#tests/fixtures/pouch-remote.ts';
import { aSyncingDevice, SCOPE, type SyncingDevice } from '#tests/fixtures/syncing-device.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import { ERASED_REASON, erasedTombstone } from '#lib/protocol/erased.ts';
import type { Remote } from '#lib/protocol/remote.ts';
import { nextRevision } from '#lib/protocol/revision.ts';

listenToSeals();

const ID = 'resident:W';
const NAME = '王桂兰';
const HEAD = { schema: 1, createdAt: '2026-11-01T00:00:00.000Z', createdBy: 'seed', device: 'seed' };
const her = (fields: object) => ({ _id: ID, type: 'resident', name: NAME, ...HEAD, ...fields });
const tombstone = erasedTombstone({ id: ID, type: 'resident', by: 'admin' });

/** As the administrator's command does it: every leaf ends. */
async function erase(server: PouchServer): Promise<void> {
  const leaves = (await server.get(ID, { open_revs: 'all', revs: true })) as unknown as {
    ok: { _rev: string; _revisions: { start: number; ids: string[] } };
  }[];
  const docs = leaves.map(({ ok: { _rev, _revisions } }) => {
    const rev = nextRevision(_rev, tombstone);
    return {
      ...{ ...tombstone, _rev: rev },
      _revisions: { start: _revisions.start + 1, ids: [rev.slice(rev.indexOf('-') + 1), ..._revisions.ids] },
    };
  });
  await server.bulkDocs(docs, { new_edits: false });
}

/** As the gate of the server does it; `guarded` false: a database with nothing in front of it. */
function remoteOf(server: PouchServer, { guarded = true } = {}): Remote {
  const remote = pouchRemote(server);
  return {
    ...remote,
    async bulkDocs(documents) {
      const found = await server.get(ID, { open_revs: 'all' }).catch(() => []);
      const leaves = (found as { ok: DocumentBody }[]).map(({ ok }) => ok);
      const isErased = guarded && leaves.every((leaf) => leaf._deleted) && leaves.some((leaf) => leaf.erased);
      const kept = documents.filter(({ _id, _deleted }) => isErased && _id === ID && !_deleted);
      const answer = await remote.bulkDocs(documents.filter((each) => !kept.includes(each)));
      if (answer.outcome === 'fault') return answer;
      const rows = kept.map(({ _id }) => ({ id: _id, error: 'forbidden', reason: ERASED_REASON }));
      return { ...answer, value: [...rows, ...answer.value] };
    },
  };
}

async function twoTablets(how: { guarded?: boolean } = {}) {
  const server = aPouchServer();
  const alice = await aSyncingDevice(remoteOf(server, how));
  const bob = await aSyncingDevice(remoteOf(server, how));
  await alice.save(her({ phones: ['13800001111'] }));
  await alice.save({ _id: 'household:A', type: 'household', ...HEAD, kind: 'family' } as never);
  await alice.round();
  await bob.round();
  return { server, alice, bob };
}

async function saidOn({ memory }: SyncingDevice): Promise<string> {
  const { text, records, unopened } = await openRecords(memory.indexedDB);
  expect(records).toBeGreaterThan(0);
  expect(unopened).toBe(0);
  return text;
}

async function isNowhere(server: PouchServer, ...devices: SyncingDevice[]): Promise<void> {
  for (const device of devices) expect(await saidOn(device)).not.toContain(NAME);
  const leaves = (await server.get(ID, { open_revs: 'all' })) as unknown as { ok: DocumentBody }[];
  expect(JSON.stringify(leaves)).not.toContain(NAME);
  expect(leaves.every(({ ok }) => ok._deleted)).toBe(true);
}

describe('a document that was erased', () => {
  it('goes from a tablet at its next contact, own confirmed work and all', async () => {
    const { server, alice, bob } = await twoTablets();
    expect(await saidOn(alice)).toContain(NAME);
    await erase(server);
    await alice.round();
    await bob.round();
    await isNowhere(server, alice, bob);
    expect(await alice.store.countErasedEdits()).toBe(0);
    expect(await alice.read('household:A')).toBeDefined();
  });

  it('takes unsent work with it, and she is told how many of her changes were not kept', async () => {
    const { server, bob } = await twoTablets();
    await bob.save(her({ phones: ['13900002222'] }));
    await erase(server);
    await bob.round();
    await isNowhere(server, bob);
    expect(await bob.store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
    expect(await bob.store.countErasedEdits()).toBe(1);
    await bob.store.acknowledgeErasedEdits(1);
    expect(await bob.store.countErasedEdits()).toBe(0);
    await bob.round();
    await isNowhere(server, bob);
  });

  it('wins over an edit that reached a server without a gate, whoever pulls it', async () => {
    const { server, alice, bob } = await twoTablets({ guarded: false });
    await bob.save(her({ phones: ['13900002222'] }));
    await erase(server);
    await bob.round();
    await bob.round();
    await alice.round();
    await isNowhere(server, alice, bob);
  });

  it('takes refused edits, conflict leaves and drafts about her', async () => {
    const { server, alice, bob } = await twoTablets();
    await bob.save(her({ phones: ['13900002222'] }));
    const turn = await bob.store.beginTurn();
    const { rev } = (await bob.read(ID))!;
    await turn.reject(SCOPE, [{ id: ID, rev, error: 'forbidden', reason: 'no' }]);
    await bob.store.putDraft(`f2|household:A|${ID}`, { answers: { remark: NAME } });
    await bob.store.putDraft('f1|household:B|', { answers: { remark: `${NAME}的邻居，13800001111` } });
    await alice.save(her({ phones: ['13800001111', '1'] }));
    await alice.round();
    const body = her({ phones: ['2'] });
    await server.bulkDocs([{ ...body, _rev: nextRevision(undefined, body) }], { new_edits: false });
    await bob.round();
    expect(await bob.store.listRejections()).toHaveLength(1);
    await erase(server);
    await bob.round();
    await isNowhere(server, bob);
    expect((await bob.store.listDrafts()).map(({ key }) => key)).toEqual(['f1|household:B|']);
    expect((await bob.store.readDraft('f1|household:B|'))!.value).toEqual({
      answers: { remark: '〔已删除〕的邻居，〔已删除〕' },
    });
    expect(await saidOn(bob)).not.toContain('13800001111');
  });

  it('takes her out of what was not sent of others, and drops what is about her', async () => {
    const { server, bob } = await twoTablets();
    const visit = { type: 'visit', ...HEAD, household: 'household:A', answers: { remark: `${NAME}不在` } };
    await bob.save({ ...visit, _id: 'visit:1', resident: ID, answers: {} });
    await bob.save({ ...visit, _id: 'visit:2', changes: [{ document: ID, field: 'phones', after: ['1'] }] });
    await erase(server);
    const turn = await bob.store.beginTurn();
    await turn.erase(SCOPE, [ID]);
    await bob.round();
    await isNowhere(server, bob);
    expect(await bob.store.countErasedEdits()).toBe(1);
    expect((await bob.read('visit:2'))?.body).toMatchObject({
      answers: { remark: '〔已删除〕不在' },
      changes: [],
    });
    await expect(server.get('visit:1')).rejects.toMatchObject({ status: 404 });
    expect(await server.get('visit:2')).toMatchObject({ answers: { remark: '〔已删除〕不在' } });
  });

  it('is not given back to a server that lost what this tablet had sent of it', async () => {
    for (const guarded of [true, false]) {
      const { server, alice } = await twoTablets({ guarded });
      const backup = aPouchServer();
      const { results } = await server.changes({ style: 'all_docs' });
      for (const { id } of results)
        await backup.bulkDocs([(await server.get(id, { revs: true })) as never], { new_edits: false });
      await alice.save(her({ phones: ['13900002222'] }));
      await alice.round();
      await erase(backup);
      const restored = await alice.restarted(remoteOf(backup, { guarded }));
      const sent: string[] = [];
      const remote = remoteOf(backup, { guarded });
      const watched = await restored.restarted({
        ...remote,
        bulkDocs: (documents) => {
          sent.push(JSON.stringify(documents));
          return remote.bulkDocs(documents);
        },
      });
      for (let n = 0; n < 2; n++) await watched.round();
      await isNowhere(backup, watched);
      expect(sent.join()).not.toContain(NAME);
    }
  });
});
