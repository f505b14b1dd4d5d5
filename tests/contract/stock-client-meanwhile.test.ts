// Two devices of ours and two PouchDBs as anybody installs them write the same documents of one embedded server meanwhile.
// Invariant: in the end all of them have the same winners and the same leaves; no revision anybody wrote is missing from
// the server, and what it said is in the winner, or beside it as a clash or as a leaf.
import PouchDB from 'pouchdb-core';
import httpAdapter from 'pouchdb-adapter-http';
import memoryAdapter from 'pouchdb-adapter-memory';
import replication from 'pouchdb-replication';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { realClock as clock } from '#lib/device/real-clock.ts';
import { changedBy } from '#lib/domain/document-head.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import { generationOf } from '#lib/protocol/revision.ts';
import { httpRemote } from '#lib/sync/http-remote.ts';
import { aSyncingDevice, SCOPE, type SyncingDevice } from '#tests/fixtures/syncing-device.ts';
import { diceOf, type Dice } from '#tests/sim/dice.ts';
import { openEmbedded } from './open-embedded.ts';
import { makeDatabase, type Credentials, type OpenedServer } from './opened-server.ts';

PouchDB.plugin(httpAdapter).plugin(memoryAdapter).plugin(replication);

type Fields = Record<string, unknown>;
type Pouch = PouchDB.Database<Fields>;
const HOUSEHOLDS = ['household:A', 'household:B', 'household:C'];
const VISITS = ['visit:A', 'visit:B'];
const ALL = [...HOUSEHOLDS, ...VISITS];
const STEPS = 60;

const opened: { server?: OpenedServer } = {};
beforeAll(async () => void (opened.server = await openEmbedded()));
afterAll(() => opened.server?.close());

interface Street {
  url: string;
  admin: Credentials;
  devices: SyncingDevice[];
  pouches: Pouch[];
  /** Everything written, by document. */
  written: Map<string, Set<string>>;
  /** Fields each written once and never taken away, with their value, by document. */
  said: Map<string, Set<string>>;
}

let made = 0;

async function aStreet(): Promise<Street> {
  const server = opened.server!;
  const { admin } = server;
  const { url } = await makeDatabase(server, 'meanwhile');
  const Authorization = `Basic ${Buffer.from(`${admin.name}:${admin.password}`).toString('base64')}`;
  const signed = (to: string, init: RequestInit) =>
    fetch(to, { ...init, headers: { ...(init.headers as Record<string, string>), Authorization } });
  const devices = await Promise.all(
    ['li', 'wang'].map(() => aSyncingDevice(httpRemote({ url, fetch: signed, clock }))),
  );
  const pouches = ['clinic', 'office'].map(
    (name): Pouch => new PouchDB(`meanwhile-${name}-${process.pid}-${made++}`, { adapter: 'memory' }),
  );
  const nothing = () => new Map(ALL.map((id) => [id, new Set<string>()]));
  const street = { url, admin, devices, pouches, written: nothing(), said: nothing() };
  const at = new Date(0).toISOString();
  const heads = ALL.map((_id) => ({
    _id,
    type: _id.split(':')[0],
    schema: 1,
    createdAt: at,
    createdBy: 'seed',
  }));
  for (const row of await pouches[0]!.bulkDocs(heads)) street.written.get(row.id!)!.add(row.rev!);
  for (const pouch of pouches) await syncs(street, pouch);
  for (const device of devices) await device.round();
  return street;
}

const theirs = ({ url, admin }: Street): Pouch =>
  new PouchDB(url, { auth: { username: admin.name, password: admin.password }, skip_setup: true });

async function syncs(street: Street, pouch: Pouch): Promise<void> {
  await pouch.sync(theirs(street));
}

/** Everybody writes a field of their own, and one that all write. */
const edit = (step: number, who: string) => ({ [`step${step}`]: who, number: `${step} ${who}` });

async function deviceWrites(street: Street, { step, id, at }: { step: number; id: string; at: number }) {
  const device = street.devices[at]!;
  const read = (await device.read(id))!;
  const author = {
    person: `device-${at}`,
    device: `tablet-${at}`,
    now: new Date(step * 60_000).toISOString(),
    generation: generationOf(read.rev) + 1,
  };
  const body = { ...read.body, ...edit(step, author.person) };
  await device.save(changedBy<Fields>(author, read.body, body) as DocumentBody & { _id: string });
  street.said.get(id)!.add(`step${step} ${author.person}`);
}

