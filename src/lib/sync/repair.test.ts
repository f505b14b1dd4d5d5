import { describe, expect, it } from 'vitest';
import { faultyRemote, type FaultyRemote } from '#tests/fixtures/faulty-remote.ts';
import { aPouchServer, pouchRemote, type PouchServer } from '#tests/fixtures/pouch-remote.ts';
import { aSyncingDevice, SCOPE, type SyncingDevice } from '#tests/fixtures/syncing-device.ts';
import type { RevisionedDocument } from '#lib/protocol/remote.ts';

const WEEK_MS = 7 * 86_400_000;
const visit = (n: number, more: object = {}) => ({ _id: `visit:${String(n)}`, type: 'visit', n, ...more });
const household = (more: object) => ({ _id: 'household:A', type: 'household', ...more });
const methods = (remote: FaultyRemote) => remote.asked.map(({ method }) => method);

/** The server as it is now, in a database of its own: a backup with its `_local` documents. */
async function backupOf(server: PouchServer): Promise<PouchServer> {
  const copy = aPouchServer();
  const { results } = await server.changes({ style: 'all_docs' });
  for (const { id, changes } of results)
    for (const { rev } of changes) {
      const leaf = await server.get(id, { rev, revs: true });
      await copy.bulkDocs([leaf], { new_edits: false });
    }
  return copy;
}

/** Everything a device and a server must agree on after a repair. */
async function agreeOn(device: SyncingDevice, server: PouchServer) {
  const { rows } = await server.allDocs({ include_docs: true });
  const held = await Promise.all(rows.map(({ id }) => device.read(id)));
  expect(held.map((document) => document?.rev)).toEqual(rows.map(({ value }) => value.rev));
  expect(await device.store.countDocuments(SCOPE)).toBe(rows.length);
  return rows.length;
}

/** What the household says, and what was said against it. */
async function floorsOf(server: PouchServer): Promise<unknown[]> {
  const said = (await server.get('household:A', { conflicts: true })) as unknown as {
    floor: number;
    clashes: { value: unknown }[];
    _conflicts?: string[];
  };
  expect(said._conflicts).toBeUndefined();
  return [said.floor, ...said.clashes.map(({ value }) => value)].sort();
}

/** Of a household on floor 1, which she has put on floor 2 since. */
async function editedSinceBackup(): Promise<{ alice: SyncingDevice; backup: PouchServer }> {
  const server = aPouchServer();
  const alice = await aSyncingDevice(pouchRemote(server));
  await alice.save(household({ floor: 1 }));
  await alice.round();
  const backup = await backupOf(server);
  await alice.save(household({ floor: 2 }));
  await alice.round();
  return { alice, backup };
}

