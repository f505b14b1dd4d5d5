import { describe, expect, it, vi } from 'vitest';
import { faultyRemote, type FaultyRemote } from '#tests/fixtures/faulty-remote.ts';
import { aPouchServer, pouchRemote, type PouchServer } from '#tests/fixtures/pouch-remote.ts';
import { aSyncingDevice, SCOPE } from '#tests/fixtures/syncing-device.ts';
import type { Remote, RemoteFault } from '#lib/protocol/remote.ts';
import type { Changes, Sequence } from '#lib/protocol/wire.ts';
import { pullScope } from './pull.ts';

const UNREACHABLE: RemoteFault = { outcome: 'fault', kind: 'unreachable' };
const room = (n: number, more: object = {}) => ({
  _id: `room:${String(n).padStart(5, '0')}`,
  type: 'room',
  n,
  ...more,
});

async function aServer(count: number): Promise<PouchServer> {
  const server = aPouchServer();
  await server.bulkDocs(Array.from({ length: count }, (_, n) => room(n)));
  return server;
}
/** A copy from when nothing had changed; since then somebody has deleted a room there. */
async function restoredTo300(): Promise<PouchServer> {
  const server = await aServer(300);
  await server.put(room(5, { _rev: (await server.get(room(5)._id))._rev, _deleted: true }));
  return server;
}
/** What stands behind an address, which may change. */
const onLine = (now: () => Remote): Remote => ({
  changes: (query) => now().changes(query),
  bulkDocs: (documents) => now().bulkDocs(documents),
  revsDiff: (revisions) => now().revsDiff(revisions),
  bulkGet: (wanted) => now().bulkGet(wanted),
  allDocs: (query) => now().allDocs(query),
  getLocal: (id) => now().getLocal(id),
  putLocal: (id, body) => now().putLocal(id, body),
});
/** A sequence of another server's is none it knows. */
const fromTheBeginning =
  (remote: Remote): Remote['changes'] =>
  (query) =>
    remote.changes({ ...query, since: Number(query.since) === 401 ? 0 : query.since });
const PASSED_OVER = ['getLocal', 'changes', 'changes'];
const VOUCHED = ['putLocal', 'getLocal', 'revsDiff'];
const methods = (remote: FaultyRemote) => remote.asked.map(({ method }) => method);
const asksOf = (remote: FaultyRemote, method: string) =>
  remote.asked.filter((each) => each.method === method);

describe('the first download', () => {
  it('takes pages of a thousand, says how far it is, and asks for no path of a first generation', async () => {
    const remote = faultyRemote(pouchRemote(await aServer(2500)));
    const { round, store, progress } = await aSyncingDevice(remote);
    expect(await round()).toMatchObject({ received: 2500, complete: true });
    expect(await store.countDocuments(SCOPE)).toBe(2500);
    expect(asksOf(remote, 'changes')).toHaveLength(3);
    expect(asksOf(remote, 'bulkGet')).toEqual([]);
    expect(progress).toMatchObject([
      { activity: 'receiving', received: 1000, pending: 1500 },
      { received: 2000, pending: 500 },
      { received: 2500, pending: 0 },
    ]);
  });

  it('cut off goes on where it was, in the same run and in a new one', async () => {
    let asked = 0;
    const remote = faultyRemote(pouchRemote(await aServer(2500)), (method) =>
      method === 'changes' && ++asked === 3 ? 'lost' : undefined,
    );
    const device = await aSyncingDevice(remote);
    expect(await device.round()).toMatchObject({ received: 2000, fault: UNREACHABLE });
    expect(await device.store.countDocuments(SCOPE)).toBe(2000);
    const later = await device.restarted();
    expect(await later.round()).toMatchObject({ received: 500, complete: true });
    expect(await later.store.countDocuments(SCOPE)).toBe(2500);
  });

  it('cut off by the end of the tab goes on behind what the server had vouched for', async () => {
    let asked = 0;
    const server = pouchRemote(await aServer(2500));
    const device = await aSyncingDevice({
      ...server,
      changes: (query) => (++asked === 3 ? new Promise(() => undefined) : server.changes(query)),
    });
    void device.round();
    await vi.waitFor(async () => expect(await device.store.countDocuments(SCOPE)).toBe(2000), 30_000);
    const watched = faultyRemote(server);
    const later = await device.restarted(watched);
    expect(await later.round()).toMatchObject({ received: 500, complete: true });
    expect(await later.store.countDocuments(SCOPE)).toBe(2500);
    // The page the server had not vouched for is listed again, and stands as it is listed.
    const listed = asksOf(watched, 'changes').map(({ argument }) => argument);
    expect(listed).toMatchObject([{ withoutBodies: true }, { withoutBodies: true }, { since: 2000 }]);
  });

  it('asks for less at once where the line does not carry a page', async () => {
    const remote = faultyRemote(pouchRemote(await aServer(600)), (method, query) =>
      method === 'changes' && (query as { limit: number }).limit > 300 ? 'lost' : undefined,
    );
    const { round, store } = await aSyncingDevice(remote);
    for (let n = 0; n < 6; n++) await round();
    expect(await store.countDocuments(SCOPE)).toBe(600);
  });
});

