import { beforeAll, describe, expect, it } from 'vitest';
import { databaseUnderTest } from './database-under-test.ts';
import { replicated, rev } from './document.contract.ts';
import { makeDatabase, makeUser, type Json, type OpenServer } from './opened-server.ts';

const DESIGN = {
  language: 'javascript',
  filters: {
    odd: 'function (doc, req) { return doc.n % 2 === 1; }',
    asked: 'function (doc, req) { return String(doc.n) === req.query.n; }',
    mine: 'function (doc, req) { return doc.by === req.userCtx.name; }',
    gone: 'function (doc) { return doc._deleted === true; }',
    shared: `function (doc) { return require('lib/rule').takes(doc); }`,
  },
  lib: { rule: 'exports.takes = function (doc) { return doc.n > 2; };' },
  views: { odd: { map: 'function (doc) { if (doc.n % 2 === 1) emit(doc._id, null); }' } },
};

export function changesFiltersContract(open: OpenServer): void {
  describe('a filter of a design document', () => {
    const under = databaseUnderTest(open, 'one');
    beforeAll(async () => {
      await under.database.at('_security', { method: 'PUT', body: { members: { roles: ['grid:1'] } } });
      await under.database.put('_design/app', DESIGN);
      await under.database.bulk([1, 2, 3, 4].map((n) => ({ _id: `d${n}`, n })));
    });

    const ids = async (query: string): Promise<string[]> => {
      const { status, json } = await under.database.get(`_changes?${query}`);
      expect(status).toBe(200);
      return json.results.map((row: Json) => row.id).sort();
    };

    it('passes what it returns something true for', async () => {
      expect(await ids('filter=app/odd')).toEqual(['d1', 'd3']);
      expect(await ids('filter=app/odd&limit=1')).toHaveLength(1);
      expect(await ids('filter=app/shared')).toEqual(['d3', 'd4']);
      const { json } = await under.database.get('_changes?filter=app/odd&include_docs=true');
      expect(json.results.map((row: Json) => row.doc.n).sort()).toEqual([1, 3]);
    });

    it('may be a view’s map, which passes what it emits for', async () => {
      expect(await ids('filter=_view&view=app/odd')).toEqual(['d1', 'd3']);
    });

    it('sees the parameters of the request and who asks', async () => {
      expect(await ids('filter=app/asked&n=2')).toEqual(['d2']);
      const worker = await makeUser(under.server, ['grid:1']);
      await under.database.put('hers', { by: worker.name });
      const { json } = await under.database.at('_changes?filter=app/mine', { as: worker });
      expect(json.results.map((row: Json) => row.id)).toEqual(['hers']);
    });

    it('sees tombstones', async () => {
      const { json } = await under.database.put('short-lived', { n: 6 });
      await under.database.at(`short-lived?rev=${json.rev}`, { method: 'DELETE' });
      expect(await ids('filter=app/gone')).toEqual(['short-lived']);
    });

    it('judges each leaf where all are asked for', async () => {
      const torn = [replicated('torn', [rev(1, 'a')], { n: 7 }), replicated('torn', [rev(1, 'b')], { n: 8 })];
      await under.database.bulk(torn, false);
      const asked = async (query: string) => {
        const { json } = await under.database.get(`_changes?filter=app/asked&${query}`);
        return json.results.map((row: Json) => row.changes);
      };
      expect(await asked('n=7&style=all_docs')).toEqual([[{ rev: rev(1, 'a') }]]);
      expect(await asked('n=7')).toEqual([]);
      expect(await asked('n=8')).toEqual([[{ rev: rev(1, 'b') }]]);
    });

    it('that is not there is not found, and one badly named is refused', async () => {
      const missing = (reason: string) => ({ status: 404, json: { error: 'not_found', reason } });
      const refused = { status: 400, json: { error: 'bad_request' } };
      expect(await under.database.get('_changes?filter=nowhere/odd')).toMatchObject(missing('missing'));
      expect(await under.database.get('_changes?filter=app/even')).toMatchObject(
        missing('missing json key: even'),
      );
      expect(await under.database.get('_changes?filter=_view&view=app/even')).toMatchObject(
        missing('missing json key: even'),
      );
      await under.database.put('_design/bare', { language: 'javascript' });
      expect(await under.database.get('_changes?filter=bare/odd')).toMatchObject(
        missing('missing json key: filters'),
      );
      for (const query of ['filter=_view', 'filter=odd', 'filter=_nothing']) {
        expect(await under.database.get(`_changes?${query}`)).toMatchObject(refused);
      }
    });

    it('lets a long poll wait for what passes', async () => {
      const other = await makeDatabase(under.server);
      await other.put('_design/app', DESIGN);
      const feed = other.get('_changes?feed=longpoll&since=now&timeout=20000&filter=app/odd');
      let over = false;
      void feed.then(() => (over = true));
      await other.put('even', { n: 2 });
      await other.put('_local/turn', {});
      expect(over).toBe(false);
      await other.put('odd', { n: 3 });
      expect((await feed).json.results).toMatchObject([{ id: 'odd' }]);
      await other.drop();
    });
  });
}
