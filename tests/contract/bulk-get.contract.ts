import { beforeAll, describe, expect, it } from 'vitest';
import { databaseUnderTest } from './database-under-test.ts';
import { replicated, rev } from './document.contract.ts';
import { type OpenServer } from './opened-server.ts';

export function bulkGetContract(open: OpenServer): void {
  describe('reading many documents', () => {
    const under = databaseUnderTest(open, 'one');
    beforeAll(async () => {
      await under.database.bulk(
        [
          replicated('a', [rev(2, 'b'), rev(1, 'a')], { v: 2 }),
          replicated('c', [rev(2, 'c'), rev(1, 'a')], { by: 'c' }),
          replicated('c', [rev(2, 'd'), rev(1, 'a')], { by: 'd' }),
          replicated('gone', [rev(2, 'e'), rev(1, 'a')], { _deleted: true }),
        ],
        false,
      );
    });

    const bulkGet = async (docs: unknown[], query = '') =>
      (await under.database.post(`_bulk_get${query}`, { docs })).json.results;

    it('gives one result for each question, in order', async () => {
      const results = await bulkGet([
        { id: 'a' },
        { id: 'nowhere' },
        { id: 'a', rev: rev(2, 'b') },
        { id: 'a', rev: rev(7, '7') },
      ]);
      expect(results.map((result: { id: string }) => result.id)).toEqual(['a', 'nowhere', 'a', 'a']);
      expect(results[0].docs).toEqual([{ ok: { _id: 'a', _rev: rev(2, 'b'), v: 2 } }]);
      expect(results[1].docs[0].error).toEqual({
        id: 'nowhere',
        rev: 'undefined',
        error: 'not_found',
        reason: 'missing',
      });
      expect(results[3].docs[0].error).toEqual({
        id: 'a',
        rev: rev(7, '7'),
        error: 'not_found',
        reason: 'missing',
      });
    });

    it('gives paths of revisions', async () => {
      const [result] = await bulkGet([{ id: 'a' }], '?revs=true');
      expect(result.docs[0].ok._revisions).toEqual({ start: 2, ids: ['b'.repeat(32), 'a'.repeat(32)] });
    });

    it('gives all leaves where no revision is named, and what follows an old one for latest', async () => {
      const [all] = await bulkGet([{ id: 'c' }]);
      expect(all.docs.map((doc: { ok: { by: string } }) => doc.ok.by).sort()).toEqual(['c', 'd']);
      const [latest] = await bulkGet([{ id: 'a', rev: rev(1, 'a') }], '?latest=true');
      expect(latest.docs[0].ok._rev).toBe(rev(2, 'b'));
    });

    it('gives tombstones', async () => {
      const [result] = await bulkGet([{ id: 'gone', rev: rev(2, 'e') }]);
      expect(result.docs[0].ok).toEqual({ _id: 'gone', _rev: rev(2, 'e'), _deleted: true });
    });

    it('refuses what is no list', async () => {
      expect((await under.database.post('_bulk_get', {})).json).toMatchObject({ error: 'bad_request' });
      expect((await under.database.post('_bulk_get?rev=1-x', { docs: [] })).status).toBe(400);
    });
  });
}
