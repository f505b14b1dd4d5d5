import { beforeAll, describe, expect, it } from 'vitest';
import { databaseUnderTest } from './database-under-test.ts';
import { ask, makeUser, type Json, type OpenServer } from './opened-server.ts';

const NO_INDEX = 'No matching index found, create an index to optimize query time.';

export function findContract(open: OpenServer): void {
  describe('a query by selector', () => {
    const under = databaseUnderTest(open, 'one');
    beforeAll(async () => {
      const visits = Array.from({ length: 12 }, (_, n) => ({
        _id: `visit:${String(n).padStart(2, '0')}`,
        type: 'visit',
        n,
        at: { grid: n % 3, door: `3-${n}` },
      }));
      await under.database.bulk([
        ...visits,
        { _id: 'house', type: 'household', n: 5 },
        { _id: 'bare', type: 'visit' },
      ]);
      const { json } = await under.database.put('gone', { type: 'visit', n: 1 });
      await under.database.at(`gone?rev=${json.rev}`, { method: 'DELETE' });
    });

    const find = async (query: object) => under.database.post('_find', query);
    const ids = ({ json }: { json: Json }): string[] => json.docs.map((doc: Json) => doc._id);

    it('finds documents, in the order of their ids, and says that it had no index', async () => {
      const answer = await find({ selector: { type: 'visit', n: { $gte: 10 } } });
      expect(answer.status).toBe(200);
      expect(ids(answer)).toEqual(['visit:10', 'visit:11']);
      expect(answer.json.docs[0]).toMatchObject({ _rev: expect.any(String), at: { grid: 1 } });
      expect(answer.json.warning).toBe(NO_INDEX);
      expect(answer.json.bookmark).toEqual(expect.any(String));
    });

    it('gives 25 at most unless asked for more, and some fields where they are named', async () => {
      expect(ids(await find({ selector: { n: 5 }, limit: 1 }))).toHaveLength(1);
      expect(ids(await find({ selector: {}, skip: 12 }))).toEqual(['visit:10', 'visit:11']);
      const { json } = await find({ selector: { _id: 'visit:03' }, fields: ['_id', 'at.grid', 'nowhere'] });
      expect(json.docs).toEqual([{ _id: 'visit:03', at: { grid: 0 } }]);
    });

    it('holds an id for greater than all that is no text', async () => {
      for (const other of [null, false, 0, [], {}]) {
        const below = await find({ selector: { _id: { $lte: other } } });
        expect({ other, ids: ids(below) }).toEqual({ other, ids: [] });
        const above = await find({ selector: { _id: { $gte: other } } });
        expect({ other, ids: ids(above) }).toEqual({ other, ids: ids(await find({ selector: {} })) });
      }
    });

    it('goes on from its bookmark', async () => {
      const seen: string[] = [];
      let bookmark: string | undefined;
      for (let page = 0; page < 9; page++) {
        const answer = await find({
          selector: { type: 'visit' },
          limit: 5,
          ...(bookmark ? { bookmark } : {}),
        });
        seen.push(...ids(answer));
        ({ bookmark } = answer.json);
        if (ids(answer).length === 0) break;
      }
      expect(seen).toHaveLength(13);
      expect(new Set(seen).size).toBe(13);
      expect(await find({ selector: {}, bookmark: 'nonsense' })).toMatchObject({
        status: 400,
        json: { error: 'invalid_bookmark' },
      });
    });

    it('is not sorted without an index, and is with one, up and down', async () => {
      const sorted = { selector: { type: 'visit' }, sort: [{ n: 'desc' }], limit: 3 };
      expect(await find(sorted)).toMatchObject({ status: 400, json: { error: 'no_usable_index' } });
      const index = { index: { fields: ['type', 'n'] }, ddoc: 'by-type', name: 'type-n' };
      expect(await under.database.post('_index', index)).toMatchObject({
        status: 200,
        json: { result: 'created', id: '_design/by-type', name: 'type-n' },
      });
      expect((await under.database.post('_index', index)).json.result).toBe('exists');
      const down = await find(sorted);
      expect(ids(down)).toEqual(['visit:11', 'visit:10', 'visit:09']);
      expect(down.json.warning).toBeUndefined();
      const next = await find({ ...sorted, bookmark: down.json.bookmark });
      expect(ids(next)).toEqual(['visit:08', 'visit:07', 'visit:06']);
      const up = await find({ ...sorted, sort: ['n'], skip: 1 });
      expect(ids(up)).toEqual(['visit:01', 'visit:02', 'visit:03']);
    });

    it('says where an index it was told of is none for it', async () => {
      const { json } = await find({ selector: { n: 5 }, use_index: 'nowhere' });
      expect(json.warning).toContain(
        '_design/nowhere was not used because it does not contain a valid index for this query.',
      );
      expect(ids({ json })).toEqual(['house', 'visit:05']);
    });

    it('counts what it did where it is asked to', async () => {
      const { json } = await find({ selector: { type: 'household' }, execution_stats: true });
      expect(json.execution_stats).toMatchObject({
        total_docs_examined: expect.any(Number),
        results_returned: 1,
        execution_time_ms: expect.any(Number),
      });
    });

    it('lists its indexes and takes them away', async () => {
      const partial = { type: 'household' };
      const made = await under.database.post('_index', {
        index: { fields: [{ n: 'asc' }], partial_filter_selector: partial },
        ddoc: '_design/houses',
        name: 'n',
      });
      expect(made.json).toEqual({ result: 'created', id: '_design/houses', name: 'n' });
      const { json } = await under.database.get('_index');
      expect(json.indexes[0]).toEqual({
        ddoc: null,
        name: '_all_docs',
        type: 'special',
        def: { fields: [{ _id: 'asc' }] },
      });
      expect(json.indexes).toHaveLength(json.total_rows);
      expect(json.indexes.find(({ ddoc }: Json) => ddoc === '_design/houses')).toMatchObject({
        name: 'n',
        type: 'json',
        def: { fields: [{ n: 'asc' }] },
      });
      const byIt = await find({ selector: { n: { $gt: 1 } }, use_index: 'houses' });
      expect(ids(byIt)).toEqual(['house']);
      const gone = await under.database.at('_index/_design/houses/json/n', { method: 'DELETE' });
      expect(gone).toMatchObject({ status: 200, json: { ok: true } });
      expect((await under.database.get('_design/houses')).status).toBe(404);
      expect((await under.database.at('_index/houses/json/n', { method: 'DELETE' })).status).toBe(404);
    });

    it('lists the indexes of a design document by their names', async () => {
      for (const name of ['west', 'east']) {
        await under.database.post('_index', { index: { fields: [name] }, ddoc: 'sides', name });
      }
      const { json } = await under.database.get('_index');
      const sides = json.indexes.filter(({ ddoc }: Json) => ddoc === '_design/sides');
      expect(sides.map(({ name }: Json) => name)).toEqual(['east', 'west']);
    });

    it('puts no index into a design document of another language, or of none', async () => {
      await under.database.put('_design/mapped', { views: { n: { map: 'function () {}' } } });
      await under.database.put('_design/scripted', { language: 'javascript' });
      for (const ddoc of ['mapped', 'scripted']) {
        const refused = await under.database.post('_index', { index: { fields: ['n'] }, ddoc, name: 'n' });
        expect(refused).toMatchObject({ status: 400, json: { error: 'invalid_ddoc_lang' } });
      }
      const { json } = await under.database.get('_design/mapped');
      expect(json.views).toEqual({ n: { map: 'function () {}' } });
    });

    it('names an index where nobody did', async () => {
      const { json } = await under.database.post('_index', { index: { fields: ['at.door'] } });
      expect(json.id).toBe(`_design/${json.name}`);
      const answer = await find({ selector: { 'at.door': { $gt: '3-8' } }, sort: ['at.door'] });
      expect(ids(answer)).toEqual(['visit:09']);
    });

    it('makes two indexes of the same fields under two names', async () => {
      const name = async (name: string) =>
        (await under.database.post('_index', { index: { fields: ['at.grid'] }, name })).json;
      const [first, again, other] = [await name('one'), await name('one'), await name('other')];
      expect(again).toEqual({ result: 'exists', id: first.id, name: 'one' });
      expect(other).toMatchObject({ result: 'created', name: 'other' });
      expect(other.id).not.toBe(first.id);
    });

    it('leaves its indexes to administrators, and its documents to members', async () => {
      const member = await makeUser(under.server, ['grid:1']);
      const stranger = await makeUser(under.server, []);
      await under.database.at('_security', { method: 'PUT', body: { members: { roles: ['grid:1'] } } });
      const index = { index: { fields: ['n'] }, ddoc: 'sly' };
      const refused = await ask(`${under.database.url}/_index`, { as: member, body: index });
      expect([401, 403]).toContain(refused.status);
      expect((await ask(`${under.database.url}/_find`, { as: member, body: { selector: {} } })).status).toBe(
        200,
      );
      expect(
        (await ask(`${under.database.url}/_find`, { as: stranger, body: { selector: {} } })).status,
      ).toBe(403);
    });

    it.each([
      [{}, 'missing_required_key'],
      [{ selector: 7 }, 'invalid_selector_json'],
      [{ selector: { a: { $odd: 1 } } }, 'invalid_operator'],
      [{ selector: { a: { $in: 1 } } }, 'bad_arg'],
      [{ selector: {}, limit: -1 }, 'invalid_non_neg_integer'],
      [{ selector: {}, sort: [{ a: 'asc' }, { b: 'desc' }] }, 'unsupported_mixed_sort'],
      [{ selector: {}, fields: 7 }, 'invalid_fields'],
      [{ selector: {}, odd: 1 }, 'invalid_key'],
    ])('%j is refused', async (query, error) => {
      expect(await find(query)).toMatchObject({ status: 400, json: { error } });
    });

    it('is posted, as JSON', async () => {
      expect((await under.database.get('_find')).status).toBe(405);
      expect((await under.database.at('_find', { method: 'POST', body: '{}' })).status).toBe(415);
    });
  });
}
