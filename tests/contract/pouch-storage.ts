// The other storage: PouchDB itself writes, on any engine, memory as well as disk. The front is tried over it so that
// what PouchDB does is what our own batches must do.
import leveldbAdapter from 'pouchdb-adapter-leveldb';
import PouchDB from 'pouchdb-core';
import { type LevelEngine, type LevelHandle, type LevelOperation } from '#lib/server/level-engine.ts';
import { readMany } from '#lib/server/level-access.ts';
import { referencesKey, type DocumentMetadata } from '#lib/server/pouch-layout.ts';
import { type RevisionToStore } from '#lib/server/revision-to-store.ts';
import { isLinear } from '#lib/server/revision-tree.ts';
import { type OpenStorage, type Written, type WrittenDocument } from '#lib/server/storage.ts';

PouchDB.plugin(leveldbAdapter);

const CONTENT = /^\u00ff(by-sequence|attach-binary-store)\u00ff/;
const DOCUMENT = /^\u00ffdocument-store\u00ff/;

export function pouchStorage(engine: LevelEngine): OpenStorage {
  return async (location) => {
    const opened: { level?: LevelHandle } = {};
    const seen: LevelOperation[] = [];
    const tapped = function tappedLevel(at: string): LevelHandle {
      const handle = engine(at);
      const batch = handle._batch.bind(handle);
      handle._batch = (operations, options, callback) => {
        batch(operations, options, (failure) => {
          if (!failure) seen.push(...operations);
          callback(failure);
        });
      };
      opened.level = handle;
      return handle;
    };
    const pouch = new PouchDB(location, {
      adapter: 'leveldb',
      db: Object.assign(tapped, { destroy: engine.destroy }),
    });
    await pouch.info();
    const { level } = opened;
    if (!level) throw new Error('PouchDB opened without its engine');
    return {
      level,
      async write(writes) {
        seen.length = 0;
        const rows = await pouch.bulkDocs(
          await Promise.all(writes.map(({ revision }) => asDocument(level, revision))),
          { new_edits: false },
        );
        if (rows.length > 0) throw new Error(`PouchDB refused ${JSON.stringify(rows[0])}`);
        const { doc_count: docCount } = await pouch.info();
        const bytes = seen.reduce((total, operation) => total + contentBytes(operation), 0);
        const written: Written = { documents: seen.flatMap(writtenDocument), docCount, bytes };
        return written;
      },
      close: () => pouch.close(),
      destroy: () => pouch.destroy(),
    };
  };
}

async function asDocument(level: LevelHandle, revision: RevisionToStore): Promise<object> {
  const { id, path, deleted, fieldsJson, attachments, bytes } = revision;
  const digests = Object.values(attachments).map(({ digest }) => digest);
  const known = await readMany(level, digests.map(referencesKey));
  const named = Object.entries(attachments).map(([name, stored]) => {
    // PouchDB dates anew whatever comes with bytes: what it has goes without.
    const isNew = known[digests.indexOf(stored.digest)] === undefined || stored.revpos === path.start;
    const data = isNew ? bytes.get(stored.digest) : undefined;
    return [name, data ? { content_type: stored.content_type, data } : { ...stored, stub: true }];
  });
  return {
    ...(JSON.parse(fieldsJson) as object),
    _id: id,
    _rev: `${path.start}-${path.ids[0] ?? ''}`,
    _revisions: path,
    ...(deleted ? { _deleted: true } : {}),
    ...(named.length > 0 ? { _attachments: Object.fromEntries(named) } : {}),
  };
}

function contentBytes({ type, key, value }: LevelOperation): number {
  return type === 'put' && CONTENT.test(String(key)) ? Buffer.byteLength(value ?? '') : 0;
}

function writtenDocument({ type, key, value }: LevelOperation): WrittenDocument[] {
  if (type !== 'put' || !DOCUMENT.test(String(key))) return [];
  const { seq, rev_map, rev_tree } = JSON.parse(String(value)) as DocumentMetadata;
  return [{ seq, superseded: Object.values(rev_map), branched: !isLinear(rev_tree) }];
}
