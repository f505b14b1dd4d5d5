// What a device relies on in a server, asked through the `Remote` port: held against PouchDB, against the embedded server
// over HTTP and against the model server of the simulator, so that they may stand for one another.
import { describe, expect, it } from 'vitest';
import type { DocumentBody } from '#lib/protocol/document.ts';
import type { Remote, RemoteAnswer } from '#lib/protocol/remote.ts';
import { fromRevisionPath, nextRevision, toRevisionPath, type Revision } from '#lib/protocol/revision.ts';
import { revisionPathSchema, type Changes, type Sequence } from '#lib/protocol/wire.ts';

type Body = DocumentBody & { _id: string };

function valueOf<T>(answer: RemoteAnswer<T>): T {
  if (answer.outcome === 'fault') throw new Error(JSON.stringify(answer));
  return answer.value;
}

const household = (fields: object = {}): Body => ({ _id: 'household:A', type: 'household', ...fields });
const asSent = (body: Body, path: readonly Revision[]) => ({
  ...body,
  _rev: path[0]!,
  _revisions: toRevisionPath(path),
});

/** Three generations and a second leaf of the second. */
async function aConflict(remote: Remote) {
  const first = nextRevision(undefined, household());
  const one = nextRevision(first, household({ floor: 1 }));
  const two = nextRevision(one, household({ floor: 2 }));
  const other = nextRevision(first, household({ floor: 9 }));
  await remote.bulkDocs([asSent(household({ floor: 2 }), [two, one, first])]);
  await remote.bulkDocs([asSent(household({ floor: 9 }), [other, first])]);
  return { first, one, two, other };
}

