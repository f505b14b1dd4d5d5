import { IDBObjectStore } from 'fake-indexeddb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { faultyRemote } from '#tests/fixtures/faulty-remote.ts';
import { aPouchServer, pouchRemote, type PouchServer } from '#tests/fixtures/pouch-remote.ts';
import { aSyncingDevice, SCOPE } from '#tests/fixtures/syncing-device.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import type { Remote } from '#lib/protocol/remote.ts';
import type { Voucher } from '#lib/protocol/replica-store.ts';

afterEach(() => void vi.restoreAllMocks());

type Mishaps = NonNullable<Parameters<typeof faultyRemote>[1]>;

const visit = (n: number) => ({ _id: `visit:${String(n)}`, type: 'visit', n });

async function copyOf(server: PouchServer, replicaId: string): Promise<PouchServer> {
  const copy = aPouchServer();
  const { rows } = await server.allDocs({ include_docs: true });
  await copy.bulkDocs(
    rows.map(({ doc }) => doc!),
    { new_edits: false },
  );
  const local = await server.get(`_local/${replicaId}`).catch(() => undefined);
  if (local) await copy.put({ ...local, _rev: undefined });
  return copy;
}

/** A tablet that knows five visits, and a server that is put back to these five whenever a test says. */
async function aTabletAndABackup() {
  const server = aPouchServer();
  await server.bulkDocs([1, 2, 3, 4, 5].map(visit));
  let now: Remote = pouchRemote(server);
  const remote = new Proxy({} as Remote, { get: (_none, name) => Reflect.get(now, name) });
  const device = await aSyncingDevice(remote);
  await device.round();
  const backup = await copyOf(server, await (await device.store.beginTurn()).replicaId());
  const putBack = () => void (now = pouchRemote(backup));
  const putBackAt = (method: keyof Remote) =>
    void (now = faultyRemote(pouchRemote(server), (asked, argument) => {
      if (asked !== method) return undefined;
      putBack();
      // What was on its way then comes to the server that is there now.
      if (method === 'putLocal') return backupTakes(argument as { since: number; nonce: string });
      return { outcome: 'fault', kind: 'unreachable' };
    }));
  const backupTakes = async (body: { since: number; nonce: string }) => {
    await now.putLocal(await (await device.store.beginTurn()).replicaId(), body);
    return { outcome: 'fault', kind: 'unreachable' } as const;
  };
  return { server, backup, device, putBackAt };
}

describe('a server put back between what was pulled and the checkpoint that says so', () => {
  it('is found out though it has the nonce: it no longer has what was pulled', async () => {
    const { server, backup, device, putBackAt } = await aTabletAndABackup();
    await server.put(visit(6));
    putBackAt('getLocal');
    await device.round();
    await backup.put(visit(7));
    await backup.put(visit(8));
    for (let n = 0; n < 3; n++) await device.round();
    for (const n of [6, 7, 8]) expect(await device.read(visit(n)._id)).toBeDefined();
    expect((await backup.allDocs()).rows).toHaveLength(8);
  });

  it('keeps nothing from her where others gave it back what was pulled, in another order', async () => {
    const { server, backup, device, putBackAt } = await aTabletAndABackup();
    await server.put(visit(6));
    putBackAt('getLocal');
    await device.round();
    await backup.put(visit(7));
    await backup.bulkDocs([await server.get('visit:6')], { new_edits: false });
    await backup.put(visit(8));
    for (let n = 0; n < 2; n++) await device.round();
    for (const n of [6, 7, 8]) expect(await device.read(visit(n)._id)).toBeDefined();
  });

  it('is found out where it took the checkpoint that was on its way to the other', async () => {
    const { server, backup, device, putBackAt } = await aTabletAndABackup();
    await server.put(visit(6));
    putBackAt('putLocal');
    await device.round();
    await backup.put(visit(7));
    await backup.put(visit(8));
    const later = await device.restarted();
    for (let n = 0; n < 3; n++) await later.round();
    for (const n of [7, 8]) expect(await later.read(visit(n)._id)).toBeDefined();
  });
});

describe('a checkpoint that was on its way when the database was made anew and others filled it again', () => {
  it.each(['it is answered', 'the tab is killed before it is'])(
    'vouches for nothing there, be it that %s: she misses nothing of theirs, and gives back her own',
    async (what) => {
      const [server, anew] = [aPouchServer(), aPouchServer()];
      await server.bulkDocs([1, 2, 3, 4, 5].map(visit));
      let now: Remote = pouchRemote(server);
      const remote = new Proxy({} as Remote, { get: (_none, name) => Reflect.get(now, name) });
      const first = await aSyncingDevice(remote);
      await first.save(visit(6));
      for (let n = 0; n < 2; n++) await first.round();
      expect(await (await first.store.beginTurn()).listUnproven(SCOPE)).toEqual([]);
      await server.put(visit(7));
      // As CouchDB does: whatever revision it names.
      const arrives = async (id: string, { _rev, ...body }: DocumentBody) => {
        now = pouchRemote(anew);
        for (const n of [8, 1, 2, 3, 4, 5, 7]) await anew.put(visit(n));
        const answer = await now.putLocal(id, body);
        if (what === 'it is answered') return answer;
        return { outcome: 'fault', kind: 'unreachable' } as const;
      };
      now = { ...now, putLocal: arrives };
      await first.round();
      const device = what === 'it is answered' ? first : await first.restarted();
      for (let n = 0; n < 2; n++) await device.round();
      expect(await device.read('visit:8')).toBeDefined();
      expect(await anew.get('visit:6')).toMatchObject({ n: 6 });
    },
  );
});

