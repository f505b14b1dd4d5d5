import { describe, expect, it } from 'vitest';
import { databaseUnderTest } from './database-under-test.ts';
import { type OpenServer } from './opened-server.ts';

export function localContract(open: OpenServer): void {
  describe('a _local document', () => {
    const under = databaseUnderTest(open, 'one');

    it('is written, read and removed, and counts its own revisions', async () => {
      const first = await under.database.put('_local/replica-1', { since: '4-x', nonce: 'n' });
      expect(first).toMatchObject({ status: 201, json: { ok: true, id: '_local/replica-1', rev: '0-1' } });
      expect((await under.database.get('_local/replica-1')).json).toEqual({
        _id: '_local/replica-1',
        _rev: '0-1',
        since: '4-x',
        nonce: 'n',
      });
      expect((await under.database.put('_local/replica-1', { _rev: '0-1', since: '5-x' })).json.rev).toBe(
        '0-2',
      );
      const removed = await under.database.at('_local/replica-1?rev=0-2', { method: 'DELETE' });
      expect(removed).toMatchObject({ status: 200, json: { ok: true, rev: '0-0' } });
      expect((await under.database.get('_local/replica-1')).status).toBe(404);
      expect((await under.database.at('_local/replica-1?rev=0-2', { method: 'DELETE' })).status).toBe(404);
    });

    it('is the last writer’s, whatever revision she knew', async () => {
      await under.database.put('_local/contended', { by: 'a' });
      expect((await under.database.put('_local/contended', { _rev: '0-1', by: 'b' })).json.rev).toBe('0-2');
      expect((await under.database.put('_local/contended', { _rev: '0-1', by: 'c' })).json.rev).toBe('0-2');
      expect((await under.database.get('_local/contended')).json).toMatchObject({ _rev: '0-2', by: 'c' });
    });

    it('has a tag of what it says', async () => {
      await under.database.put('_local/tagged', { v: 1 });
      const etag = (await under.database.get('_local/tagged')).headers.get('etag') ?? '';
      expect((await under.database.get('_local/tagged', { 'if-none-match': etag })).status).toBe(304);
      await under.database.put('_local/tagged', { _rev: '0-1', v: 2 });
      expect((await under.database.get('_local/tagged', { 'if-none-match': etag })).json.v).toBe(2);
    });

    it('is no change and no document', async () => {
      await under.database.put('_local/unseen', { v: 1 });
      expect((await under.database.get('_changes')).json.results).toEqual([]);
      expect((await under.database.get('_all_docs')).json).toMatchObject({ total_rows: 0, rows: [] });
    });

    it('may have an id as PouchDB makes them', async () => {
      const id = '_local/.6yBP_7qLTn.N5.1f6Lmw==';
      expect((await under.database.put(id, { v: 1 })).status).toBe(201);
      expect((await under.database.get(`_local/${encodeURIComponent(id.slice(7))}`)).json._id).toBe(id);
    });

    it('may come with a path of one revision, which is not shown, and with no other number', async () => {
      await under.database.put('_local/path', {});
      const again = await under.database.put('_local/path', {
        _rev: '0-1',
        _revisions: { start: 0, ids: ['1'] },
      });
      expect(again).toMatchObject({ status: 201, json: { rev: '0-2' } });
      expect((await under.database.get('_local/path')).json).toEqual({ _id: '_local/path', _rev: '0-2' });
      expect((await under.database.put('_local/path', { _rev: '1-fake' })).status).toBeGreaterThanOrEqual(
        400,
      );
    });

    it('is written in a batch too', async () => {
      expect((await under.database.bulk([{ _id: '_local/batch', v: 1 }])).json).toMatchObject([
        { id: '_local/batch', rev: '0-1' },
      ]);
      expect((await under.database.get('_local/batch')).json.v).toBe(1);
    });

    it('has no attachments', async () => {
      expect(await under.database.get('_local/x/file')).toMatchObject({
        status: 400,
        json: { error: 'bad_request' },
      });
    });
  });
}
