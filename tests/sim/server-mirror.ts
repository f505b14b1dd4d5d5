// What a real server holds, asked of it after every write, so that the checks can look at it as they look at the model.
// Invariants: leaves, paths and the winner are what the server itself says; a body once seen is remembered, as a server
// that compacts forgets it; of what is put together in one batch the bodies below a leaf are seen, too.
import type { DocumentBody } from '#lib/protocol/document.ts';
import type { Remote, RemoteAnswer, RevisionedDocument } from '#lib/protocol/remote.ts';
import { fromRevisionPath, type Revision } from '#lib/protocol/revision.ts';
import { revisionPathSchema, type ChangesRow, type Sequence } from '#lib/protocol/wire.ts';
import { newRevisionRecord } from './revision-record.ts';
import type { SimDatabase, SimDocument } from './sim-server.ts';

export interface ServerMirror extends SimDatabase {
  /** Asks what has changed since the last time; of the revisions just put, whether it has their bodies, leaves or not. */
  refresh(put: readonly RevisionedDocument[]): Promise<void>;
}

const ALL_ROWS = 1_000_000;

export function valueOf<T>(answer: RemoteAnswer<T>): T {
  if (answer.outcome === 'fault') throw new Error(`the server under the history: ${JSON.stringify(answer)}`);
  return answer.value;
}

/** Of one shard: a sequence begins with its number, be it PouchDB's or CouchDB's. */
const numberOf = (sequence: Sequence) => Number.parseInt(String(sequence), 10);

interface SeenLeaf {
  path: Revision[];
  body: DocumentBody;
}

export function mirrorOf(remote: Remote, timeline: number): ServerMirror {
  const documents = new Map<string, SimDocument>();
  const bodies = new Map<string, Map<Revision, DocumentBody>>();
  let since: Sequence = 0;

  const note = ({ id, seq, doc }: ChangesRow, leaves: readonly SeenLeaf[]) => {
    const record = newRevisionRecord();
    const seen = bodies.get(id) ?? new Map<Revision, DocumentBody>();
    bodies.set(id, seen);
    for (const { path, body } of leaves) {
      record.add(path, body);
      seen.set(path[0]!, body);
    }
    for (const [rev, body] of seen) if (record.has(rev)) record.add([rev], body);
    const winner = record.leaves()[0]?.rev;
    if (winner !== doc?._rev)
      throw new Error(`of ${id} the server names ${String(doc?._rev)} the winner, not ${String(winner)}`);
    documents.set(id, { ...record, shard: 0, seq: numberOf(seq) });
  };
  return {
    timeline,
    documents,
    placeOf: (sequence) => ({ timeline, vector: [numberOf(sequence)] }),
    async refresh(put) {
      const { results, last_seq } = valueOf(await remote.changes({ since, limit: ALL_ROWS }));
      since = last_seq;
      if (results.length === 0) return;
      const wanted = results.flatMap(({ id, changes }) => {
        const own = put.flatMap(({ _id, _rev }) => (_id === id ? [_rev] : []));
        return [...new Set([...changes.map(({ rev }) => rev), ...own])].map((rev) => ({ id, rev }));
      });
      const got = valueOf(await remote.bulkGet(wanted));
      const leaves = got.results.flatMap(({ id, docs }) =>
        docs.flatMap(({ ok }) => (ok ? [{ id, ...leafOf(ok) }] : [])),
      );
      for (const row of results)
        note(
          row,
          leaves.filter(({ id }) => id === row.id),
        );
    },
  };
}

function leafOf({ _rev, _revisions, ...body }: DocumentBody): SeenLeaf {
  return { path: fromRevisionPath(revisionPathSchema.parse(_revisions)), body };
}
