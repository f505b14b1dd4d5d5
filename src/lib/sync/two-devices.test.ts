import { describe, expect, it } from 'vitest';
import { faultyRemote, type Mishap } from '#tests/fixtures/faulty-remote.ts';
import { aPouchServer, pouchRemote } from '#tests/fixtures/pouch-remote.ts';
import { aSyncingDevice } from '#tests/fixtures/syncing-device.ts';

const household = (fields: Record<string, unknown>) => ({ _id: 'household:A', type: 'household', ...fields });
const visit = (n: number) => ({ _id: `visit:${String(n)}`, type: 'visit', household: 'household:A', n });

async function aliceAndBob() {
  const server = aPouchServer();
  const line: { mishap?: Mishap | undefined } = {};
  const alice = await aSyncingDevice(
    faultyRemote(pouchRemote(server), (method) => (method === 'bulkDocs' ? line.mishap : undefined)),
  );
  const bob = await aSyncingDevice(pouchRemote(server));
  await alice.save(household({ phone: '1', floor: 1 }));
  await alice.round();
  await bob.round();
  return { server, line, alice, bob };
}
const see = async (...devices: Awaited<ReturnType<typeof aSyncingDevice>>[]) =>
  Promise.all(devices.map(async (device) => (await device.read('household:A'))?.body));

describe('alice and bob', () => {
  it('who change a household one after the other see the same, and both changes', async () => {
    const { alice, bob } = await aliceAndBob();
    await alice.save(household({ phone: '2', floor: 1 }));
    await alice.round();
    await bob.round();
    await bob.save(household({ phone: '2', floor: 7 }));
    await bob.round();
    await alice.round();
    expect(await see(alice, bob)).toEqual([
      household({ phone: '2', floor: 7 }),
      household({ phone: '2', floor: 7 }),
    ]);
  });

  it('alice, offline a whole day with bob’s change come in before her work was ever sent, does not clash with him', async () => {
    const { alice, bob, server } = await aliceAndBob();
    await bob.save(household({ phone: '1', floor: 7 }));
    await bob.round();
    // She pulls while her own change is still in her hands.
    await alice.round();
    await alice.save(household({ phone: '2', floor: 7 }));
    await bob.save(household({ phone: '1', floor: 7, lift: true }));
    await bob.round();
    const replica = await alice.store.beginTurn();
    const row = await server.get('household:A', { revs: true });
    const path = row._revisions!.ids.map((digest, age) => `${String(row._revisions!.start - age)}-${digest}`);
    const pulled = {
      id: row._id,
      rev: row._rev,
      deleted: false,
      body: household({ phone: '1', floor: 7, lift: true }),
      path,
      conflicts: [],
    };
    await replica.storePulled(await replica.preparePulled('grid-110101001001001', [pulled], false), {
      since: 3,
    });
    await alice.round();
    await bob.round();
    const [a, b] = await see(alice, bob);
    expect(a).toEqual(b);
    expect(a).toMatchObject(household({ phone: '2', floor: 7, lift: true }));
    expect((await server.get('household:A', { conflicts: true }))._conflicts).toBeUndefined();
  });

  it('alice, whose answer was lost while bob went on from her words, loses neither', async () => {
    const { alice, bob, line } = await aliceAndBob();
    line.mishap = 'unheard';
    await alice.save(household({ phone: '2', floor: 1 }));
    await alice.round();
    await bob.round();
    await bob.save(household({ phone: '2', floor: 7 }));
    await bob.round();
    line.mishap = undefined;
    await alice.round();
    expect(await see(alice, bob)).toEqual(Array(2).fill(household({ phone: '2', floor: 7 })));
    expect(await alice.store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
  });

  it('alice, whose answer was lost while bob merged her words and deleted the household, does not bring it back', async () => {
    const { alice, bob, line, server } = await aliceAndBob();
    for (const floor of [7, 8]) {
      await bob.save(household({ phone: '1', floor }));
      await bob.round();
    }
    line.mishap = 'unheard';
    await alice.save(household({ phone: '2', floor: 1 }));
    await alice.round();
    await bob.round();
    expect(await see(bob)).toMatchObject([{ phone: '2', floor: 8 }]);
    await bob.save({ _id: 'household:A', _deleted: true, type: 'household' });
    await bob.round();
    // The server stumbles over what she sends once more, and says what became of it meanwhile.
    line.mishap = { outcome: 'fault', kind: 'busy', status: 500 };
    await alice.round();
    line.mishap = undefined;
    await alice.round();
    await bob.round();
    expect(await see(alice, bob)).toEqual([undefined, undefined]);
    expect(await alice.store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
    expect((await server.allDocs()).rows).toEqual([]);
  });

  it('bob’s tombstone against alice’s unsent change: her words live on, and both tablets say so', async () => {
    const { alice, bob } = await aliceAndBob();
    await bob.save({ _id: 'household:A', _deleted: true, type: 'household' });
    await bob.round();
    await alice.save(household({ phone: '2', floor: 1 }));
    for (const device of [alice, bob, alice]) await device.round();
    const [a, b] = await see(alice, bob);
    expect(a).toEqual(b);
    expect(a).toMatchObject({ phone: '2', floor: 1, clashes: [{ field: '_deleted', value: true }] });
  });

  it('a day’s visits of both are each on the server once, whatever was lost on the way', async () => {
    const { alice, bob, line, server } = await aliceAndBob();
    for (let n = 0; n < 30; n++) {
      line.mishap = n % 3 === 0 ? 'unheard' : undefined;
      await alice.save(visit(n));
      await bob.save(visit(100 + n));
      if (n % 2 === 0) await alice.round();
      if (n % 5 === 0) await bob.round();
    }
    line.mishap = undefined;
    for (const device of [alice, bob, alice]) await device.round();
    const rows = (await server.allDocs({ include_docs: true, conflicts: true })).rows;
    expect(rows).toHaveLength(61);
    expect(rows.filter(({ doc }) => doc?._conflicts)).toEqual([]);
    for (const device of [alice, bob]) {
      expect((await device.store.listByReference('household:A')).documents).toHaveLength(60);
      expect(await device.store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
    }
  });
});