describe('a server restored from a backup', () => {
  it('has today’s work again, that of others too, and every path reaches its beginning', async () => {
    const server = aPouchServer();
    const alice = await aSyncingDevice(pouchRemote(server));
    const bob = await aSyncingDevice(pouchRemote(server));
    for (let n = 0; n < 12; n++) await alice.save(visit(n));
    await alice.save(household({ floor: 1 }));
    await alice.round();
    const backup = await backupOf(server);
    for (let n = 12; n < 18; n++) await bob.save(visit(n));
    await bob.round();
    await alice.round();
    await alice.save(household({ floor: 2 }));
    await alice.save(household({ floor: 3 }));
    await alice.round();
    // Bob's tablet is lost with the server: only alice still has his visits.
    const restored = await alice.restarted(pouchRemote(backup));
    expect(await restored.round()).toMatchObject({
      complete: true,
      scopes: [{ pull: { rolledBack: true, repair: { returned: 7, refused: 0, rewritten: 0 } } }],
    });
    expect(await agreeOn(restored, backup)).toBe(19);
    expect(await backup.get('household:A', { revs: true })).toMatchObject({
      floor: 3,
      _revisions: { start: 3, ids: [expect.anything(), expect.anything(), expect.anything()] },
    });
  });

  it('in which somebody went another way since gets the lost branch beside it, and both are merged', async () => {
    const { alice, backup } = await editedSinceBackup();
    const carol = await aSyncingDevice(pouchRemote(backup));
    await carol.round();
    await carol.save(household({ floor: 7 }));
    await carol.round();
    const restored = await alice.restarted(pouchRemote(backup));
    await restored.round();
    expect(await floorsOf(backup)).toEqual([2, 7]);
  });

  it('is refilled before anything of it is stored, however often the line breaks', async () => {
    const { alice, backup } = await editedSinceBackup();
    // The restored server goes on without her: its branch wins over hers.
    const winner = household({ floor: 9, _rev: '2-ffffffffffffffffffffffffffffffff' });
    const path = (await backup.get('household:A', { revs: true }))._revisions!.ids;
    const _revisions = { start: 2, ids: ['f'.repeat(32), ...path] };
    await backup.bulkDocs([{ ...winner, _revisions } as never], { new_edits: false });
    for (const broken of ['allDocs', 'revsDiff', 'bulkDocs', 'changes'] as const) {
      const device = await alice.restarted(
        faultyRemote(pouchRemote(backup), (method) => (method === broken ? 'lost' : undefined)),
      );
      expect(await device.round()).toMatchObject({ complete: false, fault: { kind: 'unreachable' } });
      const own = await (await device.store.beginTurn()).listHeld(SCOPE);
      expect(own.held.length + (own.next ? 1 : 0)).toBeGreaterThan(0);
      device.store.close();
    }
    const restored = await alice.restarted(pouchRemote(backup));
    await restored.round();
    expect(await floorsOf(backup)).toEqual([2, 9]);
  });

  it('whose sequences mean nothing to it says 400, and is pulled from the beginning', async () => {
    const server = aPouchServer();
    const device = await aSyncingDevice(
      faultyRemote(pouchRemote(server), (method, query) =>
        method === 'changes' && (query as { since: unknown }).since !== 0 && changed
          ? { outcome: 'fault', kind: 'too-large', status: 400, reason: 'bad_request: Malformed sequence' }
          : undefined,
      ),
    );
    let changed = false;
    await device.save(visit(1));
    await device.round();
    changed = true;
    expect(await device.round()).toMatchObject({ scopes: [{ pull: { rolledBack: true } }], complete: true });
    expect(await agreeOn(device, server)).toBe(1);
  });

  it('to a moment between an upload and the word of it is found out all the same', async () => {
    const server = aPouchServer();
    const line: { lost: boolean } = { lost: false };
    const alice = await aSyncingDevice(
      faultyRemote(pouchRemote(server), (method) => (method === 'changes' && line.lost ? 'lost' : undefined)),
    );
    await alice.save(visit(1));
    await alice.round();
    line.lost = true;
    await alice.save(visit(2));
    expect(await alice.round()).toMatchObject({ sent: 1, fault: { kind: 'unreachable' } });
    line.lost = false;
    // As a restore to just before visit 2 leaves it: the checkpoint is the one she wrote.
    const { _rev } = await server.get('visit:2');
    const before = aPouchServer();
    await before.bulkDocs([{ ...(await server.get('visit:1', { revs: true })) }], { new_edits: false });
    const turn = await alice.store.beginTurn();
    const checkpoint = await turn.readCheckpoint(SCOPE);
    const local = `_local/${await turn.replicaId()}`;
    await before.put({ _id: local, ...checkpoint!.vouched } as never);
    const restored = await alice.restarted(pouchRemote(before));
    await restored.round();
    await restored.round();
    expect((await before.get('visit:2'))._rev).toBe(_rev);
  });

  it('that lost more than any path reaches gets the words as an ordinary edit, beside those it has', async () => {
    const server = aPouchServer();
    const remote = faultyRemote(pouchRemote(server));
    const alice = await aSyncingDevice(remote);
    // Pulled from a server that no longer shows more than one ancestor.
    const orphan = household({
      floor: 60,
      updatedAt: '2026-11-22T00:00:00.000Z',
      _rev: `60-${'a'.repeat(32)}`,
    });
    await server.bulkDocs([{ ...orphan, _revisions: { start: 60, ids: ['a'.repeat(32)] } } as never], {
      new_edits: false,
    });
    await alice.save(visit(1));
    await alice.round();
    const older = aPouchServer();
    const { rev } = await older.put(household({ floor: 1, kept: 'by the server alone' }));
    const restored = await alice.restarted(pouchRemote(older));
    expect(await restored.round()).toMatchObject({
      complete: false,
      scopes: [{ pull: { repair: { returned: 1, rewritten: 1 } } }],
    });
    expect(await restored.round()).toMatchObject({ sent: 1, complete: true });
    expect(await older.get('household:A', { revs: true, conflicts: true })).toMatchObject({
      floor: 60,
      kept: 'by the server alone',
      clashes: [{ field: 'floor', value: 1 }],
      _revisions: { start: 2, ids: [expect.anything(), rev.slice(2)] },
    });
  });

  it('that refuses what it lost and had only just confirmed is not taken for restored for ever', async () => {
    const server = aPouchServer();
    let cut = false;
    const alice = await aSyncingDevice(
      faultyRemote(pouchRemote(server), (method) => (cut && method === 'changes' ? 'lost' : undefined)),
    );
    for (let n = 0; n < 3; n++) await alice.save(visit(n));
    await alice.round();
    const backup = await backupOf(server);
    const name = `_local/${await (await alice.store.beginTurn()).replicaId()}`;
    const { _rev: _gone, ...local } = await server.get(name);
    await backup.put(local as never);
    cut = true;
    await alice.save(visit(9));
    expect(await alice.round()).toMatchObject({ sent: 1, fault: { kind: 'unreachable' } });
    const refuse = ({ n }: RevisionedDocument) =>
      n === 9 ? { error: 'forbidden', reason: 'not any more' } : undefined;
    const remote = faultyRemote(pouchRemote(backup, { refuse }));
    const restored = await alice.restarted(remote);
    expect(await restored.round()).toMatchObject({
      scopes: [{ pull: { rolledBack: true, unfinished: true } }],
    });
    expect(await restored.round()).toMatchObject({
      complete: true,
      scopes: [{ pull: { repair: { refused: 1 } } }],
    });
    remote.asked.length = 0;
    expect(await restored.round()).toMatchObject({
      complete: true,
      scopes: [{ pull: { rolledBack: false } }],
    });
    expect(methods(remote)).toEqual(['changes']);
    expect((await restored.read('visit:9'))?.body.n).toBe(9);
  });

  it('keeps what it refuses to take back on the tablet, and holds nothing else up', async () => {
    const server = aPouchServer();
    const alice = await aSyncingDevice(pouchRemote(server));
    for (let n = 0; n < 8; n++) await alice.save(visit(n));
    await alice.round();
    const backup = aPouchServer();
    await backup.bulkDocs([(await server.get('visit:0', { revs: true })) as never], { new_edits: false });
    const refuse = ({ n }: RevisionedDocument) =>
      n === 3 ? { error: 'forbidden', reason: 'not today' } : undefined;
    const restored = await alice.restarted(pouchRemote(backup, { refuse }));
    expect(await restored.round()).toMatchObject({
      scopes: [{ pull: { repair: { returned: 6, refused: 1 } } }],
    });
    expect((await restored.read('visit:3'))?.body).toMatchObject({ n: 3 });
  });
});