export function remoteContract(open: () => Promise<Remote>): void {
  describe('a push', () => {
    it('is confirmed by what is missing no more, however often it is sent', async () => {
      const remote = await open();
      const rev = nextRevision(undefined, household());
      const asked = { 'household:A': [rev] };
      expect(valueOf(await remote.revsDiff(asked))).toMatchObject({ 'household:A': { missing: [rev] } });
      for (let n = 0; n < 2; n++)
        expect(valueOf(await remote.bulkDocs([asSent(household(), [rev])]))).toEqual([]);
      expect(valueOf(await remote.revsDiff(asked))).toEqual({});
      expect(valueOf(await remote.changes({ since: 0, limit: 10 })).results).toHaveLength(1);
    });

    it('of a child and of its sibling makes two leaves, of which all choose the same winner', async () => {
      const remote = await open();
      const { first, one, two, other } = await aConflict(remote);
      const [row] = valueOf(await remote.changes({ since: 0, limit: 10 })).results;
      expect(row?.doc).toMatchObject({ _rev: two, _conflicts: [other], floor: 2 });
      const got = valueOf(
        await remote.bulkGet([
          { id: 'household:A', rev: two },
          { id: 'household:A', rev: other },
        ]),
      );
      const paths = got.results.flatMap(({ docs }) =>
        docs.map(({ ok }) => fromRevisionPath(revisionPathSchema.parse(ok?._revisions))),
      );
      expect(paths).toEqual([
        [two, one, first],
        [other, first],
      ]);
    });

    it('of a tombstone ends a leaf, which the feed names still, and a document with its last', async () => {
      const remote = await open();
      const { first, one, two, other } = await aConflict(remote);
      const gone = household({ _deleted: true });
      const end = async (path: Revision[]) => {
        const rev = nextRevision(path[0], gone);
        await remote.bulkDocs([asSent(gone, [rev, ...path])]);
        return valueOf(await remote.changes({ since: 0, limit: 10 })).results[0];
      };
      const once = await end([two, one, first]);
      expect(once?.doc).toMatchObject({ _rev: other, floor: 9 });
      expect(once?.doc?._conflicts).toBeUndefined();
      const named = once?.changes.map(({ rev }) => rev).sort();
      expect(named).toEqual([other, nextRevision(two, gone)].sort());
      expect(await end([other, first])).toMatchObject({ deleted: true });
      expect(valueOf(await remote.allDocs({ limit: 10 })).rows).toEqual([]);
    });
  });

  describe('the feed', () => {
    const visit = (n: number): Body => ({ _id: `visit:${String(n)}`, type: 'visit', n });
    const put = async (remote: Remote, body: Body) =>
      remote.bulkDocs([asSent(body, [nextRevision(undefined, body)])]);

    it('goes on from where a page ended, and shows every document once', async () => {
      const remote = await open();
      for (let n = 0; n < 7; n++) await put(remote, visit(n));
      const seen: string[] = [];
      let since: Sequence = 0;
      for (let pages = 0; pages < 9; pages++) {
        const page: Changes = valueOf(await remote.changes({ since, limit: 3 }));
        seen.push(...page.results.map(({ id }) => id));
        since = page.last_seq;
        if (page.pending === 0) break;
      }
      expect(seen.sort()).toEqual(Array.from({ length: 7 }, (_, n) => `visit:${String(n)}`));
      expect(valueOf(await remote.changes({ since, limit: 3 })).results).toEqual([]);
    });

    it('shows a document that changed after all others, and where it stood no more', async () => {
      const remote = await open();
      const { first, one, two } = await aConflict(remote);
      await put(remote, visit(1));
      const { last_seq } = valueOf(await remote.changes({ since: 0, limit: 10 }));
      const body = household({ floor: 3 });
      await remote.bulkDocs([asSent(body, [nextRevision(two, body), two, one, first])]);
      const { results } = valueOf(await remote.changes({ since: last_seq, limit: 10 }));
      expect(results.map(({ id }) => id)).toEqual(['household:A']);
      expect(valueOf(await remote.changes({ since: 0, limit: 10 })).results).toHaveLength(2);
    });
  });

  describe('what is held', () => {
    it('is listed by id, page by page, and given by name with what is missing said', async () => {
      const remote = await open();
      const { two, other } = await aConflict(remote);
      const visit = { _id: 'visit:1', type: 'visit' };
      await remote.bulkDocs([asSent(visit, [nextRevision(undefined, visit)])]);
      const first = valueOf(await remote.allDocs({ limit: 1 })).rows;
      expect(first).toMatchObject([{ id: 'household:A', value: { rev: two } }]);
      const rest = valueOf(await remote.allDocs({ from: 'household:B', limit: 9 })).rows;
      expect(rest.map(({ id }) => id)).toEqual(['visit:1']);
      const named = valueOf(await remote.allDocs({ keys: ['household:A', 'household:none'] })).rows;
      expect(named).toMatchObject([{ doc: { floor: 2, _conflicts: [other] } }, { error: 'not_found' }]);
    });

    it('of a revision it does not have, is said so', async () => {
      const remote = await open();
      await aConflict(remote);
      const { results } = valueOf(await remote.bulkGet([{ id: 'household:A', rev: `7-${'0'.repeat(32)}` }]));
      expect(results.flatMap(({ docs }) => docs).every(({ ok }) => ok === undefined)).toBe(true);
    });
  });

  describe('a local document', () => {
    it('is there once it is written, and is written over by whoever read it', async () => {
      const remote = await open();
      expect(valueOf(await remote.getLocal('replica'))).toBeUndefined();
      const { rev } = valueOf(await remote.putLocal('replica', { nonce: 'a' }));
      expect(valueOf(await remote.getLocal('replica'))).toMatchObject({ nonce: 'a', _rev: rev });
      // Whoever did not read it: PouchDB says 409, CouchDB since its second version writes.
      const unread = await remote.putLocal('replica', { nonce: 'b' });
      if (unread.outcome === 'fault') expect(unread).toMatchObject({ kind: 'busy', status: 409 });
      const now = valueOf(await remote.getLocal('replica'));
      expect(now?.nonce).toBe(unread.outcome === 'fault' ? 'a' : 'b');
      valueOf(await remote.putLocal('replica', { nonce: 'c', _rev: now!._rev }));
      expect(valueOf(await remote.getLocal('replica'))).toMatchObject({ nonce: 'c' });
      expect(valueOf(await remote.changes({ since: 0, limit: 9 })).results).toEqual([]);
    });
  });
}
