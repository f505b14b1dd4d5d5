import leveldbAdapter from 'pouchdb-adapter-leveldb';
import PouchDB from 'pouchdb-core';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDocumentStore, type DocumentStore, type RevisionToStore } from '#lib/server/document-store.ts';
import { levelDb } from '#lib/server/level-engine.ts';
import { leavesOf } from '#lib/server/revision-tree.ts';

PouchDB.plugin(leveldbAdapter);

type Pouch = PouchDB.Database<Record<string, unknown>>;

describe('PouchDB’s LevelDB, read and written past PouchDB', () => {
  let folder: string;
  let made = 0;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'couch-layout-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const place = () => path.join(folder, `db${made++}`);
  const withPouch = async <T>(location: string, task: (pouch: Pouch) => Promise<T>): Promise<T> => {
    const pouch: Pouch = new PouchDB(location, { adapter: 'leveldb' });
    try {
      return await task(pouch);
    } finally {
      await pouch.close();
    }
  };
  const withStore = async <T>(location: string, task: (store: DocumentStore) => Promise<T>): Promise<T> => {
    const store = await openDocumentStore(location, levelDb);
    try {
      return await task(store);
    } finally {
      await store.close();
    }
  };

  /** What both must agree on: winners, leaves, bodies, counts and the order of changes. */
  async function viaStore(location: string): Promise<object> {
    return withStore(location, async (store) => {
      const documents: Record<string, unknown> = {};
      for await (const metadata of store.range({})) {
        const seq = metadata.rev_map[metadata.winningRev];
        const [body] = seq === undefined ? [] : await store.bodies([seq]);
        documents[metadata.id] = {
          winner: metadata.winningRev,
          deleted: metadata.deleted,
          leaves: leavesOf(metadata.rev_tree)
            .map(({ rev }) => rev)
            .sort(),
          v: body?.v,
        };
      }
      const seqs = store.sequences.listAbove(0, 1000);
      const bodies = await store.bodies(seqs);
      return { documents, count: store.docCount(), changes: bodies.map((body) => body?._id) };
    });
  }

  async function viaPouch(location: string): Promise<object> {
    return withPouch(location, async (pouch) => {
      const feed = await pouch.changes({ since: 0, include_docs: true, style: 'all_docs' });
      const documents: Record<string, unknown> = {};
      for (const { id, doc, changes, deleted } of feed.results) {
        documents[id] = {
          winner: doc?._rev,
          deleted: Boolean(deleted),
          leaves: changes.map(({ rev }) => rev).sort(),
          v: doc?.v,
        };
      }
      return { documents, count: (await pouch.info()).doc_count, changes: feed.results.map(({ id }) => id) };
    });
  }

  it('is read as PouchDB wrote it', async () => {
    const location = place();
    await withPouch(location, async (pouch) => {
      await pouch.bulkDocs(Array.from({ length: 20 }, (_, at) => ({ _id: `d${at}`, v: at })));
      await pouch.remove(await pouch.get('d3'));
      await pouch.put({ ...(await pouch.get('d4')), v: 'new' });
      const branch = (id: string) => ({ _id: 'd5', _rev: `1-${id}`, v: id });
      await pouch.bulkDocs([branch('a'), branch('z')], { new_edits: false });
      await pouch.put({ _id: '_local/x', since: 7 });
      const photo = { content_type: 'image/jpeg', data: Buffer.from('bytes').toString('base64') };
      await pouch.put({ _id: 'photo', _attachments: { 'a.jpg': photo } });
    });
    expect(await viaStore(location)).toEqual(await viaPouch(location));
    await withStore(location, async (store) => {
      expect((await store.readLocal('_local/x'))?.since).toBe(7);
      const [metadata] = await store.metadata(['photo']);
      const [body] = await store.bodies([metadata?.seq ?? 0]);
      expect(String(await store.bytes(body?._attachments?.['a.jpg']?.digest ?? ''))).toBe('bytes');
    });
  });

  it('is read by PouchDB as we had it written, attachments and _local documents too', async () => {
    const location = place();
    const photo = { content_type: 'image/jpeg', data: Buffer.from('bytes') };
    await withStore(location, async (store) => {
      await store.exclusive(() =>
        write(store, [revision('p', ['1-a'], { v: 1, _attachments: { 'a.jpg': photo } })]),
      );
      await store.writeLocal('_local/x', { _id: '_local/x', _rev: '0-1', since: 7 });
      const [metadata] = await store.metadata(['p']);
      const [body] = await store.bodies([metadata?.seq ?? 0]);
      const digest = body?._attachments?.['a.jpg']?.digest ?? '';
      expect((await store.bytes(digest)).toString()).toBe('bytes');
    });
    await withPouch(location, async (pouch) => {
      expect(String(await pouch.getAttachment('p', 'a.jpg'))).toBe('bytes');
      expect(await pouch.get('_local/x')).toMatchObject({ since: 7 });
    });
    expect(await viaPouch(location)).toEqual(await viaStore(location));
  });

  it('agrees with PouchDB after any history of replication', async () => {
    const step = fc.record({
      id: fc.constantFrom('a', 'b', '敲门'),
      path: fc
        .integer({ min: 1, max: 4 })
        .chain((start) =>
          fc
            .tuple(...Array.from({ length: start }, () => fc.constantFrom('a', 'b', 'c')))
            .map((ids) => ids.map((id, age) => `${start - age}-${id}`)),
        ),
      deleted: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const ours = place();
        const theirs = place();
        const revisions = () =>
          steps.map(({ id, path: revs, deleted }, v) =>
            revision(id, revs, { v: deleted ? undefined : v, ...(deleted ? { _deleted: true } : {}) }),
          );
        await withStore(ours, (store) =>
          store.exclusive(async () => {
            for (const one of revisions()) await write(store, [one]);
          }),
        );
        await withPouch(theirs, async (pouch) => {
          for (const one of revisions()) await pouch.bulkDocs([one], { new_edits: false });
        });
        const seen = await viaStore(ours);
        expect(seen).toEqual(await viaPouch(ours));
        expect(seen).toEqual(await viaPouch(theirs));
      }),
      { numRuns: 25 },
    );
  });
});

async function write(store: DocumentStore, revisions: RevisionToStore[]): Promise<void> {
  await store.metadataToWrite(revisions.map(({ _id }) => _id));
  await store.store(revisions);
}

function revision(id: string, path: readonly string[], fields: Record<string, unknown>): RevisionToStore {
  const ids = path.map((rev) => rev.slice(rev.indexOf('-') + 1));
  return {
    ...fields,
    _id: id,
    _rev: path[0] ?? '',
    _revisions: { start: Number(path[0]?.split('-')[0]), ids },
  };
}