describe('an emptied server', () => {
  it('takes nothing from the tablet and gets nothing, until somebody announces the restore', async () => {
    const server = aPouchServer();
    const alice = await aSyncingDevice(pouchRemote(server));
    for (let n = 0; n < 30; n++) await alice.save(visit(n));
    await alice.round();
    const empty = aPouchServer();
    const stopped = await alice.restarted(pouchRemote(empty));
    for (let n = 0; n < 2; n++) {
      expect(await stopped.round()).toMatchObject({
        complete: false,
        scopes: [{ pull: { serverSmaller: true } }],
      });
    }
    expect((await empty.info()).doc_count).toBe(0);
    expect(await stopped.store.countDocuments(SCOPE)).toBe(30);
    await empty.put({ _id: 'meta:epoch', type: 'meta', restoredAt: '2026-11-22' } as never);
    expect(await stopped.round()).toMatchObject({
      complete: true,
      scopes: [{ pull: { repair: { returned: 30 } } }],
    });
    expect(await agreeOn(stopped, empty)).toBe(31);
  });

  it('announced by a document of an ordinary pull gets its own back, though the tablet was put out in between', async () => {
    const server = aPouchServer();
    const alice = await aSyncingDevice(pouchRemote(server));
    for (let n = 0; n < 30; n++) await alice.save(visit(n));
    await alice.round();
    const name = `_local/${await (await alice.store.beginTurn()).replicaId()}`;
    const { _rev: _gone, ...local } = await server.get(name);
    const backup = aPouchServer();
    await backup.put(local as never);
    let { rev } = await backup.put({ _id: 'room:A', type: 'room' } as never);
    // Its sequence has come further than the tablet has pulled.
    for (let n = 0; n < 40; n++)
      ({ rev } = await backup.put({ _id: 'room:A', _rev: rev, type: 'room', n } as never));
    await backup.put({ _id: 'meta:epoch', type: 'meta' } as never);
    const remote = faultyRemote(pouchRemote(backup), (method) => (method === 'allDocs' ? 'lost' : undefined));
    const cut = await alice.restarted(remote);
    expect(await cut.round()).toMatchObject({ received: 2, complete: false });
    const later = await cut.restarted(pouchRemote(backup));
    expect(await later.round()).toMatchObject({
      complete: true,
      scopes: [{ pull: { repair: { returned: 30 } } }],
    });
    expect(await agreeOn(later, backup)).toBe(32);
    expect((await later.round()).scopes[0]?.pull).not.toHaveProperty('repair');
  });

  it.each(['changes', 'getLocal'] as const)(
    'gets all back upon that word from a tablet it never vouched for, as every %s of its was lost',
    async (broken) => {
      const server = aPouchServer();
      const cut = faultyRemote(pouchRemote(server), (method) => (method === broken ? 'lost' : undefined));
      const alice = await aSyncingDevice(cut);
      for (let n = 0; n < 30; n++) await alice.save(visit(n));
      await alice.round();
      const empty = aPouchServer();
      const stopped = await alice.restarted(pouchRemote(empty));
      for (let n = 0; n < 2; n++)
        expect(await stopped.round()).toMatchObject({ scopes: [{ pull: { serverSmaller: true } }] });
      expect((await empty.info()).doc_count).toBe(0);
      expect(await stopped.store.countDocuments(SCOPE)).toBe(30);
      await empty.put({ _id: 'meta:epoch', type: 'meta' } as never);
      expect(await stopped.round()).toMatchObject({
        complete: true,
        scopes: [{ pull: { repair: { returned: 30 } } }],
      });
      expect(await agreeOn(stopped, empty)).toBe(31);
    },
  );

  it('found smaller in a weekly comparison is left alone as well', async () => {
    const server = aPouchServer();
    const alice = await aSyncingDevice(pouchRemote(server));
    for (let n = 0; n < 30; n++) await alice.save(visit(n));
    await alice.round();
    await alice.clock.advance(WEEK_MS);
    const local = `_local/${await (await alice.store.beginTurn()).replicaId()}`;
    const emptied = aPouchServer();
    const { _rev: _gone, ...kept } = await server.get(local);
    await emptied.put(kept as never);
    const later = await alice.restarted(pouchRemote(emptied));
    await later.clock.advance(WEEK_MS);
    expect(await later.round()).toMatchObject({
      complete: false,
      scopes: [{ pull: { serverSmaller: true } }],
    });
    expect(await later.store.countDocuments(SCOPE)).toBe(30);
  });
});

