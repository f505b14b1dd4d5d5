import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replicated, rev } from './document.contract.ts';
import { partsOf, relatedBody } from './multipart-parts.ts';
import {
  makeDatabase,
  type Json,
  type OpenedServer,
  type OpenServer,
  type TestDatabase,
} from './opened-server.ts';

/**
 * What Apache CouchDB's own replicator asks of a server, in its order and with its parameters: couch_replicator's
 * scheduler job, changes reader, worker and api_wrap, 3.5. Played by hand, for no CouchDB runs here.
 */
export function couchReplicatorContract(open: OpenServer): void {
  describe('CouchDB’s own replicator', () => {
    let server: OpenedServer;
    let source: TestDatabase;
    let target: TestDatabase;
    const photo = Buffer.from(Array.from({ length: 3000 }, (_, at) => at % 251));
    beforeAll(async () => {
      server = await open();
      source = await makeDatabase(server, 'source');
      target = await makeDatabase(server, 'target');
    });
    afterAll(async () => {
      await source.drop();
      await target.drop();
      await server.close();
    });

    const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));

    async function openDatabase(database: TestDatabase) {
      const { status, json: info } = await database.get('');
      expect(status).toBe(200);
      expect(info).toMatchObject({ update_seq: expect.anything(), instance_start_time: expect.any(String) });
      return info;
    }

    async function readCheckpoint(id: string) {
      const [one, other] = await Promise.all([source.get(id), target.get(id)]);
      if (one.status === 404 || other.status === 404) return { since: '0', revs: [] };
      const [mine, theirs] = [one.json.history[0], other.json.history[0]];
      const agreed = mine.session_id === theirs.session_id && mine.recorded_seq === theirs.recorded_seq;
      return { since: agreed ? mine.recorded_seq : '0', revs: [one.json._rev, other.json._rev] };
    }

    async function writeCheckpoint(id: string, seq: string, revs: string[]) {
      const history = [{ session_id: 'f00', recorded_seq: seq, start_last_seq: '0', end_last_seq: seq }];
      const body = { session_id: 'f00', source_last_seq: seq, replication_id_version: 4, history };
      for (const [at, database] of [source, target].entries()) {
        const put = await database.put(id, { ...body, ...(revs[at] ? { _rev: revs[at] } : {}) });
        expect(put.status).toBe(201);
      }
    }

    /** The leaves of a document with attachments, each as its own part, sent on as they come. */
    async function copyInMultipart(id: string, revs: string[], ancestors: string[]) {
      const { name, password } = server.admin;
      const authorization = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
      const since = ancestors.length > 0 ? `&atts_since=${json(ancestors)}` : '';
      const query = `revs=true&open_revs=${json(revs)}&latest=true${since}`;
      const response = await fetch(`${source.url}/${encodeURIComponent(id)}?${query}`, {
        headers: { authorization, accept: 'multipart/mixed' },
      });
      expect(response.status).toBe(200);
      const body = Buffer.from(await response.arrayBuffer());
      const copied: number[] = [];
      for (const part of partsOf(body, response.headers.get('content-type') ?? '')) {
        const path = `${encodeURIComponent(id)}?new_edits=false`;
        const sent =
          part.type === 'application/json'
            ? { body: String(part.body), headers: { 'content-type': 'application/json' } }
            : { body: part.body, headers: { 'content-type': part.type } };
        copied.push((await target.at(path, { method: 'PUT', ...sent })).status);
      }
      return copied;
    }

    async function replicate(id: string) {
      await openDatabase(source);
      await openDatabase(target);
      const { since, revs } = await readCheckpoint(id);
      const changes = await source.get(
        `_changes?feed=normal&style=all_docs&since=${json(since)}&timeout=10000&seq_interval=10`,
      );
      const rows: Json[] = changes.json.results;
      const asked = Object.fromEntries(
        rows.map((row) => [row.id, row.changes.map((change: { rev: string }) => change.rev)]),
      );
      const missing: Record<string, { missing: string[]; possible_ancestors?: string[] }> = (
        await target.post('_revs_diff', asked)
      ).json;
      const docs = Object.entries(missing).flatMap(([doc, { missing: lacking }]) =>
        lacking.map((one) => ({ id: doc, rev: one })),
      );
      let written = 0;
      if (docs.length > 0) {
        const got = await source.post('_bulk_get?latest=true&revs=true&attachments=false', { docs });
        const all: Json[] = got.json.results.flatMap((result: Json) =>
          result.docs.map((doc: Json) => doc.ok),
        );
        const plain = all.filter((doc) => doc._attachments === undefined);
        const batch = await target.at('_bulk_docs', {
          method: 'POST',
          body: `{"new_edits":false,"docs":[${plain.map((doc) => JSON.stringify(doc)).join(',')}]}`,
          headers: { 'content-type': 'application/json', 'x-couch-full-commit': 'false' },
        });
        expect(batch).toMatchObject({ status: 201, json: [] });
        written += plain.length;
        const attached = all.filter((doc) => doc._attachments !== undefined);
        for (const doc of new Set(attached.map(({ _id }) => _id as string))) {
          const lacking = attached.filter(({ _id }) => _id === doc).map(({ _rev }) => _rev as string);
          const statuses = await copyInMultipart(doc, lacking, missing[doc]?.possible_ancestors ?? []);
          expect(statuses.every((status) => status === 201)).toBe(true);
          written += statuses.length;
        }
      }
      for (const database of [target, source]) {
        const { instance_start_time: started } = (await database.get('')).json;
        const commit = await database.post('_ensure_full_commit', {});
        expect(commit).toMatchObject({ status: 201, json: { ok: true, instance_start_time: started } });
      }
      const { last_seq: seq } = changes.json;
      const left = await source.get(`_changes?since=${json(seq)}&limit=0`);
      expect(left.json.pending).toBe(0);
      await writeCheckpoint(id, seq, revs);
      return { read: rows.length, written };
    }

    const state = async (database: TestDatabase) => {
      const { json: feed } = await database.get('_changes?style=all_docs&include_docs=true&attachments=true');
      const rows: [string, unknown][] = feed.results.map((row: Json) => [
        row.id,
        { deleted: row.deleted, doc: row.doc, revs: row.changes.map((change: Json) => change.rev).sort() },
      ]);
      return Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
    };

    it('replicates documents, deletions, conflicts and attachments, and goes on from its checkpoint', async () => {
      const inline = { content_type: 'image/jpeg', revpos: 1, data: photo.toString('base64') };
      await source.bulk(Array.from({ length: 25 }, (_, at) => ({ _id: `visit:${at}`, at, 说: '敲门' })));
      const { json: gone } = await source.put('gone', { v: 1 });
      await source.at(`gone?rev=${gone.rev}`, { method: 'DELETE' });
      await source.bulk(
        [
          replicated('torn', [rev(2, 'a'), rev(1, 'a')], { by: 'a', _attachments: { 'a.jpg': inline } }),
          replicated('torn', [rev(2, 'b'), rev(1, 'a')], { by: 'b' }),
        ],
        false,
      );
      await source.put('photo', { _attachments: { 'a.jpg': inline, 'b.jpg': inline } });
      expect(await replicate('_local/rep-1')).toEqual({ read: 28, written: 29 });
      expect(await state(target)).toEqual(await state(source));
      expect(await replicate('_local/rep-1')).toEqual({ read: 0, written: 0 });
      const photoNow = (await source.get('photo')).json;
      await source.put('photo', { ...photoNow, caption: '门' });
      await source.put('late', { v: 1 });
      expect(await replicate('_local/rep-1')).toEqual({ read: 2, written: 2 });
      expect(await state(target)).toEqual(await state(source));
    });

    it('follows a continuous feed from a sequence, each row with all leaves', async () => {
      const { json: now } = await source.get('_changes?since=now&limit=1');
      await source.bulk([replicated('fork', [rev(1, 'a')]), replicated('fork', [rev(1, 'b')])], false);
      const path = `_changes?feed=continuous&style=all_docs&since=${json(now.last_seq)}&timeout=400`;
      const { json: text } = await source.get(path);
      const lines = String(text)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
      expect(lines).toMatchObject([{ id: 'fork', changes: { length: 2 } }, { last_seq: expect.any(String) }]);
    });

    it('is told plainly which stub it may not send, and which document has changed', async () => {
      const stub = { stub: true, revpos: 1, content_type: 'image/jpeg', length: 3, digest: 'md5-x' };
      const orphan = replicated('orphan', [rev(2, 'a'), rev(1, 'a')], { _attachments: { 'a.jpg': stub } });
      const { body, headers } = relatedBody(orphan, []);
      expect(await target.at('orphan?new_edits=false', { method: 'PUT', body, headers })).toMatchObject({
        status: 412,
        json: { error: 'missing_stub' },
      });
      await target.put('edited', { v: 1 });
      const edit = relatedBody({ v: 2 }, []);
      expect(await target.at('edited', { method: 'PUT', ...edit })).toMatchObject({
        status: 409,
        json: { error: 'conflict' },
      });
    });

    it('may pack what it sends', async () => {
      const docs = [replicated('packed', [rev(1, 'a')], { v: '敲门'.repeat(100) })];
      const sent = {
        method: 'POST',
        body: gzipSync(JSON.stringify({ new_edits: false, docs })),
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      };
      expect(await target.at('_bulk_docs', sent)).toMatchObject({ status: 201, json: [] });
      expect((await target.get('packed')).json.v).toHaveLength(200);
      const broken = { ...sent, body: 'no gzip' };
      expect(await target.at('_bulk_docs', broken)).toMatchObject({
        status: 400,
        json: { error: 'bad_request' },
      });
      const other = { ...sent, headers: { ...sent.headers, 'content-encoding': 'br' } };
      expect(await target.at('_bulk_docs', other)).toMatchObject({
        status: 415,
        json: { error: 'bad_content_type', reason: 'br is not a supported content encoding.' },
      });
    });
  });
}
