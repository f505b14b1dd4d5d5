import leveldbAdapter from 'pouchdb-adapter-leveldb';
import httpAdapter from 'pouchdb-adapter-http';
import memoryAdapter from 'pouchdb-adapter-memory';
import PouchDB from 'pouchdb-core';
import replication from 'pouchdb-replication';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openEmbedded } from './open-embedded.ts';
import {
  ask,
  eventually,
  makeDatabase,
  type Json,
  type OpenedServer,
  type TestDatabase,
} from './opened-server.ts';

PouchDB.plugin(leveldbAdapter).plugin(httpAdapter).plugin(memoryAdapter).plugin(replication);

describe('compaction of the embedded server', () => {
  let server: OpenedServer | undefined;
  const faults: string[] = [];
  afterEach(async () => {
    await server?.close();
    server = undefined;
    expect(faults.splice(0)).toEqual([]);
  });

  const settled = (place: TestDatabase) =>
    eventually(
      async () => (await place.get('')).json,
      (info: Json) => !info.compact_running,
    );

  /** Documents written again and again, with attachments that come and go. */
  async function rewrite(place: TestDatabase, rounds: number, count = 60): Promise<void> {
    const revs = new Map<string, string>();
    for (let round = 0; round < rounds; round++) {
      const docs = Array.from({ length: count }, (_, at) => ({
        _id: `d${at}`,
        round,
        fill: `${round}`.repeat(200),
        _attachments: {
          now: { content_type: 'image/jpeg', data: Buffer.from(`${round}:${at}`).toString('base64') },
        },
        ...(revs.has(`d${at}`) ? { _rev: revs.get(`d${at}`) } : {}),
      }));
      for (const row of (await place.bulk(docs)).json) revs.set(row.id, row.rev);
    }
  }

  it('goes on beside writes, reads and replication, and loses nothing of theirs', async () => {
    server = await openEmbedded({ log: (line) => faults.push(line) });
    const place = await makeDatabase(server);
    await rewrite(place, 8, 150);
    const replica = new PouchDB<Record<string, unknown>>(`compacted-${process.pid}`, { adapter: 'memory' });
    const remote = new PouchDB(place.url, {
      auth: { username: server.admin.name, password: server.admin.password },
    });
    let isOver = false;
    const compacting = (async () => {
      while (!isOver) await place.post('_compact', {});
    })();
    const edits = Promise.all(
      Array.from({ length: 30 }, async (_, at) => {
        const { json } = await place.get(`d${at}`);
        for (let turn = 0, rev = json._rev as string; turn < 5; turn++) {
          const put = await place.put(`d${at}`, { _rev: rev, turn });
          expect(put.status).toBe(201);
          rev = put.json.rev;
        }
      }),
    );
    const lists = (async () => {
      for (let turn = 0; turn < 10; turn++) {
        const { json } = await place.get('_all_docs?include_docs=true&conflicts=true');
        expect(json.rows).toHaveLength(150);
        expect(json.rows.every((row: Json) => row.doc?._rev === row.value.rev)).toBe(true);
      }
    })();
    const pulled = replica.replicate.from(remote);
    await Promise.all([edits, lists]);
    expect((await pulled).doc_write_failures).toBe(0);
    await replica.replicate.from(remote);
    isOver = true;
    await compacting;
    await settled(place);
    for (let at = 0; at < 150; at++) {
      const here = await place.get(`d${at}?attachments=true`);
      expect(here.json).toMatchObject(at < 30 ? { turn: 4 } : { round: 7 });
      expect((await replica.get(`d${at}`))._rev).toBe(here.json._rev);
      if (at >= 30) expect(Buffer.from(here.json._attachments.now.data, 'base64').toString()).toBe(`7:${at}`);
    }
    await replica.destroy();
  });

  it('makes a database smaller, by what went', async () => {
    server = await openEmbedded({ log: (line) => faults.push(line) });
    const place = await makeDatabase(server);
    await rewrite(place, 1);
    const once = (await settled(place)).sizes.external;
    await place.put('x', {});
    await rewrite(place, 0);
    for (let round = 0; round < 5; round++) {
      const { json } = await place.get('_all_docs?include_docs=true');
      await place.bulk(json.rows.filter((row: Json) => row.id !== 'x').map(({ doc }: Json) => doc));
    }
    const before = (await settled(place)).sizes;
    expect(before.external).toBeGreaterThan(once * 4);
    await place.post('_compact', {});
    const after = (await settled(place)).sizes;
    expect(after.external).toBeLessThan(once * 1.2);
    expect(after.external).toBeGreaterThan(once * 0.8);
    await place.drop();
  });

  it('leaves a database that a stock PouchDB opens, with all leaves and attachments', async () => {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'couch-compacted-'));
    const one = await openEmbedded({ dataDir, log: (line) => faults.push(line) });
    const place = await makeDatabase(one, 'compacted');
    await rewrite(place, 4, 10);
    const branch = (digit: string) => ({ _id: 'torn', _rev: `1-${digit.repeat(32)}`, by: digit });
    await place.bulk([branch('a'), branch('b')], false);
    const winner = (await place.get('torn')).json;
    await place.put('torn', { ...winner, by: 'again' });
    await place.post('_compact', {});
    await settled(place);
    const told = (await place.get('_changes?style=all_docs&include_docs=true')).json.results;
    await one.close();
    const folders = await readdir(path.join(dataDir, 'databases'));
    const folder = folders.find((name) => name.startsWith('compacted')) ?? '';
    const pouch = new PouchDB<Record<string, unknown>>(path.join(dataDir, 'databases', folder), {
      adapter: 'leveldb',
    });
    const feed = await pouch.changes({ since: 0, style: 'all_docs', include_docs: true });
    expect(feed.results.map(({ id }) => id)).toEqual(told.map((row: Json) => row.id));
    for (const [at, row] of feed.results.entries()) {
      const leaves = (list: { rev: string }[]) => list.map(({ rev }) => rev).sort();
      expect(leaves(row.changes)).toEqual(leaves(told[at].changes));
      expect(row.doc?._rev).toBe(told[at].doc._rev);
    }
    expect(String(await pouch.getAttachment('d3', 'now'))).toBe('3:3');
    await pouch.put({ ...(await pouch.get('d3')), v: 'by PouchDB' });
    await pouch.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('stops where its database goes, or its server, and what it leaves is whole', async () => {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'couch-compacting-'));
    const one = await openEmbedded({ dataDir, log: (line) => faults.push(line) });
    const place = await makeDatabase(one);
    await rewrite(place, 6, 200);
    expect((await place.post('_compact', {})).status).toBe(202);
    expect((await place.drop()).status).toBe(200);
    const other = await makeDatabase(one);
    await rewrite(other, 6, 200);
    const { doc_count, update_seq } = (await other.get('')).json;
    await other.post('_compact', {});
    await one.close();
    server = await openEmbedded({ dataDir, log: (line) => faults.push(line) });
    const asked = (at: string) => ask(`${server?.url}/${at}`, { as: server?.admin });
    expect((await asked(place.name)).status).toBe(404);
    expect((await asked(other.name)).json).toMatchObject({ doc_count, update_seq });
    const { rows } = (await asked(`${other.name}/_all_docs?include_docs=true&attachments=true`)).json;
    expect(rows).toHaveLength(200);
    for (const { doc } of rows as { doc: Json }[]) {
      const photo = Buffer.from(doc._attachments.now.data, 'base64').toString();
      expect([doc.round, photo]).toEqual([5, `5:${doc._id.slice(1)}`]);
    }
    await server.close();
    server = undefined;
    await rm(dataDir, { recursive: true, force: true });
  });
});
