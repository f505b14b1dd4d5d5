import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { databaseUnderTest } from './database-under-test.ts';
import { replicated, rev } from './document.contract.ts';
import { ask, makeDatabase, type Json, type OpenServer } from './opened-server.ts';

export function changesContract(open: OpenServer): void {
  describe('the changes of a database', () => {
    const under = databaseUnderTest(open, 'anew');

    const changes = async (query = ''): Promise<Json> => (await under.database.get(`_changes?${query}`)).json;
    const ids = (feed: Json): string[] => feed.results.map((row: { id: string }) => row.id);

    it('name each document once, at its last write', async () => {
      const { json } = await under.database.put('a', { v: 1 });
      await under.database.put('b', { v: 1 });
      const again = await under.database.put('a', { _rev: json.rev, v: 2 });
      const feed = await changes();
      expect(ids(feed)).toEqual(['b', 'a']);
      expect(feed.results[1]).toEqual({
        seq: expect.any(String),
        id: 'a',
        changes: [{ rev: again.json.rev }],
      });
      expect(feed.pending).toBe(0);
      expect(feed.last_seq).toBe(feed.results[1].seq);
    });

    it('go on from a sequence given back as it came', async () => {
      await under.database.bulk(Array.from({ length: 7 }, (_, at) => ({ _id: `d${at}` })));
      const first = await changes('limit=3');
      expect(first.results).toHaveLength(3);
      expect(first.pending).toBe(4);
      const rest = await changes(`since=${encodeURIComponent(first.last_seq)}`);
      expect([...ids(first), ...ids(rest)].sort()).toEqual(['d0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6']);
      expect(rest.pending).toBe(0);
      expect((await changes(`since=${encodeURIComponent(rest.last_seq)}`)).results).toEqual([]);
      expect((await changes('since=now')).results).toEqual([]);
      expect((await changes('since=0')).results).toHaveLength(7);
    });

    it('tell how many there are without naming any', async () => {
      await under.database.bulk(['a', 'b', 'c'].map((_id) => ({ _id })));
      expect(await changes('limit=0')).toMatchObject({ results: [], pending: 3 });
      expect(await changes('limit=0&since=now')).toMatchObject({ results: [], pending: 0 });
    });

    it('come with bodies, tombstones and conflicts', async () => {
      const { json } = await under.database.put('gone', { v: 1 });
      const tomb = (await under.database.at(`gone?rev=${json.rev}`, { method: 'DELETE' })).json.rev;
      await under.database.bulk(
        [replicated('c', [rev(1, 'a')], { by: 'a' }), replicated('c', [rev(1, 'b')], { by: 'b' })],
        false,
      );
      const feed = await changes('include_docs=true&conflicts=true');
      const byId = Object.fromEntries(feed.results.map((row: { id: string }) => [row.id, row]));
      expect(byId.gone).toMatchObject({ deleted: true, doc: { _id: 'gone', _rev: tomb, _deleted: true } });
      expect(byId.c).toMatchObject({
        changes: [{ rev: rev(1, 'b') }],
        doc: { by: 'b', _conflicts: [rev(1, 'a')] },
      });
    });

    it('name all leaves when asked for that style', async () => {
      await under.database.bulk([replicated('c', [rev(1, 'a')]), replicated('c', [rev(1, 'b')])], false);
      const [row] = (await changes('style=all_docs')).results;
      expect(row.changes.map((change: { rev: string }) => change.rev).sort()).toEqual([
        rev(1, 'a'),
        rev(1, 'b'),
      ]);
      expect((await changes()).results[0].changes).toEqual([{ rev: rev(1, 'b') }]);
    });

    it('show the winner even where a loser was written last', async () => {
      await under.database.bulk([replicated('c', [rev(1, 'b')], { by: 'b' })], false);
      await under.database.bulk([replicated('c', [rev(1, 'a')], { by: 'a' })], false);
      const feed = await changes('include_docs=true');
      expect(feed.results).toMatchObject([{ id: 'c', changes: [{ rev: rev(1, 'b') }], doc: { by: 'b' } }]);
    });

    it('come backwards', async () => {
      for (const id of ['a', 'b', 'c']) await under.database.put(id, {});
      expect(ids(await changes('descending=true'))).toEqual(['c', 'b', 'a']);
      expect(ids(await changes('descending=true&limit=1'))).toEqual(['c']);
    });

    it('come for some documents only', async () => {
      await under.database.bulk(['a', 'b', 'c'].map((_id) => ({ _id })));
      const { json } = await under.database.post('_changes?filter=_doc_ids', {
        doc_ids: ['c', 'a', 'nowhere'],
      });
      expect(ids(json).sort()).toEqual(['a', 'c']);
      const list = encodeURIComponent(JSON.stringify(['b']));
      expect(ids(await changes(`filter=_doc_ids&doc_ids=${list}`))).toEqual(['b']);
    });

    it('come by selector', async () => {
      await under.database.bulk([
        { _id: 'v1', type: 'visit', n: 1 },
        { _id: 'h1', type: 'household', n: 2 },
        { _id: 'v2', type: 'visit', n: 3, tags: ['x'] },
      ]);
      const by = async (selector: object) =>
        ids((await under.database.post('_changes?filter=_selector', { selector })).json).sort();
      expect(await by({ type: 'visit' })).toEqual(['v1', 'v2']);
      expect(await by({ type: 'visit', n: { $gt: 1 } })).toEqual(['v2']);
      expect(await by({ $or: [{ n: 1 }, { n: 2 }] })).toEqual(['h1', 'v1']);
      expect(await by({ _id: { $regex: '^v' } })).toEqual(['v1', 'v2']);
      expect(await by({ tags: { $elemMatch: { $eq: 'x' } } })).toEqual(['v2']);
      expect((await under.database.post('_changes?filter=_selector', { selector: 7 })).status).toBe(400);
      expect(
        (await under.database.post('_changes?filter=_selector', { selector: { a: { $odd: 1 } } })).status,
      ).toBe(400);
    });

    it('come for design documents only', async () => {
      await under.database.put('_design/d', { language: 'javascript' });
      await under.database.put('a', {});
      expect(ids(await changes('filter=_design'))).toEqual(['_design/d']);
    });

    it('wait for the next by long poll', async () => {
      await under.database.put('before', {});
      const { last_seq: since } = await changes();
      const waiting = changes(
        `feed=longpoll&timeout=20000&since=${encodeURIComponent(since)}&include_docs=true`,
      );
      await wait(300);
      await under.database.put('after', { v: 1 });
      const feed = await waiting;
      expect(feed.results).toMatchObject([{ id: 'after', doc: { v: 1 } }]);
      expect(feed.last_seq).toBe(feed.results[0].seq);
    });

    it('do not wait where there is something already', { timeout: 55_000 }, async () => {
      await under.database.put('a', {});
      expect(ids(await changes('feed=longpoll&timeout=60000'))).toEqual(['a']);
    });

    it('end an empty long poll at its timeout', { timeout: 55_000 }, async () => {
      await under.database.put('a', {});
      const { last_seq: since } = await changes();
      const feed = await changes(`feed=longpoll&timeout=500&since=${encodeURIComponent(since)}`);
      expect(feed.results).toEqual([]);
      expect(parseInt(feed.last_seq)).toBe(parseInt(since));
    });

    it('send a heartbeat while they wait', async () => {
      const authorization = `Basic ${Buffer.from(`${under.server.admin.name}:${under.server.admin.password}`).toString('base64')}`;
      const stop = new AbortController();
      const response = await fetch(`${under.database.url}/_changes?feed=longpoll&since=now&heartbeat=100`, {
        headers: { authorization },
        signal: stop.signal,
      });
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      const started = Date.now();
      while (text.split('\n').length < 5 && Date.now() - started < 10_000)
        text += (await reader?.read())?.value ?? '';
      expect(text).toMatch(/^\{"results":\[\n\n+$/);
      stop.abort();
    });

    it('tell of each leaf that a selector takes, whichever wins', async () => {
      const other = await makeDatabase(under.server);
      await other.bulk(
        [
          replicated('torn', [rev(2, 'b'), rev(1, 'a')], { grid: 2 }),
          replicated('torn', [rev(2, 'a'), rev(1, 'a')], { grid: 1 }),
        ],
        false,
      );
      const asked = async (query: string, grid: number) =>
        (await other.post(`_changes?filter=_selector${query}`, { selector: { grid } })).json.results;
      expect(await asked('&style=all_docs', 1)).toMatchObject([
        { id: 'torn', changes: [{ rev: rev(2, 'a') }] },
      ]);
      expect(await asked('&style=all_docs', 2)).toMatchObject([
        { id: 'torn', changes: [{ rev: rev(2, 'b') }] },
      ]);
      expect(await asked('&style=all_docs', 3)).toEqual([]);
      expect(await asked('', 1)).toEqual([]);
      await other.drop();
    });

    it('wait past writes that their filter leaves out', async () => {
      const waiting = under.database.post('_changes?feed=longpoll&timeout=20000&since=now&filter=_selector', {
        selector: { type: 'visit' },
      });
      await wait(300);
      await under.database.put('other', { type: 'household' });
      await wait(200);
      await under.database.put('wanted', { type: 'visit' });
      expect(ids((await waiting).json)).toEqual(['wanted']);
    });

    it('are the same whatever the writes in between', async () => {
      const revs: Record<string, string> = {};
      for (let round = 0; round < 3; round++) {
        const docs = Array.from({ length: 20 }, (_, at) => ({
          _id: `d${at}`,
          round,
          ...(revs[`d${at}`] ? { _rev: revs[`d${at}`] } : {}),
        }));
        for (const row of (await under.database.bulk(docs)).json) revs[row.id] = row.rev;
      }
      let since = '0';
      const seen: Record<string, string> = {};
      for (let page = 0; page < 10; page++) {
        const feed = await changes(`limit=6&since=${encodeURIComponent(since)}`);
        for (const row of feed.results) seen[row.id] = row.changes[0].rev;
        since = feed.last_seq;
        if (feed.pending === 0) break;
      }
      expect(seen).toEqual(revs);
    });

    it('refuse a feed nobody knows', async () => {
      expect(await under.database.get('_changes?feed=nonsense')).toMatchObject({
        status: 400,
        json: { error: 'bad_request' },
      });
      expect(
        (await ask(`${under.database.url}/_changes`, { method: 'DELETE', as: under.server.admin })).status,
      ).toBe(405);
    });
  });
}