describe('once a week', () => {
  it('both sides are compared: what was missed comes, what was deleted goes, what was lost is given back', async () => {
    const server = aPouchServer();
    const bare = pouchRemote(server);
    // A gap as no server should make it: changes the feed never shows.
    const remote = faultyRemote({
      ...bare,
      async changes(query) {
        const answer = await bare.changes(query);
        if (answer.outcome === 'answered')
          answer.value.results = answer.value.results.filter(({ id }) => !hidden.has(id));
        return answer;
      },
    });
    const hidden = new Set<string>();
    const alice = await aSyncingDevice(remote);
    for (let n = 0; n < 5; n++) await alice.save(visit(n));
    await alice.round();
    for (const id of ['visit:100', 'visit:4']) hidden.add(id);
    await server.put({ ...visit(100) });
    await server.remove(await server.get('visit:4'));
    await alice.round();
    expect(await alice.read('visit:100')).toBeUndefined();
    remote.asked.length = 0;
    await alice.clock.advance(WEEK_MS);
    expect(await alice.round()).toMatchObject({
      scopes: [{ pull: { repair: { fetched: 2, returned: 0 } } }],
    });
    expect(await agreeOn(alice, server)).toBe(5);
    expect(await alice.read('visit:4')).toBeUndefined();
    remote.asked.length = 0;
    await alice.round();
    expect(methods(remote)).toEqual(['changes']);
  });

  it('what this build does not understand goes back as it came', async () => {
    const server = aPouchServer();
    const strange = { _id: 'hologram:1', type: 'hologram', schema: 99, deep: { kept: [1, null, 'ⅷ'] } };
    await server.put(strange);
    for (let n = 0; n < 3; n++) await server.put(visit(n));
    const alice = await aSyncingDevice(pouchRemote(server));
    await alice.round();
    const backup = aPouchServer();
    for (let n = 0; n < 3; n++)
      await backup.bulkDocs([(await server.get(`visit:${String(n)}`, { revs: true })) as never], {
        new_edits: false,
      });
    const restored = await alice.restarted(pouchRemote(backup));
    await restored.round();
    expect(await backup.get('hologram:1')).toEqual(await server.get('hologram:1'));
    expect((await restored.read('hologram:1'))?.body).toEqual(strange);
  });
});
