// A person who is one of the office no more: what her tablet keeps of her, and what it says. With real store and server.
import 'fake-indexeddb/auto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRunningDevice, until } from '#tests/fixtures/running-device.ts';
import { startQiaomen, type RunningQiaomen } from '../../../scripts/start-qiaomen.ts';

let dataDir: string;
let server: RunningQiaomen;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qiaomen-ended-'));
  server = await startQiaomen({ port: 0, dataDir, app: false, demo: { households: 30 } });
}, 60_000);
afterAll(async () => {
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

const asAdmin = (where: string, init: RequestInit = {}) =>
  fetch(`${server.url}/db/${where}`, {
    ...init,
    headers: {
      authorization: `Basic ${btoa(`admin:${server.administrator.password}`)}`,
      'content-type': 'application/json',
    },
  });

/** `change` answers the account as it is to be; undefined: it is deleted. Answers what it was. */
async function changeAccount(
  user: string,
  change: (account: Account) => Account | undefined,
): Promise<Account> {
  const where = `_users/org.couchdb.user:${user}`;
  const account = (await (await asAdmin(where)).json()) as Account;
  const changed = change(account);
  const body = JSON.stringify(changed ?? { ...account, _deleted: true });
  const answer = await asAdmin(where, { method: 'PUT', body });
  if (!answer.ok) throw new Error(await answer.text());
  return account;
}
type Account = { _id: string; _rev: string; roles: string[] } & Record<string, unknown>;

/** The server has written down that she uses this tablet: only then does it tell it of her end. */
const isKnown = async (user: string) =>
  (await (await asAdmin('tablets/_all_docs?include_docs=true')).text()).includes(`"${user}"`);

/** How many rows each table of each person's store holds. */
async function held(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name = '' } of await indexedDB.databases()) {
    if (!/^qiaomen-[0-9a-f]{16}$/.test(name)) continue;
    const db = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => resolve(opening.result);
    });
    for (const table of db.objectStoreNames) {
      const asking = db.transaction(table).objectStore(table).count();
      await new Promise((resolve) => (asking.onsuccess = resolve));
      counts[table] = (counts[table] ?? 0) + asking.result;
    }
    db.close();
  }
  return counts;
}

describe('a person who is removed at the server', () => {
  it('takes everything of hers from her tablet but what was not sent, and comes back with it if it was a mistake', async () => {
    const worker = server.signIns.find(({ role }) => role === 'worker')!;
    let cut: (url: string) => boolean = () => false;
    const how = { isCut: (url: string) => cut(url) };
    const { core, seen } = await aRunningDevice(server.url, worker, how);
    await until('open', () => seen.phase.phase === 'open');
    await until('known', () => isKnown(worker.user));
    cut = (url) => url.endsWith('_bulk_docs');
    const { rows, today } = await core.today();
    const [row] = rows;
    if (!row) throw new Error('nobody is due');
    const saved = await core.saveVisit({
      ...{ form: 'f1', formVersion: '1', household: row.household, startedAt: new Date().toISOString() },
      answers: { result: 'nobody', mode: 'door', by: 'self', retryAt: today },
    });
    expect(saved.outcome).toBe('saved');
    await until('waiting', () => seen.sync.waiting === 1);
    const account = await changeAccount(worker.user, () => undefined);
    void core.uploadNow();
    await until('told', () => seen.phase.phase === 'signIn');
    expect(seen.phase).toMatchObject({
      reason: 'personEnded',
      unsent: 1,
      people: [{ user: worker.user, name: worker.name, ended: { unsent: 1 } }],
    });
    const left = await held();
    for (const table of ['documents', 'bundles', 'leaves', 'confirmed', 'checkpoints', 'drafts'])
      expect(left[table], table).toBe(0);
    expect(left.edits).toBeGreaterThan(0);
    expect(await core.listLeft()).toMatchObject([{ user: worker.user, waiting: 1, unsealed: 0 }]);
    expect(await core.exportLeft()).toMatchObject({ records: 1 });
    // Her password is right, and opens nothing here any more: neither with the server nor without.
    const tried = { outcome: 'personEnded', unsent: 1 };
    expect(await core.signIn(worker.user, worker.password)).toEqual(tried);
    cut = () => true;
    expect(await core.signIn(worker.user, worker.password)).toEqual(tried);
    cut = () => false;
    // It was a mistake.
    const { _rev: _, ...again } = account;
    const gone = await asAdmin(`_users/${account._id}`, { method: 'PUT', body: JSON.stringify(again) });
    expect(gone.status).toBe(201);
    expect(await core.signIn(worker.user, worker.password)).toEqual({ outcome: 'choosePin' });
    await core.choosePin('246802');
    await until('open again', () => seen.phase.phase === 'open');
    expect((await core.today()).householdCount).toBeGreaterThan(5);
    await until('sent', () => seen.sync.waiting === 0 && seen.sync.lastSent === 1);
    await core.quiesce();
  });

  it('leaves nothing at all where nothing waits, her name included, when her role staff ends', async () => {
    const other = server.signIns.filter(({ role }) => role === 'worker')[1]!;
    const { core, seen } = await aRunningDevice(server.url, other);
    await until('open', () => seen.phase.phase === 'open');
    await until('known', () => isKnown(other.user));
    const before = (await indexedDB.databases()).length;
    await changeAccount(other.user, (account) => ({ ...account, roles: [] }));
    await core.quiesce();
    // Nobody signs in: the tablet asks when it is opened.
    const again = await aRunningDevice(server.url, other, { signsIn: false });
    await until(
      'told',
      () => again.seen.phase.phase === 'signIn' && again.seen.phase.reason === 'personEnded',
    );
    expect(again.seen.phase).not.toMatchObject({ people: expect.arrayContaining([{ user: other.user }]) });
    expect((await indexedDB.databases()).length).toBe(before - 1);
    expect(await again.core.signIn(other.user, other.password)).toEqual({ outcome: 'notStaff' });
  });
});