describe('what changed since', () => {
  it('comes in slices, each with its checkpoint, paths and deletions included', async () => {
    const server = await aServer(300);
    const remote = faultyRemote(pouchRemote(server));
    const device = await aSyncingDevice(remote);
    await device.round();
    const rows = (await server.allDocs()).rows;
    await server.bulkDocs(
      rows.map(({ id, value }, n) => ({
        ...room(n),
        _id: id,
        _rev: value.rev,
        n: n + 1000,
        _deleted: n >= 290,
      })),
    );
    remote.asked.length = 0;
    device.progress.length = 0;
    expect(await device.round()).toMatchObject({ received: 300, complete: true });
    expect(device.progress.map((told) => 'received' in told && told.received)).toEqual([100, 200, 300]);
    expect(methods(remote)).toEqual(['changes', 'bulkGet', 'putLocal', 'getLocal', 'revsDiff']);
    expect(await device.store.countDocuments(SCOPE)).toBe(290);
    expect((await device.read('room:00007'))?.body.n).toBe(1007);
    // The path came with it: a change made here is known to the server as a child.
    await device.save(room(7, { n: 'mine' }));
    expect(await device.round()).toMatchObject({ sent: 1, complete: true });
    expect((await server.get('room:00007', { revs: true }))._revisions?.ids).toHaveLength(3);
  });

  it('brings losing leaves with their words', async () => {
    const server = await aServer(1);
    const path = (digest: string) => ({
      _revisions: { start: 2, ids: [digest, '0'.repeat(32)] },
      _rev: `2-${digest}`,
    });
    // Of an event: what is not merged stays as it is.
    const event = { _id: 'visit:1', type: 'visit' };
    const leaves = ['a', 'b'].map((name) => ({ ...event, said: name, ...path(name.repeat(32)) }));
    await server.bulkDocs(leaves, { new_edits: false });
    const { round, read, store } = await aSyncingDevice(pouchRemote(server));
    expect(await round()).toMatchObject({ merged: 0, unmerged: 1, complete: true });
    expect(await read('visit:1')).toMatchObject({
      body: { said: 'b' },
      conflicts: [`2-${'a'.repeat(32)}`],
    });
    expect(await store.readLeaves(SCOPE, 'visit:1')).toMatchObject([{ body: { said: 'a' } }]);
  });

  it('fetches the body of a row that came without one, and skips design documents', async () => {
    const server = await aServer(3);
    await server.put({ _id: '_design/check', validate_doc_update: 'function () {}' });
    const bare = pouchRemote(server);
    const { round, store } = await aSyncingDevice({
      ...bare,
      async changes(query) {
        const answer = await bare.changes(query);
        if (answer.outcome === 'answered') answer.value.results.forEach((row) => delete row.doc);
        return answer;
      },
    });
    expect(await round()).toMatchObject({ complete: true });
    expect((await store.listByType(SCOPE, 'room')).documents.map(({ body }) => body.n)).toEqual([0, 1, 2]);
    expect(await store.countDocuments(SCOPE)).toBe(3);
  });

  it('sends back the sequence as it came, whatever it looks like', async () => {
    const sinces: unknown[] = [];
    const page = (n: number, last_seq: Sequence, pending: number): Changes => ({
      results: [
        {
          seq: `${String(n)}-g1AA|+/=`,
          id: room(n)._id,
          changes: [{ rev: '1-a' }],
          doc: { ...room(n), _rev: '1-a' },
        },
      ],
      last_seq,
      pending,
    });
    const pages = [
      page(1, '1-g1AA|+/=', 2),
      page(2, [7, 'g1AA', [1]], 1),
      page(3, 12, 1),
      page(4, '2-xyz', 0),
    ];
    const { round } = await aSyncingDevice({
      ...pouchRemote(aPouchServer()),
      revsDiff: () => Promise.resolve({ outcome: 'answered', value: {} }),
      changes({ since }) {
        sinces.push(since);
        return Promise.resolve({
          outcome: 'answered',
          value: pages.shift() ?? { results: [], last_seq: '3-other', pending: 0 },
        });
      },
    });
    await round();
    await round();
    expect(sinces).toEqual([0, '1-g1AA|+/=', [7, 'g1AA', [1]], 12, '2-xyz']);
  });

  it('in rows repeated and out of order is whole after any cut, whatever of a page was stored', async () => {
    const server = await aServer(20);
    const bare = pouchRemote(server);
    const jumbled: Remote = {
      ...bare,
      async changes(query) {
        const answer = await bare.changes(query);
        if (answer.outcome === 'answered') {
          const rows = answer.value.results;
          answer.value.results = [...rows.slice(0, 5), ...rows.reverse(), ...rows.slice(3, 9)];
        }
        return answer;
      },
    };
    const device = await aSyncingDevice(jumbled);
    await device.round();
    await server.bulkDocs(Array.from({ length: 350 }, (_, n) => room(1000 + n)));
    await server.bulkDocs(
      (await server.allDocs({ keys: [room(3)._id, room(1003)._id] })).rows.map((row) => ({
        _id: 'id' in row ? row.id : '',
        _rev: 'value' in row ? row.value.rev : '',
        type: 'room',
        n: 'changed',
      })),
    );
    for (let cut = 0; cut < 4; cut++) {
      const later = await device.restarted(jumbled);
      let slices = 0;
      const killed = pullScope(
        {
          store: await later.store.beginTurn(),
          remote: jumbled,
          session: later.session,
          clock: later.clock,
          newNonce: () => `cut-${String(cut)}`,
          onProgress: () => {
            if (slices++ === cut) throw new Error('the tab is gone');
          },
        },
        SCOPE,
      );
      await killed.catch(() => undefined);
      later.store.close();
    }
    const whole = await device.restarted(jumbled);
    await whole.round();
    expect(await whole.store.countDocuments(SCOPE)).toBe(370);
    for (const n of [3, 1003]) expect((await whole.read(room(n)._id))?.body.n).toBe('changed');
  });

  it('of which half could not be fetched is not passed over', async () => {
    const server = await aServer(2);
    await server.put({ ...room(0), _rev: (await server.get(room(0)._id))._rev, n: 'changed' });
    let lost = true;
    const device = await aSyncingDevice(
      faultyRemote(pouchRemote(server), (method) => (method === 'bulkGet' && lost ? 'lost' : undefined)),
    );
    expect(await device.round()).toMatchObject({ received: 0, fault: UNREACHABLE });
    lost = false;
    expect(await device.round()).toMatchObject({ received: 2, complete: true });
    expect((await device.read(room(0)._id))?.body.n).toBe('changed');
  });
});

