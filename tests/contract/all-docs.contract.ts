import { beforeAll, describe, expect, it } from 'vitest';
import { databaseUnderTest } from './database-under-test.ts';
import { replicated, rev } from './document.contract.ts';
import { type OpenServer } from './opened-server.ts';

export function allDocsContract(open: OpenServer): void {
  describe('all documents by id', () => {
    const under = databaseUnderTest(open, 'one');
    let deletedRev: string;
    beforeAll(async () => {
      await under.database.bulk(['a', 'b', 'c', 'd', '敲门'].map((_id) => ({ _id, is: _id })));
      const { json } = await under.database.put('bye', {});
      deletedRev = (await under.database.at(`bye?rev=${json.rev}`, { method: 'DELETE' })).json.rev;
      await under.database.bulk(
        [replicated('e', [rev(1, 'a')], { is: 'e' }), replicated('e', [rev(1, 'b')], { is: 'e' })],
        false,
      );
    });

    const rows = async (query: string) => (await under.database.get(`_all_docs?${query}`)).json.rows;
    const ids = async (query: string) => (await rows(query)).map((row: { id: string }) => row.id);
    const q = (value: unknown) => encodeURIComponent(JSON.stringify(value));

    it('come in the order of their bytes, without the deleted', async () => {
      const { json } = await under.database.get('_all_docs');
      expect(json).toMatchObject({ total_rows: 6, offset: 0 });
      expect(json.rows.map((row: { id: string }) => row.id)).toEqual(['a', 'b', 'c', 'd', 'e', '敲门']);
      expect(json.rows[0]).toEqual({ id: 'a', key: 'a', value: { rev: expect.stringMatching(/^1-/) } });
    });

    it('come by range, both ends included unless said otherwise', async () => {
      expect(await ids(`startkey=${q('b')}&endkey=${q('d')}`)).toEqual(['b', 'c', 'd']);
      expect(await ids(`start_key=${q('b')}&end_key=${q('d')}&inclusive_end=false`)).toEqual(['b', 'c']);
      expect(await ids(`startkey=${q('d')}&endkey=${q('b')}&descending=true`)).toEqual(['d', 'c', 'b']);
      expect(await ids(`key=${q('c')}`)).toEqual(['c']);
      expect(await ids(`key=${q('bye')}`)).toEqual([]);
      expect(await ids(`startkey=${q('bb')}&limit=1`)).toEqual(['c']);
      expect(await ids('descending=true&limit=2')).toEqual(['敲门', 'e']);
      expect(await ids('skip=4')).toEqual(['e', '敲门']);
      expect(await ids('limit=0')).toEqual([]);
    });

    it('tell how many lie before', async () => {
      expect((await under.database.get(`_all_docs?startkey=${q('c')}`)).json.offset).toBe(2);
      expect((await under.database.get('_all_docs?skip=3')).json.offset).toBe(3);
    });

    it('come with their bodies and conflicts', async () => {
      const [row] = await rows(`key=${q('e')}&include_docs=true&conflicts=true`);
      expect(row.doc).toEqual({ _id: 'e', _rev: rev(1, 'b'), is: 'e', _conflicts: [rev(1, 'a')] });
      const [plain] = await rows(`key=${q('a')}&include_docs=true`);
      expect(plain.doc).toMatchObject({ _id: 'a', is: 'a' });
    });

    it('come by keys, the missing and the deleted told', async () => {
      const { json } = await under.database.post('_all_docs', { keys: ['c', 'nowhere', 'bye', 'a'] });
      expect(json.rows).toEqual([
        { id: 'c', key: 'c', value: { rev: expect.any(String) } },
        { key: 'nowhere', error: 'not_found' },
        { id: 'bye', key: 'bye', value: { rev: deletedRev, deleted: true } },
        { id: 'a', key: 'a', value: { rev: expect.any(String) } },
      ]);
      const withDocs = (await under.database.post('_all_docs?include_docs=true', { keys: ['bye', 'a'] })).json
        .rows;
      expect(withDocs[0].doc).toBe(null);
      expect(withDocs[1].doc.is).toBe('a');
      expect(await ids(`keys=${q(['b', 'a'])}`)).toEqual(['b', 'a']);
      expect(
        (await under.database.post('_all_docs?limit=1&skip=1', { keys: ['a', 'b', 'c'] })).json.rows,
      ).toMatchObject([{ id: 'b' }]);
    });

    it('refuse what makes no sense', async () => {
      for (const query of ['limit=x', 'descending=perhaps', `keys=${q(['a'])}&key=${q('a')}`]) {
        const { status, json } = await under.database.get(`_all_docs?${query}`);
        expect({ query, status, error: json.error }).toEqual({
          query,
          status: 400,
          error: 'query_parse_error',
        });
      }
      expect((await under.database.post('_all_docs', { keys: 'a' })).status).toBe(400);
    });
  });
}
