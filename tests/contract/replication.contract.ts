import PouchDB from 'pouchdb-core';
import httpAdapter from 'pouchdb-adapter-http';
import memoryAdapter from 'pouchdb-adapter-memory';
import replication from 'pouchdb-replication';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ask,
  eventually,
  makeDatabase,
  makeUser,
  type Credentials,
  type OpenedServer,
  type OpenServer,
  type TestDatabase,
} from './opened-server.ts';

PouchDB.plugin(httpAdapter).plugin(memoryAdapter).plugin(replication);

type Pouch = PouchDB.Database<Record<string, unknown>>;
let made = 0;

export function replicationContract(open: OpenServer): void {
  describe('a stock PouchDB', () => {
    let server: OpenedServer;
    let worker: Credentials;
    let database: TestDatabase;
    let alice: Pouch;
    let bob: Pouch;
    beforeAll(async () => {
      server = await open();
      worker = await makeUser(server, ['grid:1']);
    });
    afterAll(() => server.close());
    beforeEach(async () => {
      database = await makeDatabase(server);
      await database.at('_security', { method: 'PUT', body: { members: { roles: ['grid:1'] } } });
      alice = local();
      bob = local();
    });
    afterEach(async () => {
      await Promise.all([alice.destroy(), bob.destroy()]);
      await database.drop();
    });

    const local = (): Pouch => new PouchDB(`replica-${process.pid}-${made++}`, { adapter: 'memory' });
    const remote = (): Pouch =>
      new PouchDB(database.url, {
        auth: { username: worker.name, password: worker.password },
        skip_setup: true,
      });
    const visits = (count: number) => Array.from({ length: count }, (_, at) => ({ _id: `visit:${at}`, at }));

    it('replicates to it and from it', async () => {
      await alice.bulkDocs(visits(120));
      const up = await alice.replicate.to(remote());
      expect(up).toMatchObject({ ok: true, docs_written: 120, doc_write_failures: 0 });
      const down = await bob.replicate.from(remote());
      expect(down.docs_written).toBe(120);
      expect(await bob.get('visit:7')).toEqual(await alice.get('visit:7'));
    });

    it('goes on where it stopped', async () => {
      await alice.bulkDocs(visits(30));
      await alice.replicate.to(remote());
      await alice.put({ _id: 'one-more' });
      const again = await alice.replicate.to(remote());
      expect(again.docs_written).toBe(1);
      expect((await bob.replicate.from(remote(), { batch_size: 10 })).docs_written).toBe(31);
      expect((await bob.replicate.from(remote())).docs_read).toBe(0);
    });

    it('carries deletions', async () => {
      await alice.bulkDocs(visits(3));
      await alice.sync(remote());
      await bob.sync(remote());
      await bob.remove(await bob.get('visit:1'));
      await bob.sync(remote());
      await alice.sync(remote());
      await expect(alice.get('visit:1')).rejects.toMatchObject({ status: 404, reason: 'deleted' });
    });

    it('carries conflicts, with the same winner everywhere', async () => {
      await alice.put({ _id: 'household', rooms: 2 });
      await alice.sync(remote());
      await bob.sync(remote());
      await alice.put({ ...(await alice.get('household')), by: 'alice' });
      await bob.put({ ...(await bob.get('household')), by: 'bob' });
      await alice.sync(remote());
      await bob.sync(remote());
      await alice.sync(remote());
      const seen = await Promise.all(
        [alice, bob, remote()].map((one) => one.get('household', { conflicts: true })),
      );
      expect(seen[0]?._conflicts).toHaveLength(1);
      expect(seen[1]).toEqual(seen[0]);
      expect(seen[2]).toEqual(seen[0]);
    });

    it('carries attachments', async () => {
      const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, at) => at % 251));
      await alice.put({
        _id: 'photo',
        _attachments: { 'door.jpg': { content_type: 'image/jpeg', data: bytes.toString('base64') } },
      });
      await alice.put({ ...(await alice.get('photo')), seen: true });
      await alice.replicate.to(remote());
      await bob.replicate.from(remote());
      expect(Buffer.from((await bob.getAttachment('photo', 'door.jpg')) as Buffer).equals(bytes)).toBe(true);
    });

    it('is live both ways', async () => {
      const running = [
        alice.sync(remote(), { live: true, retry: true }),
        bob.sync(remote(), { live: true, retry: true }),
      ];
      await wait(500);
      await alice.put({ _id: 'news', at: 1 });
      const arrived = await eventually(
        () => bob.get('news').catch(() => undefined),
        (document) => document !== undefined,
      );
      expect(arrived).toMatchObject({ _id: 'news', at: 1 });
      await bob.put({ ...(await bob.get('news')), at: 2 });
      const back = await eventually(
        () => alice.get('news'),
        (document) => document.at === 2,
      );
      expect(back.at).toBe(2);
      await Promise.all(running.map((sync) => ended(sync)));
    });

    it('is told what validation refused, and brings all else', async () => {
      const rule = `function (d) { if (d.bad) throw({ forbidden: 'bad' }); }`;
      await database.put('_design/v', { language: 'javascript', validate_doc_update: rule });
      await alice.bulkDocs([{ _id: 'good' }, { _id: 'evil', bad: true }, { _id: 'fine' }]);
      const up = await alice.replicate.to(remote());
      expect(up).toMatchObject({ docs_written: 2, doc_write_failures: 1 });
      expect((await database.get('evil')).status).toBe(404);
    });

    it('works with a cookie', async () => {
      const signedIn = await ask(`${server.url}/_session`, { body: worker });
      const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      const withCookie: Pouch = new PouchDB(database.url, {
        skip_setup: true,
        fetch: (url, options) => {
          const headers = new Headers(options?.headers as HeadersInit);
          headers.set('cookie', cookie);
          return fetch(url as string, { ...(options as RequestInit), headers }) as ReturnType<
            typeof PouchDB.fetch
          >;
        },
      });
      await alice.put({ _id: 'by-cookie' });
      expect((await alice.replicate.to(withCookie)).docs_written).toBe(1);
    });

    it('is refused without a role', async () => {
      const stranger = await makeUser(server, []);
      const closed: Pouch = new PouchDB(database.url, {
        auth: { username: stranger.name, password: stranger.password },
        skip_setup: true,
      });
      await alice.put({ _id: 'x' });
      await expect(alice.replicate.to(closed)).rejects.toMatchObject({ status: 403 });
    });

    it('replicates between two databases of the server', async () => {
      await database.bulk(visits(10));
      const other = await makeDatabase(server);
      const to: Pouch = new PouchDB(other.url, {
        auth: { username: server.admin.name, password: server.admin.password },
      });
      expect((await PouchDB.replicate(remote(), to)).docs_written).toBe(10);
      await other.drop();
    });
  });
}

function ended(sync: PouchDB.Replication.Sync<object>): Promise<void> {
  return new Promise((resolve) => {
    sync.on('complete', () => resolve());
    sync.on('error', () => resolve());
    sync.cancel();
  });
}
