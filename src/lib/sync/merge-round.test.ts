import PouchDB from 'pouchdb-core';
import replication from 'pouchdb-replication';
import { describe, expect, it } from 'vitest';
import { faultyRemote, type RemoteMethod } from '#tests/fixtures/faulty-remote.ts';
import { aPouchServer, pouchRemote, type PouchServer } from '#tests/fixtures/pouch-remote.ts';
import { aSyncingDevice, SCOPE, type SyncingDevice } from '#tests/fixtures/syncing-device.ts';
import { settleClash, type ClashDecision } from '#lib/domain/clashes.ts';
import { evidenceOf } from '#lib/domain/merge/evidence.ts';
import { changedBy } from '#lib/domain/document-head.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import { generationOf } from '#lib/protocol/revision.ts';

PouchDB.plugin(replication);

type Fields = Record<string, unknown>;
const ID = 'household:A';
const HEAD = {
  _id: ID,
  type: 'household',
  schema: 1,
  createdAt: '2026-11-01T00:00:00.000Z',
  createdBy: 'seed',
};
let minutes = 0;
const now = () => new Date(Date.UTC(2026, 10, 22, 1, ++minutes)).toISOString();

/** An edit as the commands of the device make it; undefined takes a field away. */
async function change(device: SyncingDevice, person: string, fields: Fields): Promise<void> {
  const read = await device.read(ID);
  const body = { ...read?.body, ...fields } as Fields;
  for (const name of Object.keys(fields)) if (fields[name] === undefined) Reflect.deleteProperty(body, name);
  const generation = read ? generationOf(read.rev) + 1 : 1;
  const author = { person, device: `tablet-${person}`, now: now(), generation };
  await device.save(changedBy<Fields>(author, read?.body, body) as DocumentBody & { _id: string });
}
async function settle(device: SyncingDevice, made: Omit<ClashDecision, 'seen'>): Promise<void> {
  const { rev, body } = (await device.read(ID))!;
  const author = { person: 'chen', device: 'tablet-chen', now: now(), generation: generationOf(rev) + 1 };
  const entries = (body.clashes as { field: string; by: string; at: string }[]).filter(
    ({ field }) => field === made.field,
  );
  const seen = { leading: evidenceOf(body, [made.field]), others: entries.map(({ by, at }) => ({ by, at })) };
  const settled = settleClash(body, { ...made, seen }, author);
  if (settled.outcome !== 'settled') throw new Error(settled.outcome);
  await device.save(settled.body as DocumentBody & { _id: string });
}

interface Line {
  mishap?: (method: RemoteMethod, argument: unknown) => 'lost' | 'unheard' | undefined | Promise<undefined>;
}
/** `count` devices that hold the same household of one server. */
async function devices(count: number, refuse?: (document: Fields) => boolean) {
  const server = aPouchServer();
  const said = { error: 'forbidden', reason: 'not yours' };
  const lines: Line[] = Array.from({ length: count }, () => ({}));
  const all = await Promise.all(
    lines.map((line) => {
      const remote = pouchRemote(server, { refuse: (document) => (refuse?.(document) ? said : undefined) });
      return aSyncingDevice(faultyRemote(remote, (method, argument) => line.mishap?.(method, argument)));
    }),
  );
  await all[0]!.save({ ...HEAD, kind: 'family', number: '1', notes: ['dog'] });
  for (const device of all) await device.round();
  return { server, lines, all, alice: all[0]!, bob: all[1]!, carol: all[2]! };
}
const rounds = async (...order: SyncingDevice[]) => {
  for (const device of order) await device.round();
};

