// A database on LevelDB in PouchDB's layout, written in one synced batch. Revisions are merged by PouchDB's own merge;
// the batch is ours, since PouchDB's reads one key at a time and copies every document four times on the way.
// Invariant: what PouchDB would have made of the same revisions is what lies on the disk: tests/contract/layout.test
// has PouchDB open it, and compares any history of both.
import { closeLevel, destroyLevel, openLevel, readMany, readOne, writeBatch } from './level-access.ts';
import { syncWrites, type LevelEngine, type LevelHandle, type LevelOperation } from './level-engine.ts';
import { mergeRevision } from './merge-revision.ts';
import { bodyKey, bytesKey, docCountKey, documentKey, referencesKey, updateSeqKey } from './pouch-layout.ts';
import { bodyText, type RevisionToStore, type RevisionWrite } from './revision-to-store.ts';
import { type OpenStorage, type Storage, type Written } from './storage.ts';

export function levelStorage(engine: LevelEngine): OpenStorage {
  return async (location) => {
    const level = syncWrites(engine(location));
    await openLevel(level);
    const count = async (key: string): Promise<number> => Number((await readOne(level, key)) ?? 0);
    const write = createWriter(level, {
      updateSeq: await count(updateSeqKey),
      docCount: await count(docCountKey),
    });
    const close = (): Promise<void> => closeLevel(level);
    const storage: Storage = {
      level,
      write,
      close,
      destroy: () => close().then(() => destroyLevel(engine, location)),
    };
    return storage;
  };
}

interface Counts {
  updateSeq: number;
  docCount: number;
}

function createWriter(level: LevelHandle, counts: Counts): Storage['write'] {
  return async (writes) => {
    let { updateSeq, docCount } = counts;
    let bytes = 0;
    const operations: LevelOperation[] = [];
    const put = (key: string, value: string | Buffer): number => operations.push({ type: 'put', key, value });
    const documents: Written['documents'] = [];
    for (const { revision, known, revsLimit } of writes) {
      const { deleted } = revision;
      const merged = mergeRevision(known, revision.path, { deleted, seq: ++updateSeq, revsLimit });
      docCount += merged.countChange;
      const body = bodyText(revision);
      put(bodyKey(updateSeq), body);
      bytes += Buffer.byteLength(body);
      put(documentKey(revision.id), JSON.stringify({ id: revision.id, ...merged.metadata }));
      for (const seq of merged.stemmed) operations.push({ type: 'del', key: bodyKey(seq) });
      documents.push({ seq: updateSeq, superseded: merged.superseded, branched: merged.branched });
    }
    const attached = await attachmentOperations(level, writes);
    operations.push(...attached);
    for (const { value } of attached) if (Buffer.isBuffer(value)) bytes += value.length;
    put(updateSeqKey, String(updateSeq));
    put(docCountKey, String(docCount));
    await writeBatch(level, operations);
    counts.updateSeq = updateSeq;
    counts.docCount = docCount;
    return { documents, docCount, bytes };
  };
}

/** Bytes lie once by digest, beside the revisions that refer to them. */
async function attachmentOperations(
  level: LevelHandle,
  writes: readonly RevisionWrite[],
): Promise<LevelOperation[]> {
  const wanted = new Map<string, RevisionToStore[]>();
  for (const { revision } of writes) {
    for (const { digest } of Object.values(revision.attachments)) {
      wanted.set(digest, [...(wanted.get(digest) ?? []), revision]);
    }
  }
  const digests = [...wanted.keys()];
  const known = await readMany(level, digests.map(referencesKey));
  return digests.flatMap((digest, at) => {
    const json = known[at];
    const { refs = {} } = json === undefined ? {} : (JSON.parse(json) as { refs?: Record<string, true> });
    const revisions = wanted.get(digest) ?? [];
    for (const { id, path } of revisions) refs[`${id}@${path.start}-${path.ids[0] ?? ''}`] = true;
    const operations: LevelOperation[] = [
      { type: 'put', key: referencesKey(digest), value: JSON.stringify({ refs }) },
    ];
    const bytes = revisions
      .map((revision) => revision.bytes.get(digest))
      .find((found) => found !== undefined);
    // PouchDB stores no bytes for an empty attachment.
    if (json === undefined && bytes && bytes.length > 0)
      operations.push({ type: 'put', key: bytesKey(digest), value: bytes });
    return operations;
  });
}
