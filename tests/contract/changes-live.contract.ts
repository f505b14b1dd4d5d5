import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { databaseUnderTest } from './database-under-test.ts';
import { type Json, type OpenServer } from './opened-server.ts';

export function changesLiveContract(open: OpenServer): void {
  describe('changes that go on', () => {
    const under = databaseUnderTest(open, 'anew');

    /** A feed read while it is open. */
    const openFeed = async (query: string, init: RequestInit = {}) => {
      const { name, password } = under.server.admin;
      const authorization = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
      const stop = new AbortController();
      const headers = { authorization, ...(init.headers as Record<string, string>) };
      const response = await fetch(`${under.database.url}/_changes?${query}`, {
        ...init,
        headers,
        signal: stop.signal,
      });
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      let isOver = false;
      return {
        response,
        stop: () => stop.abort(),
        /** All read so far, once it holds or the feed has ended. */
        async until(holds: (text: string) => boolean): Promise<string> {
          const deadline = Date.now() + 15_000;
          while (!holds(text) && !isOver && Date.now() < deadline) {
            const read = await reader?.read();
            text += read?.value ?? '';
            isOver = !read || read.done;
          }
          return text;
        },
        rest() {
          return this.until(() => false);
        },
      };
    };
    const linesOf = (text: string): Json[] =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));

    it('come a line each, what is there and what comes', async () => {
      await under.database.put('before', { v: 1 });
      const feed = await openFeed('feed=continuous&include_docs=true&timeout=20000');
      expect(feed.response.headers.get('content-type')).toMatch(/^application\/json/);
      await feed.until((text) => text.includes('before'));
      const { json } = await under.database.put('after', { v: 2 });
      const text = await feed.until((seen) => seen.includes('after'));
      feed.stop();
      expect(linesOf(text)).toMatchObject([
        { seq: expect.any(String), id: 'before', changes: [{}], doc: { v: 1 } },
        { seq: expect.any(String), id: 'after', changes: [{ rev: json.rev }], doc: { v: 2 } },
      ]);
    });

    it('end when nothing came for their timeout, with a last line', async () => {
      await under.database.put('a', {});
      const feed = await openFeed('feed=continuous&timeout=300');
      const lines = linesOf(await feed.rest());
      expect(lines).toHaveLength(2);
      expect(lines[0].id).toBe('a');
      expect(lines[1]).toEqual({ last_seq: expect.any(String), pending: 0 });
      expect(parseInt(lines[1].last_seq)).toBe(parseInt(lines[0].seq));
    });

    it('end when there are as many as were asked for', async () => {
      await under.database.bulk(['a', 'b', 'c'].map((_id) => ({ _id })));
      const feed = await openFeed('feed=continuous&limit=2&timeout=2000');
      const lines = linesOf(await feed.rest());
      expect(lines).toHaveLength(3);
      expect(lines[2].pending).toBe(1);
      expect(parseInt(lines[2].last_seq)).toBe(parseInt(lines[1].seq));
    });

    it('live is another word for continuous', async () => {
      const feed = await openFeed('feed=live&timeout=200');
      expect(linesOf(await feed.rest())).toEqual([{ last_seq: expect.any(String), pending: 0 }]);
    });

    it('send a heartbeat instead of ending', async () => {
      await under.database.put('a', {});
      const feed = await openFeed('feed=continuous&since=now&heartbeat=100&timeout=200');
      await feed.until((text) => text.length >= 5);
      await under.database.put('b', {});
      const text = await feed.until((seen) => seen.includes('"b"'));
      feed.stop();
      expect(text).toMatch(/^\n{4,}\{"seq":.*"id":"b"/);
    });

    it('leave out what their filter leaves out', async () => {
      const selector = { type: 'visit' };
      const feed = await openFeed('feed=continuous&since=now&filter=_selector&timeout=20000', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ selector }),
      });
      await under.database.put('house', { type: 'household' });
      await wait(200);
      await under.database.put('visit', { type: 'visit' });
      const text = await feed.until((seen) => seen.includes('"visit"'));
      feed.stop();
      expect(linesOf(text).map(({ id }) => id)).toEqual(['visit']);
    });

    it('come as events to a browser, which goes on from the last it had', async () => {
      await under.database.bulk(['a', 'b'].map((_id) => ({ _id })));
      const feed = await openFeed('feed=eventsource&timeout=300');
      expect(feed.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
      const text = await feed.rest();
      const found = [...text.matchAll(/data: (\{.*\})\nid: (.*)\n\n/g)];
      const rows = found.map(([, data = '']) => JSON.parse(data));
      expect(rows.map((row) => row.id).sort()).toEqual(['a', 'b']);
      expect(JSON.parse(found[0]?.[2] ?? '')).toBe(rows[0].seq);
      const again = await openFeed('feed=eventsource&since=0&timeout=300', {
        headers: { 'last-event-id': rows[0].seq },
      });
      const rest = await again.rest();
      expect(rest).toContain(`"id":"${rows[1].id}"`);
      expect(rest).not.toContain(`"id":"${rows[0].id}"`);
    });

    it('beat as events too', async () => {
      const feed = await openFeed('feed=eventsource&since=now&heartbeat=100');
      const text = await feed.until((seen) => seen.includes('heartbeat'));
      feed.stop();
      expect(text).toContain('event: heartbeat\ndata: \n\n');
    });

    it('may come with few sequences, and end with one all the same', async () => {
      await under.database.bulk(Array.from({ length: 9 }, (_, at) => ({ _id: `d${at}` })));
      const { json } = await under.database.get('_changes?limit=9&seq_interval=4');
      const seqs = json.results.map((row: Json) => row.seq);
      expect(seqs.filter((seq: unknown) => seq === null)).toHaveLength(7);
      expect(json.last_seq).toMatch(/^9-/);
      const rest = await under.database.get(`_changes?since=${encodeURIComponent(json.last_seq)}`);
      expect(rest.json.results).toEqual([]);
      expect((await under.database.get('_changes?seq_interval=0')).status).toBe(400);
    });

    it('at once have a tag, which changes with a write', async () => {
      await under.database.put('a', {});
      const etag = (await under.database.get('_changes')).headers.get('etag') ?? '';
      expect(etag).toMatch(/^".+"$/);
      expect(await under.database.get('_changes', { 'if-none-match': etag })).toMatchObject({
        status: 304,
        json: '',
      });
      await under.database.put('b', {});
      expect((await under.database.get('_changes', { 'if-none-match': etag })).json.results).toHaveLength(2);
    });

    it('say how many are beyond the last, whatever the filter', async () => {
      await under.database.bulk(Array.from({ length: 6 }, (_, n) => ({ _id: `d${n}`, n })));
      const asked = async (query: string, body: object) =>
        (await under.database.post(`_changes?${query}`, body)).json;
      const some = await asked('filter=_selector&limit=2', { selector: { n: { $gte: 0 } } });
      expect(some).toMatchObject({ results: { length: 2 }, pending: 4 });
      const none = await asked('filter=_selector', { selector: { n: 99 } });
      expect(none).toMatchObject({ results: [], pending: 0 });
      expect(parseInt(none.last_seq)).toBe(6);
    });
  });
}