interface Leaves {
  live: Fields[];
  ended: Fields[];
}
async function leavesOn(server: PouchServer): Promise<Leaves> {
  const found = (await server.get(ID, { open_revs: 'all' })) as unknown as { ok: Fields }[];
  const leaves = found.map(({ ok }) => ok);
  return { live: leaves.filter((each) => !each._deleted), ended: leaves.filter((each) => each._deleted) };
}
/** All see what the server says, nothing waits, nothing is in conflict; and further rounds write nothing. */
async function agreed(server: PouchServer, all: readonly SyncingDevice[]): Promise<Fields> {
  const { live } = await leavesOn(server);
  expect(live).toHaveLength(1);
  const { _rev, ...body } = live[0]!;
  for (const device of all) {
    expect(await device.read(ID)).toMatchObject({ rev: _rev, waiting: false, conflicts: [], body });
    expect(await device.store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
    expect(await device.store.readLeaves(SCOPE, ID)).toEqual([]);
  }
  const { update_seq: before } = await server.info();
  for (const device of [...all, ...all]) await device.round();
  expect((await server.info()).update_seq).toBe(before);
  return body;
}

it('the end of a leaf never comes to a server without the merge, though it was put back between the two', async () => {
  const { server, alice } = await devices(1);
  const older = aPouchServer();
  let now = pouchRemote(server);
  const bob = await aSyncingDevice({
    ...now,
    revsDiff: (revisions) => now.revsDiff(revisions),
    bulkDocs(documents) {
      if (documents.some(({ _deleted }) => _deleted)) now = pouchRemote(older);
      return now.bulkDocs(documents);
    },
  });
  await bob.round();
  await server.replicate.to(older);
  await change(alice, 'li', { number: '7' });
  await change(bob, 'wang', { residence: '02' });
  await rounds(alice, bob);
  const { live, ended } = await leavesOn(older);
  expect(ended).toHaveLength(1);
  expect(live).toMatchObject([{ number: '7', residence: '02' }]);
});

describe('one household edited offline on two devices', () => {
  it('in different fields: both survive, the losing leaf is ended by name', async () => {
    const { server, all, alice, bob } = await devices(2);
    await change(alice, 'li', { number: '7' });
    await change(bob, 'wang', { residence: '02', notes: ['dog', 'deaf'] });
    await rounds(alice, bob, alice);
    const body = await agreed(server, all);
    expect(body).toMatchObject({ number: '7', residence: '02', notes: ['dog', 'deaf'], updatedBy: 'merge' });
    expect(body).not.toHaveProperty('clashes');
    const { live, ended } = await leavesOn(server);
    expect(ended).toMatchObject([{ updatedBy: 'merge', mergedInto: live[0]!._rev, type: 'household' }]);
  });

  it('in the same field: the same value leads on both, the other is a clash that either can settle', async () => {
    const { server, all, alice, bob } = await devices(2);
    await change(alice, 'li', { number: '7' });
    await change(bob, 'wang', { number: '8' });
    await rounds(bob, alice, bob);
    const clash = { field: 'number', value: '7', by: 'li' };
    expect(await agreed(server, all)).toMatchObject({ number: '8', clashes: [clash] });
    await settle(bob, { field: 'number', choice: { take: { entry: 0 } } });
    await rounds(bob, alice);
    const settled = await agreed(server, all);
    expect(settled).toMatchObject({ number: '7', updatedBy: 'chen' });
    expect(settled).not.toHaveProperty('clashes');
  });

  it('both merging the same leaves at once write one revision', async () => {
    const { server, lines, all, alice, bob } = await devices(2);
    await change(alice, 'li', { number: '7' });
    await change(bob, 'wang', { residence: '02' });
    const isMerge = (argument: unknown) => JSON.stringify(argument).includes('"updatedBy":"merge"');
    lines[1]!.mishap = (method, argument) =>
      method === 'bulkDocs' && isMerge(argument) ? 'lost' : undefined;
    // Bob has seen the conflict and could not say so; Alice merges; Bob tries again before he hears of it.
    await rounds(alice, bob);
    await rounds(alice);
    const { rev } = (await alice.read(ID))!;
    lines[1]!.mishap = (method) => (method === 'changes' ? 'lost' : undefined);
    await rounds(bob);
    lines[1]!.mishap = () => undefined;
    await rounds(bob);
    expect((await bob.read(ID))!.rev).toBe(rev);
    expect(await agreed(server, all)).toMatchObject({ number: '7', residence: '02' });
    expect((await leavesOn(server)).ended).toHaveLength(1);
  });

  it('and settled on one while the other goes on from what it had: nothing clashes twice', async () => {
    const { server, all, alice, bob } = await devices(2);
    await change(alice, 'li', { number: '7' });
    await change(bob, 'wang', { number: '8' });
    await rounds(alice);
    await rounds(bob);
    await settle(bob, { field: 'number', choice: { keep: 'leading' } });
    await change(alice, 'li', { residence: '02' });
    await rounds(bob, alice, bob);
    const body = await agreed(server, all);
    expect(body).toMatchObject({ number: '8', residence: '02' });
    expect(body).not.toHaveProperty('clashes');
  });
});

describe('a merge', () => {
  it('of three devices takes all three in', async () => {
    const { server, all, alice, bob, carol } = await devices(3);
    await change(alice, 'li', { number: '7' });
    await change(bob, 'wang', { number: '8', residence: '02' });
    await change(carol, 'zhao', { number: '9', closedOn: '2026-11-20' });
    await rounds(alice, bob, carol, alice, bob);
    expect(await agreed(server, all)).toMatchObject({
      number: '9',
      residence: '02',
      closedOn: '2026-11-20',
      clashes: [{ value: '7' }, { value: '8' }],
    });
  });

  it('takes in an edit that was on its way when its answer was lost', async () => {
    const { server, lines, all, alice, bob } = await devices(2);
    await change(bob, 'wang', { residence: '02' });
    await rounds(bob);
    await change(alice, 'li', { number: '7' });
    lines[0]!.mishap = (method) => (method === 'bulkDocs' ? 'unheard' : undefined);
    await rounds(alice);
    await change(bob, 'wang', { kind: 'collective' });
    await rounds(bob);
    lines[0]!.mishap = () => undefined;
    await rounds(alice, bob);
    expect(await agreed(server, all)).toMatchObject({ number: '7', residence: '02', kind: 'collective' });
  });

  it('under which somebody types on carries her words', async () => {
    const { server, lines, all, alice, bob } = await devices(2);
    await change(alice, 'li', { number: '7' });
    await change(bob, 'wang', { residence: '02' });
    await rounds(alice);
    lines[1]!.mishap = async (method, argument) => {
      if (method === 'bulkDocs' && JSON.stringify(argument).includes('"updatedBy":"merge"')) {
        lines[1]!.mishap = () => undefined;
        await change(bob, 'wang', { closedReason: 'moved' });
      }
      return undefined;
    };
    await rounds(bob);
    expect((await bob.read(ID))!).toMatchObject({
      waiting: true,
      body: { number: '7', closedReason: 'moved' },
    });
    await rounds(bob, alice);
    expect(await agreed(server, all)).toMatchObject({ number: '7', residence: '02', closedReason: 'moved' });
  });

  it('whose tombstones did not arrive is not made again; they follow', async () => {
    const { server, lines, all, alice, bob } = await devices(2);
    await change(alice, 'li', { number: '7' });
    await change(bob, 'wang', { residence: '02' });
    await rounds(alice);
    lines[1]!.mishap = (method, argument) =>
      method === 'bulkDocs' && JSON.stringify(argument).includes('mergedInto') ? 'lost' : undefined;
    expect(await bob.round()).toMatchObject({ merged: 1, complete: false, fault: { kind: 'unreachable' } });
    const { rev } = (await bob.read(ID))!;
    expect((await leavesOn(server)).live).toHaveLength(2);
    await rounds(alice);
    lines[1]!.mishap = () => undefined;
    await rounds(bob);
    await agreed(server, all);
    expect((await alice.read(ID))!.rev).toBe(rev);
    expect((await leavesOn(server)).ended).toHaveLength(1);
  });

  it('the server refuses leaves everything as it is, and is not asked for again', async () => {
    const { server, lines, all, alice, bob } = await devices(2, ({ updatedBy }) => updatedBy === 'merge');
    await change(alice, 'li', { number: '7' });
    await change(bob, 'wang', { residence: '02' });
    await rounds(alice, bob, alice);
    expect((await leavesOn(server)).live).toHaveLength(2);
    const sent: unknown[] = [];
    for (const line of lines)
      line.mishap = (method) => {
        if (method === 'bulkDocs') sent.push(method);
        return undefined;
      };
    for (const device of all) {
      expect(await device.round()).toMatchObject({ complete: true, refused: 0 });
      expect((await device.read(ID))!.conflicts).toHaveLength(1);
    }
    expect(sent).toEqual([]);
  });
});

describe('a deletion', () => {
  const deleted = { _id: ID, _deleted: true, type: 'household', updatedBy: 'chen' };

  it('that went before an edit nobody had told of it is seen by both', async () => {
    const { server, all, alice, bob } = await devices(2);
    await bob.save(deleted);
    await change(alice, 'li', { number: '7' });
    await rounds(bob, alice, bob);
    const clashes = [{ field: '_deleted', value: true, by: 'chen' }];
    expect(await agreed(server, all)).toMatchObject({ number: '7', clashes });
    await settle(bob, { field: '_deleted', choice: { take: { entry: 0 } } });
    await rounds(bob, alice);
    expect((await leavesOn(server)).live).toEqual([]);
    expect(await alice.read(ID)).toBeUndefined();
  });

  it('that came after an edit it did not know of is seen, too', async () => {
    const { server, all, alice, bob } = await devices(2);
    await change(alice, 'li', { number: '7' });
    await bob.save(deleted);
    await rounds(alice, bob, alice);
    expect(await agreed(server, all)).toMatchObject({ number: '7', clashes: [{ field: '_deleted' }] });
  });
});

describe('a stock PouchDB beside them', () => {
  const both = async (a: PouchServer, b: PouchServer) => {
    await a.replicate.to(b);
    await a.replicate.from(b);
  };
  it('that edits the same household and knows of no stamps loses nothing, and ends where they do', async () => {
    const { server, all, alice, bob } = await devices(2);
    const stock = aPouchServer();
    await both(server, stock);
    await stock.put({ ...(await stock.get(ID)), number: 'stock', ofALaterApp: { deep: [1] } });
    await change(alice, 'li', { number: '7' });
    await change(bob, 'wang', { residence: '02' });
    await rounds(alice);
    await both(server, stock);
    await rounds(bob, alice, bob);
    await both(server, stock);
    const body = await agreed(server, all);
    expect(body).toMatchObject({ residence: '02', ofALaterApp: { deep: [1] } });
    const numbers = [body.number, ...(body.clashes as { value: unknown }[]).map(({ value }) => value)];
    expect(numbers).toEqual(expect.arrayContaining(['stock', '7']));
    const there = await stock.get(ID, { conflicts: true });
    expect(there._rev).toBe((await alice.read(ID))!.rev);
    expect(there._conflicts).toBeUndefined();
  });
});

describe('any day of three devices', () => {
  const FIELDS = ['number', 'residence', 'closedReason', 'kind'];
  it.each([...Array(12).keys()])('comes to rest within three rounds (%i)', async (seed) => {
    const { server, lines, all } = await devices(3);
    let state = seed * 2654435761 + 1;
    const draw = (below: number) => (state = (state * 1103515245 + 12345) % 2147483648) % below;
    for (const [n, line] of lines.entries())
      line.mishap = () => ([undefined, undefined, 'lost', 'unheard'] as const)[n === 2 ? 0 : draw(4)];
    for (let step = 0; step < 14; step++) {
      const n = draw(3);
      if (draw(2) === 0)
        await change(all[n]!, `person-${String(n)}`, { [FIELDS[draw(4)]!]: String(draw(3)) });
      else await all[n]!.round();
    }
    for (const line of lines) line.mishap = () => undefined;
    for (let round = 0; round < 3; round++) await rounds(...all);
    await agreed(server, all);
  });
});