describe('a checkpoint whose writing is delivered a second time, rounds later', () => {
  it.each(['was answered', 'was not answered'])(
    'is not taken for a restored server, where it %s',
    async (what) => {
      const server = aPouchServer();
      await server.bulkDocs([1, 2, 3].map(visit));
      const remote = pouchRemote(server);
      let again: (() => Promise<unknown>) | undefined;
      let isFirst = true;
      const device = await aSyncingDevice({
        ...remote,
        async putLocal(id, body) {
          const answer = await remote.putLocal(id, body);
          again ??= async () => {
            const stands = await server.get(`_local/${id}`);
            await server.put({ ...body, _id: `_local/${id}`, _rev: stands._rev });
          };
          const isLost = isFirst && what === 'was not answered';
          isFirst = false;
          return isLost ? { outcome: 'fault', kind: 'unreachable' } : answer;
        },
      });
      for (const n of [4, 5, 6, 7]) {
        await device.round();
        await server.put(visit(n));
      }
      await device.round();
      await again!();
      const later = await device.restarted();
      expect(await later.round()).toMatchObject({ scopes: [{ pull: { rolledBack: false } }] });
    },
  );
});

describe('a checkpoint of an earlier build, which had one document for all', () => {
  it.each(['arrived', 'did not arrive'])(
    'that was offered when the update came is not taken for a restored server, be it that it %s',
    async (what) => {
      const server = aPouchServer();
      await server.bulkDocs([1, 2, 3].map(visit));
      const device = await aSyncingDevice(pouchRemote(server));
      await device.round();
      const turn = await device.store.beginTurn();
      const { since } = (await turn.readCheckpoint(SCOPE))!;
      const [vouched, offered] = ['N1', 'N2'].map((nonce) => ({ since, nonce })) as [Voucher, Voucher];
      await turn.putCheckpoint(SCOPE, { since, comparedAtMs: 1, vouched, offered });
      const id = `_local/${await turn.replicaId()}`;
      const { _rev } = await server.get(id);
      await server.put({ _id: id, _rev, ...(what === 'arrived' ? offered : vouched) });
      await server.put(visit(4));
      const later = await device.restarted();
      expect(await later.round()).toMatchObject({ scopes: [{ pull: { rolledBack: false } }] });
      expect(await later.read(visit(4)._id)).toBeDefined();
      expect(await (await later.restarted()).round()).toMatchObject({
        scopes: [{ pull: { rolledBack: false } }],
      });
    },
  );
});

describe('after a server was restored', () => {
  it('no checkpoint is written where one may still be on its way', async () => {
    const server = aPouchServer();
    await server.bulkDocs([1, 2, 3].map(visit));
    const remote = pouchRemote(server);
    const written: string[] = [];
    const device = await aSyncingDevice({
      ...remote,
      async putLocal(id, body) {
        written.push(id);
        const answer = await remote.putLocal(id, body);
        // The first mark before the refill is not heard of.
        return written.length === 3 ? { outcome: 'fault', kind: 'unreachable' } : answer;
      },
    });
    await device.round();
    await server.put(visit(4));
    await device.round();
    expect(written).toHaveLength(2);
    await server.remove(await server.get(`_local/${written.at(-1)!}`));
    const later = await device.restarted();
    expect(await later.round()).toMatchObject({ scopes: [{ pull: { rolledBack: true } }] });
    for (const n of [5, 6]) {
      await server.put(visit(n));
      await later.round();
    }
    expect(written.length).toBeGreaterThan(4);
    expect(new Set(written).size).toBe(written.length);
  });
});

describe('a document deleted on a server that had lost her work on it', () => {
  it('is seen beside that work, which is given back', async () => {
    const { backup, device, putBackAt } = await aTabletAndABackup();
    await device.save({ ...visit(3), type: 'household', said: 'mine' });
    await device.round();
    const { _rev } = await backup.get('visit:3');
    putBackAt('changes');
    await device.round();
    for (const n of [7, 8]) await backup.put(visit(n));
    await backup.remove({ _id: 'visit:3', _rev });
    for (let n = 0; n < 4; n++) await device.round();
    expect(await backup.get('visit:3')).toMatchObject({ said: 'mine' });
  });

  it('leaves nothing of hers behind where it knew her work', async () => {
    const { server, device } = await aTabletAndABackup();
    const rev = await device.save({ ...visit(3), said: 'mine' });
    await device.round();
    await server.remove({ _id: 'visit:3', _rev: rev });
    await device.round();
    expect(await (await device.store.beginTurn()).readHeld(SCOPE, [{ id: 'visit:3', rev }])).toEqual([]);
  });
});