describe('the checkpoint on both sides', () => {
  it('costs two requests at the start of a run and one afterwards', async () => {
    const remote = faultyRemote(pouchRemote(await aServer(3)));
    const device = await aSyncingDevice(remote);
    await device.round();
    const later = await device.restarted();
    remote.asked.length = 0;
    await later.round();
    await later.round();
    expect(methods(remote)).toEqual(['getLocal', 'changes', 'changes']);
    await later.clock.advance(3_600_001);
    await later.round();
    expect(methods(remote).slice(3)).toEqual(['getLocal', 'changes']);
  });

  it('is looked at within the hour though the clock was set back by most of it', async () => {
    const remote = faultyRemote(pouchRemote(await aServer(3)));
    const device = await aSyncingDevice(remote);
    await device.round();
    device.clock.setBy(-3_500_000);
    await device.clock.advance(3_600_001);
    remote.asked.length = 0;
    await device.round();
    expect(methods(remote)).toEqual(['getLocal', 'changes']);
  });

  it('is looked at at once where the clock says an earlier time than the last look', async () => {
    const remote = faultyRemote(pouchRemote(await aServer(3)));
    const device = await aSyncingDevice(remote);
    await device.round();
    device.clock.setBy(-60_000);
    remote.asked.length = 0;
    await device.round();
    expect(methods(remote)).toEqual(['getLocal', 'changes']);
  });

  it('is looked at in the next round where its writing did not come through, and written, be there news or none', async () => {
    let isDown = false;
    const server = await aServer(3);
    const remote = faultyRemote(pouchRemote(server), (method) =>
      method === 'getLocal' && isDown ? UNREACHABLE : undefined,
    );
    const device = await aSyncingDevice(remote);
    await device.round();
    isDown = true;
    await server.put(room(4));
    await device.round();
    isDown = false;
    remote.asked.length = 0;
    expect(await device.round()).toMatchObject({ received: 0, complete: true });
    expect(methods(remote)).toEqual([...PASSED_OVER, ...VOUCHED]);
    remote.asked.length = 0;
    await device.round();
    expect(methods(remote)).toEqual(['changes']);
  });

  it('tells a server restored from a backup, gives it back what it lost, asks for all of it again and deletes nothing', async () => {
    const device = await aSyncingDevice(pouchRemote(await aServer(20)));
    await device.round();
    const restored = await device.restarted(pouchRemote(await aServer(15)));
    expect(await restored.round()).toMatchObject({
      received: 20,
      scopes: [{ pull: { rolledBack: true, repair: { returned: 5 } } }],
    });
    expect(await restored.store.countDocuments(SCOPE)).toBe(20);
    const later = await restored.restarted();
    expect(await later.round()).toMatchObject({ received: 0, scopes: [{ pull: { rolledBack: false } }] });
  });

  it('tells it also where the line breaks right afterwards', async () => {
    const device = await aSyncingDevice(pouchRemote(await aServer(20)));
    await device.round();
    let broken = true;
    const other = faultyRemote(pouchRemote(await aServer(15)), (method) =>
      method === 'changes' && broken ? 'lost' : undefined,
    );
    const restored = await device.restarted(other);
    expect(await restored.round()).toMatchObject({ fault: UNREACHABLE });
    broken = false;
    expect(await restored.round()).toMatchObject({ received: 20, complete: true });
  });

  it('tells a server restored in mid-pull, and stores nothing more of it before it has got back what it lost', async () => {
    const server = await aServer(300);
    await server.put(room(5, { m: 1, _rev: (await server.get(room(5)._id))._rev }));
    const [before, after] = [pouchRemote(server), pouchRemote(await restoredTo300())];
    let now = before;
    const remote: Remote = {
      ...onLine(() => now),
      async changes(query) {
        const answer = await now.changes(query);
        await device.clock.advance(6000);
        if (query.since === 301) now = { ...after, changes: fromTheBeginning(after) };
        return answer;
      },
    };
    const device = await aSyncingDevice(remote);
    await device.round();
    await server.bulkDocs(Array.from({ length: 300 }, (_, n) => room(300 + n)));
    device.session.pullRows = 100;
    expect(await device.round()).toMatchObject({
      received: 100,
      complete: false,
      scopes: [{ pull: { rolledBack: true, unfinished: true } }],
    });
    expect((await device.read(room(5)._id))?.body.m).toBe(1);
    await device.round();
    expect((await device.read(room(5)._id))?.body.m).toBe(1);
    expect(await after.bulkGet([{ id: room(5)._id }])).toMatchObject({
      value: { results: [{ docs: [{ ok: { m: 1 } }] }] },
    });
  });

  it('is not missed where there is no such database yet, but is where there was one', async () => {
    const none: RemoteFault = { outcome: 'fault', kind: 'missing', status: 404 };
    let gone = true;
    const device = await aSyncingDevice(
      faultyRemote(pouchRemote(await aServer(5)), () => (gone ? none : undefined)),
    );
    expect(await device.round()).toMatchObject({ complete: true, scopes: [{ pull: { absent: true } }] });
    gone = false;
    await device.round();
    gone = true;
    expect(await device.round()).toMatchObject({ complete: false, fault: { kind: 'missing' } });
    expect(await device.store.countDocuments(SCOPE)).toBe(5);
  });

  it('stops at a server that holds nothing, or far less than this device, and says so', async () => {
    const device = await aSyncingDevice(pouchRemote(await aServer(20)));
    await device.round();
    for (const left of [0, 9]) {
      const emptied = await device.restarted(pouchRemote(await aServer(left)));
      expect(await emptied.round()).toMatchObject({
        received: 0,
        complete: false,
        scopes: [{ pull: { serverSmaller: true } }],
      });
      expect(await emptied.store.countDocuments(SCOPE)).toBe(20);
    }
  });

  it.each(['lost', 'unheard'] as const)(
    'of which the writing was %s is not taken for a restored server',
    async (mishap) => {
      const server = await aServer(3);
      let broken = true;
      const remote = faultyRemote(pouchRemote(server), (method) =>
        method === 'putLocal' && broken ? mishap : undefined,
      );
      const device = await aSyncingDevice(remote);
      await device.round();
      expect(await device.round()).toMatchObject({ received: 0 });
      await server.put(room(50));
      const second = await device.restarted();
      expect(await second.round()).toMatchObject({ scopes: [{ pull: { rolledBack: false } }] });
      await server.put(room(51));
      broken = false;
      const third = await second.restarted();
      expect(await third.round()).toMatchObject({ scopes: [{ pull: { rolledBack: false } }] });
      const fourth = await third.restarted();
      remote.asked.length = 0;
      expect(await fourth.round()).toMatchObject({ received: 0, complete: true });
      expect(asksOf(remote, 'changes')).toMatchObject([{ argument: { since: 5 } }]);
      expect(await fourth.store.countDocuments(SCOPE)).toBe(5);
    },
  );
});