/** As a client does that knows nothing of stamps. */
async function pouchWrites(street: Street, { step, id, at }: { step: number; id: string; at: number }) {
  const pouch = street.pouches[at]!;
  const { rev } = await pouch.put({ ...(await pouch.get(id)), ...edit(step, `pouch-${at}`) });
  street.written.get(id)!.add(rev);
  street.said.get(id)!.add(`step${step} pouch-${at}`);
}

/** What a leaf says of the fields each written once: as its own, or where it clashes. */
function saidIn(body: Fields): string[] {
  const clashes = (body.clashes ?? []) as { field: string; value?: unknown }[];
  return [...Object.entries(body), ...clashes.map(({ field, value }) => [field, value] as const)].map(
    ([field, value]) => `${field} ${String(value)}`,
  );
}

async function actsOn(street: Street, dice: Dice, step: number): Promise<void> {
  const at = dice.below(2);
  const act = dice.pick(['device', 'pouch', 'pouch', 'round', 'sync'] as const);
  if (act === 'device') await deviceWrites(street, { step, at, id: dice.pick(HOUSEHOLDS) });
  else if (act === 'pouch') await pouchWrites(street, { step, at, id: dice.pick(ALL) });
  else if (act === 'round') await street.devices[at]!.round();
  else await syncs(street, street.pouches[at]!);
}

interface Tree {
  winner: string;
  /** Leaves that stand, and those that ended. */
  live: string[];
  ended: string[];
  bodies: Fields[];
  all: Set<string>;
}

async function treeOf(pouch: Pouch, id: string): Promise<Tree> {
  const leaves = (await pouch.get(id, { open_revs: 'all', revs: true })) as unknown as {
    ok: Fields & { _rev: string; _deleted?: boolean; _revisions: { start: number; ids: string[] } };
  }[];
  const found = leaves.map(({ ok }) => ok);
  const revs = (deleted: boolean) =>
    found.filter(({ _deleted = false }) => _deleted === deleted).map(({ _rev }) => _rev);
  return {
    winner: (await pouch.get(id))._rev,
    live: revs(false).sort(),
    ended: revs(true).sort(),
    bodies: found.filter(({ _deleted }) => !_deleted),
    all: new Set(
      found.flatMap(({ _revisions: { start, ids } }) => ids.map((hash, n) => `${start - n}-${hash}`)),
    ),
  };
}

async function comesToRest(street: Street): Promise<void> {
  const sequence = async () => (await theirs(street).info()).update_seq;
  for (let turn = 0, before: unknown; turn < 8; turn++) {
    for (const pouch of street.pouches) await syncs(street, pouch);
    for (const device of street.devices) await device.round();
    const now = await sequence();
    if (now === before) return;
    before = now;
  }
  throw new Error('somebody still writes');
}

it.each([1, 3, 15, 16])(
  'stock PouchDBs and devices writing the same documents end with the same winners, no leaf lost (history %i)',
  async (history) => {
    const street = await aStreet();
    const dice = diceOf(`meanwhile ${history}`);
    for (let step = 0; step < STEPS; step++) await actsOn(street, dice, step);
    await comesToRest(street);

    let conflicts = 0;
    for (const id of ALL) {
      const there = await treeOf(theirs(street), id);
      const { bodies, all, ...shown } = there;
      for (const pouch of street.pouches) expect(await treeOf(pouch, id)).toMatchObject(shown);
      for (const device of street.devices) {
        const held = await device.read(id);
        expect(held).toMatchObject({ rev: there.winner, waiting: false });
        expect(held?.conflicts.toSorted()).toEqual(there.live.filter((rev) => rev !== there.winner));
        const kept = (await device.store.readLeaves(SCOPE, id)).map(({ rev }) => rev);
        expect(kept.sort()).toEqual(there.live.filter((rev) => rev !== there.winner));
      }
      expect([...street.written.get(id)!].filter((rev) => !all.has(rev))).toEqual([]);
      // A household's leaves are put together, whoever wrote them; a visit's stand for an auditor.
      if (HOUSEHOLDS.includes(id)) expect(there.live).toHaveLength(1);
      conflicts += there.ended.length + there.live.length - 1;
      const shownThere = new Set(bodies.flatMap(saidIn));
      expect([...street.said.get(id)!].filter((said) => !shownThere.has(said))).toEqual([]);
    }
    expect(conflicts).toBeGreaterThan(3);
    for (const pouch of street.pouches) await pouch.destroy();
    for (const device of street.devices) device.store.close();
  },
);