/** The disk is full just as a checkpoint is to be noted as vouched for. */
function hasNoRoomForTheLastWord(): void {
  const put = Reflect.get(IDBObjectStore.prototype, 'put') as IDBObjectStore['put'];
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
    if (this.name === 'checkpoints' && Object.hasOwn(args[0] as object, 'vouched'))
      throw new DOMException('no room', 'QuotaExceededError');
    return put.apply(this, args);
  });
}

describe('a first checkpoint that could not be noted here though the server has it', () => {
  it.each(['goes on', 'is killed'])(
    'leaves her work to be proven: put back, the server gets it again from a tab that %s',
    async (what) => {
      const [server, backup] = [aPouchServer(), aPouchServer()];
      for (const each of [server, backup]) await each.bulkDocs([1, 2, 3].map(visit));
      let now = pouchRemote(server);
      const remote = new Proxy({} as Remote, { get: (_none, name) => Reflect.get(now, name) });
      const first = await aSyncingDevice(remote);
      await first.save(visit(4));
      hasNoRoomForTheLastWord();
      await expect(first.round()).rejects.toMatchObject({ kind: 'full' });
      vi.restoreAllMocks();
      expect(await server.get('visit:4')).toMatchObject({ n: 4 });
      now = pouchRemote(backup);
      const device = what === 'is killed' ? await first.restarted() : first;
      for (let n = 0; n < 2; n++) await device.round();
      expect(await backup.get('visit:4')).toMatchObject({ n: 4 });
    },
  );
});

describe('a server set back again right after it was refilled', () => {
  /** Her visit was proven long ago, and the server lost it; `backup` is what it is set back to, over and over. */
  async function aTabletToRefillFrom() {
    const backup = aPouchServer();
    await backup.bulkDocs([1, 2, 3].map(visit));
    const copies = async () => copyOf(backup, 'nobody');
    let server = await copies();
    const line = new Proxy({} as Remote, { get: (_none, name) => Reflect.get(pouchRemote(server), name) });
    let now = line;
    const device = await aSyncingDevice(
      new Proxy({} as Remote, { get: (_none, name) => Reflect.get(now, name) }),
    );
    await device.save(visit(4));
    for (let n = 0; n < 2; n++) await device.round();
    expect(await (await device.store.beginTurn()).listUnproven(SCOPE)).toEqual([]);
    return {
      first: () => device.restarted(),
      setBack: async () => (server = await copies()),
      meets: (mishap?: Mishaps) => void (now = mishap ? faultyRemote(line, mishap) : line),
    };
  }

  it.each(['putLocal', 'getLocal'] as const)(
    'gets her work again from a tab killed as the %s of the checkpoint after the refill was lost',
    async (broken) => {
      const { first, setBack, meets } = await aTabletToRefillFrom();
      const refilled = await setBack();
      const device = await first();
      let isPulled = false;
      meets((method) => {
        isPulled ||= method === 'changes';
        return isPulled && method === broken ? 'lost' : undefined;
      });
      await device.round();
      expect(await refilled.get('visit:4')).toMatchObject({ n: 4 });
      meets();
      const again = await setBack();
      const later = await device.restarted();
      for (let n = 0; n < 2; n++) await later.round();
      expect(await again.get('visit:4')).toMatchObject({ n: 4 });
    },
  );

  it.each(['putLocal', 'allDocs', 'bulkDocs', 'changes'])(
    'gets her work again where that was in mid-refill, before %s',
    async (before) => {
      const { first, setBack, meets } = await aTabletToRefillFrom();
      await setBack();
      const device = await first();
      let again: PouchServer | undefined;
      meets(async (method) => {
        if (method === before) again ??= await setBack();
        return undefined;
      });
      for (let n = 0; n < 2; n++) await device.round();
      expect(await again!.get('visit:4')).toMatchObject({ n: 4 });
    },
  );

  it('is refilled once where it was not', async () => {
    const { first, setBack } = await aTabletToRefillFrom();
    await setBack();
    const device = await first();
    expect(await device.round()).toMatchObject({
      complete: true,
      scopes: [{ pull: { repair: { returned: 1 } } }],
    });
    expect((await device.round()).scopes[0]?.pull).not.toHaveProperty('repair');
  });

  it('keeps the refill owed where it takes no mark', async () => {
    const { first, setBack, meets } = await aTabletToRefillFrom();
    const server = await setBack();
    const device = await first();
    meets((method) => (method === 'putLocal' ? 'lost' : undefined));
    expect(await device.round()).toMatchObject({ complete: false });
    expect((await server.allDocs()).rows).toHaveLength(3);
    meets();
    expect(await device.round()).toMatchObject({ complete: true });
    expect(await server.get('visit:4')).toMatchObject({ n: 4 });
  });
});
