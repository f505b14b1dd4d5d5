import leveldbAdapter from 'pouchdb-adapter-leveldb';
import PouchDB from 'pouchdb-core';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDocumentStore, type DocumentStore } from '#lib/server/document-store.ts';
import { levelDb } from '#lib/server/level-engine.ts';
import { levelStorage } from '#lib/server/level-storage.ts';
import { type RevisionToStore } from '#lib/server/revision-to-store.ts';
import { leavesOf, pathOf } from '#lib/server/revision-tree.ts';

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
    const store = await openDocumentStore(location, levelStorage(levelDb));
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

  it('is read by PouchDB as we wrote it, attachments and _local documents too', async () => {
    const location = place();
    const bytes = Buffer.from('bytes');
    const digest = `md5-${createHash('md5').update(bytes).digest('base64')}`;
    const stored = { content_type: 'image/jpeg', revpos: 1, digest, length: bytes.length };
    await withStore(location, async (store) => {
      const photo = { attachments: { 'a.jpg': stored }, bytes: new Map([[digest, bytes]]) };
      await write(store, [
        { ...revision({ id: 'p', path: ['1-a'], v: 1 }), ...photo },
        { ...revision({ id: 'q', path: ['1-a'], v: 2 }), ...photo },
      ]);
      await write(store, [
        { ...revision({ id: 'p', path: ['2-b', '1-a'], v: 3 }), attachments: photo.attachments },
      ]);
      await store.writeLocal('_local/x', { _id: '_local/x', _rev: '0-1', since: 7 });
      expect(String(await store.bytes(digest))).toBe('bytes');
    });
    await withPouch(location, async (pouch) => {
      expect(String(await pouch.getAttachment('p', 'a.jpg'))).toBe('bytes');
      expect(String(await pouch.getAttachment('q', 'a.jpg'))).toBe('bytes');
      expect(await pouch.get('_local/x')).toMatchObject({ since: 7 });
      await pouch.put({ ...(await pouch.get('p')), v: 4 });
    });
    expect(await viaPouch(location)).toEqual(await viaStore(location));
  });

  it('agrees with PouchDB after any history of replication, one or the other going on with it', async () => {
    // No digest comes twice in different generations: PouchDB takes them for one, and MD5 makes none.
    const step = fc.record({
      id: fc.constantFrom('a', 'b', '敲门'),
      path: fc
        .integer({ min: 1, max: 4 })
        .chain((start) =>
          fc
            .tuple(...Array.from({ length: start }, () => fc.constantFrom('a', 'b', 'c')))
            .map((ids) => ids.map((id, age) => `${start - age}-${id}${start - age}`)),
        )
        .chain((path) => fc.integer({ min: 1, max: path.length }).map((length) => path.slice(0, length))),
      deleted: fc.boolean(),
    });
    const history = fc.array(step, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(history, history, async (first, second) => {
        const ours = place();
        const theirs = place();
        await withStore(ours, async (store) => {
          for (const [v, one] of first.entries()) await write(store, [revision({ ...one, v })]);
        });
        await withPouch(theirs, (pouch) => putAll(pouch, first));
        const seen = await viaStore(ours);
        expect(seen).toEqual(await viaPouch(ours));
        expect(seen).toEqual(await viaPouch(theirs));
        await withPouch(ours, (pouch) => putAll(pouch, second));
        await withStore(theirs, async (store) => {
          for (const [v, one] of second.entries()) await write(store, [revision({ ...one, v })]);
        });
        const later = await viaStore(ours);
        expect(later).toEqual(await viaPouch(theirs));
        expect(later).toEqual(await viaStore(theirs));
      }),
      { numRuns: 25 },
    );
  });

  it('forgets the oldest of more than a thousand generations as PouchDB does', async () => {
    const ours = place();
    const theirs = place();
    const path = (newest: number, length: number) =>
      Array.from({ length }, (_, age) => `${newest - age}-r${newest - age}`);
    const steps = [
      { id: 'long', path: path(1005, 1005), deleted: false },
      { id: 'long', path: path(1006, 2), deleted: false },
      { id: 'long', path: path(1200, 300), deleted: false },
    ];
    await withStore(ours, async (store) => {
      for (const [v, one] of steps.entries()) await write(store, [revision({ ...one, v })]);
      const [metadata] = await store.metadata(['long']);
      expect(leavesOf(metadata?.rev_tree ?? [])[0]?.path).toHaveLength(1000);
    });
    await withPouch(theirs, (pouch) => putAll(pouch, steps));
    expect(await viaStore(ours)).toEqual(await viaPouch(theirs));
  });
});

interface Step {
  id: string;
  path: readonly string[];
  deleted?: boolean;
}

function revision({ id, path, deleted = false, v }: Step & { v: number }): RevisionToStore {
  const ids = path.map((rev) => rev.slice(rev.indexOf('-') + 1));
  const start = Number(path[0]?.split('-')[0]);
  return {
    id,
    path: { start, ids },
    deleted,
    fieldsJson: JSON.stringify({ v }),
    attachments: {},
    bytes: new Map(),
  };
}

/** As the server does it: what stands in the tree already is no news. */
async function write(store: DocumentStore, revisions: RevisionToStore[]): Promise<void> {
  await store.exclusive(async () => {
    const known = await store.metadata(revisions.map(({ id }) => id));
    const news = revisions
      .map((one, at) => ({ revision: one, known: known[at] }))
      .filter(
        ({ revision: { path }, known: tree }) =>
          !pathOf(leavesOf(tree?.rev_tree ?? []), `${path.start}-${path.ids[0] ?? ''}`),
      );
    if (news.length > 0) await store.store(news);
  });
}

async function putAll(pouch: Pouch, steps: readonly Step[]): Promise<void> {
  for (const [v, { id, path, deleted }] of steps.entries()) {
    const ids = path.map((rev) => rev.slice(rev.indexOf('-') + 1));
    const start = Number(path[0]?.split('-')[0]);
    const body = {
      _id: id,
      _rev: path[0],
      _revisions: { start, ids },
      v,
      ...(deleted ? { _deleted: true } : {}),
    };
    await pouch.bulkDocs([body], { new_edits: false });
  }
}
