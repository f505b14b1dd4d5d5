import { describe, expect, it } from 'vitest';
import { databaseUnderTest } from './database-under-test.ts';
import { replicated, rev } from './document.contract.ts';
import { type OpenServer } from './opened-server.ts';

export function bulkDocsContract(open: OpenServer): void {
  describe('a batch of documents', () => {
    const under = databaseUnderTest(open, 'one');

    it('answers a row for each, in order, and one refusal holds up no other', async () => {
      await under.database.put('taken', { v: 1 });
      const { status, json } = await under.database.bulk([
        { _id: 'z' },
        { _id: 'taken', v: 2 },
        { v: 3 },
        { _id: 'a' },
      ]);
      expect(status).toBe(201);
      expect(json).toEqual([
        { ok: true, id: 'z', rev: expect.stringMatching(/^1-/) },
        { id: 'taken', error: 'conflict', reason: 'Document update conflict.' },
        { ok: true, id: expect.stringMatching(/^[0-9a-f]{32}$/), rev: expect.stringMatching(/^1-/) },
        { ok: true, id: 'a', rev: expect.stringMatching(/^1-/) },
      ]);
      expect((await under.database.get('taken')).json.v).toBe(1);
    });

    it('takes the first of two with the same id', async () => {
      const { json } = await under.database.bulk([
        { _id: 'twice', v: 1 },
        { _id: 'twice', v: 2 },
      ]);
      expect(json.map((row: { ok?: true; error?: string }) => row.ok ?? row.error)).toEqual([
        true,
        'conflict',
      ]);
      expect((await under.database.get('twice')).json.v).toBe(1);
    });

    it('updates and deletes by revision', async () => {
      const [one, two] = (await under.database.bulk([{ _id: 'u' }, { _id: 'd' }])).json;
      const { json } = await under.database.bulk([
        { _id: 'u', _rev: one.rev, v: 2 },
        { _id: 'd', _rev: two.rev, _deleted: true },
      ]);
      expect(json).toMatchObject([
        { ok: true, rev: expect.stringMatching(/^2-/) },
        { ok: true, rev: expect.stringMatching(/^2-/) },
      ]);
      expect((await under.database.get('d')).json.reason).toBe('deleted');
    });

    it('of replication stores revisions as they are and answers rows of refusals only', async () => {
      const document = replicated('r', [rev(3, 'c'), rev(2, 'b'), rev(1, 'a')], { v: 3 });
      expect(await under.database.bulk([document], false)).toMatchObject({ status: 201, json: [] });
      expect((await under.database.get('r?revs=true')).json).toMatchObject({
        _rev: rev(3, 'c'),
        _revisions: { start: 3, ids: ['c', 'b', 'a'].map((digit) => digit.repeat(32)) },
      });
      expect(await under.database.bulk([document], false)).toMatchObject({ status: 201, json: [] });
      expect((await under.database.get('r?open_revs=all')).json).toHaveLength(1);
    });

    it('of replication joins a later part of the same path', async () => {
      await under.database.bulk([replicated('path', [rev(2, 'b'), rev(1, 'a')])], false);
      await under.database.bulk(
        [replicated('path', [rev(4, 'd'), rev(3, 'c'), rev(2, 'b')], { v: 4 })],
        false,
      );
      expect((await under.database.get('path?open_revs=all')).json).toHaveLength(1);
      expect((await under.database.get('path?revs=true')).json._revisions.ids).toHaveLength(4);
    });

    it('of replication takes short revision ids too', async () => {
      await under.database.bulk([{ _id: 'short', _rev: '1-x', v: 1 }], false);
      expect((await under.database.get('short')).json).toEqual({ _id: 'short', _rev: '1-x', v: 1 });
    });

    it('of replication needs a revision', async () => {
      expect(await under.database.bulk([{ _id: 'none' }], false)).toMatchObject({
        status: 400,
        json: { error: 'bad_request' },
      });
    });

    it('may bring several branches of one document at once', async () => {
      await under.database.bulk(
        [
          replicated('bush', [rev(2, 'a'), rev(1, 'a')]),
          replicated('bush', [rev(2, 'b'), rev(1, 'a')]),
          replicated('bush', [rev(3, 'c'), rev(2, 'c'), rev(1, 'a')], { _deleted: true }),
        ],
        false,
      );
      expect((await under.database.get('bush?open_revs=all')).json).toHaveLength(3);
      expect((await under.database.get('bush?conflicts=true')).json).toMatchObject({
        _rev: rev(2, 'b'),
        _conflicts: [rev(2, 'a')],
      });
    });

    it('fails as a whole when one of it is no document', async () => {
      for (const bad of [
        { _id: '_x' },
        { _id: 7 },
        { _unknown: 1 },
        [],
        'text',
        { _rev: 'odd' },
        { _revisions: { start: 'x' } },
      ]) {
        const { status } = await under.database.bulk([{ _id: 'innocent' }, bad]);
        expect({ bad, status }).toEqual({ bad, status: 400 });
      }
      expect((await under.database.get('innocent')).status).toBe(404);
    });

    it('is an object with a list of documents, in JSON', async () => {
      const reasons = [];
      for (const body of [{}, { docs: 'x' }, { docs: [], new_edits: 'x' }])
        reasons.push((await under.database.post('_bulk_docs', body)).json.reason);
      expect(reasons).toEqual([
        'POST body must include `docs` parameter.',
        '`docs` parameter must be an array.',
        '`new_edits` parameter must be a boolean.',
      ]);
      const headers = { 'content-type': 'text/plain' };
      expect((await under.database.at('_bulk_docs', { body: '{"docs":[]}', headers })).status).toBe(415);
      const json = { 'content-type': 'application/json' };
      expect(await under.database.at('_bulk_docs', { body: '{"docs":[', headers: json })).toMatchObject({
        status: 400,
        json: { error: 'bad_request' },
      });
      expect((await under.database.get('_bulk_docs')).status).toBe(405);
      expect(await under.database.bulk([])).toMatchObject({ status: 201, json: [] });
    });

    it('may have a thousand', async () => {
      const docs = Array.from({ length: 1000 }, (_, at) => ({
        _id: `many:${String(at).padStart(4, '0')}`,
        at,
      }));
      const { json } = await under.database.bulk(docs);
      expect(json.every((row: { ok?: true }, at: number) => row.ok && json[at].id === docs[at]?._id)).toBe(
        true,
      );
    });
  });
}
