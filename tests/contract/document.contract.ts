import { describe, expect, it } from 'vitest';
import { databaseUnderTest } from './database-under-test.ts';
import { eventually, type OpenServer } from './opened-server.ts';

/** A revision id of this generation whose digest is one digit, thirty-two times. */
export const rev = (generation: number, digit: string): string => `${generation}-${digit.repeat(32)}`;

/** A document as replication sends it: its newest revision first. */
export function replicated(id: string, path: readonly string[], fields: object = {}): object {
  const ids = path.map((one) => one.slice(one.indexOf('-') + 1));
  return { _id: id, _rev: path[0], _revisions: { start: Number(path[0]?.split('-')[0]), ids }, ...fields };
}

export function documentContract(open: OpenServer): void {
  describe('a document', () => {
    const under = databaseUnderTest(open, 'one');

    it('is put, read, put again upon its revision, and deleted', async () => {
      const first = await under.database.put('life', { step: 1 });
      expect(first.status).toBe(201);
      expect(first.json).toEqual({ ok: true, id: 'life', rev: expect.stringMatching(/^1-[0-9a-f]{32}$/) });
      expect(first.headers.get('etag')).toBe(`"${first.json.rev}"`);
      expect((await under.database.get('life')).json).toEqual({ _id: 'life', _rev: first.json.rev, step: 1 });
      const second = await under.database.put('life', { _rev: first.json.rev, step: 2 });
      expect(second.json.rev).toMatch(/^2-/);
      const deleted = await under.database.at(`life?rev=${second.json.rev}`, { method: 'DELETE' });
      expect(deleted).toMatchObject({
        status: 200,
        json: { ok: true, id: 'life', rev: expect.stringMatching(/^3-/) },
      });
      expect((await under.database.get('life')).json).toEqual({ error: 'not_found', reason: 'deleted' });
      expect((await under.database.get('never')).json).toEqual({ error: 'not_found', reason: 'missing' });
    });

    it('is not written without its revision, nor upon an old one', async () => {
      const refused = { status: 409, json: { error: 'conflict', reason: 'Document update conflict.' } };
      const { json } = await under.database.put('guarded', { v: 1 });
      expect(await under.database.put('guarded', { v: 2 })).toMatchObject(refused);
      expect(await under.database.put('guarded', { _rev: rev(1, 'f'), v: 2 })).toMatchObject(refused);
      expect(await under.database.at('guarded', { method: 'DELETE' })).toMatchObject(refused);
      await under.database.put('guarded', { _rev: json.rev, v: 2 });
      expect(await under.database.put('guarded', { _rev: json.rev, v: 3 })).toMatchObject(refused);
      expect(await under.database.put('unborn', { _rev: rev(1, 'f') })).toMatchObject(refused);
      expect(await under.database.at('unborn', { method: 'DELETE' })).toMatchObject({ status: 404 });
    });

    it('may be left to a batch, which answers before it is written', async () => {
      const put = await under.database.at('batched?batch=ok', { method: 'PUT', body: { v: 1 } });
      expect(put).toMatchObject({ status: 202, json: { ok: true, id: 'batched' } });
      expect(put.json.rev).toBeUndefined();
      const post = await under.database.at('?batch=ok', { method: 'POST', body: { v: 2 } });
      expect(post).toMatchObject({ status: 202, json: { ok: true, id: expect.any(String) } });
      for (const { json } of [put, post]) {
        const read = await eventually(
          () => under.database.get(json.id),
          ({ status }) => status === 200,
        );
        expect(read.json._rev).toMatch(/^1-/);
      }
      const late = await under.database.at('batched?batch=ok', { method: 'PUT', body: { v: 3 } });
      expect(late.status).toBe(202);
    });

    it('answers 201 to every post, a tombstone too', async () => {
      const { json } = await under.database.put('posted', { v: 1 });
      const deleted = await under.database.post('', { _id: 'posted', _rev: json.rev, _deleted: true });
      expect(deleted).toMatchObject({ status: 201, json: { ok: true, id: 'posted' } });
      expect((await under.database.get('posted')).status).toBe(404);
    });

    it('takes its revision from the query or If-Match as well', async () => {
      const { json } = await under.database.put('by-header', { v: 1 });
      const second = await under.database.at('by-header', {
        method: 'PUT',
        body: { v: 2 },
        headers: { 'if-match': json.rev },
      });
      expect(second.json.rev).toMatch(/^2-/);
      expect(
        (await under.database.at(`by-header?rev=${second.json.rev}`, { method: 'PUT', body: { v: 3 } })).json
          .rev,
      ).toMatch(/^3-/);
      const torn = await under.database.at(`by-header?rev=${rev(1, 'a')}`, {
        method: 'PUT',
        body: { _rev: rev(1, 'b') },
      });
      expect(torn).toMatchObject({ status: 400, json: { error: 'bad_request' } });
    });

    it('gets an id from the server when posted without one', async () => {
      const { status, json } = await under.database.post('', { v: 1 });
      expect(status).toBe(201);
      expect(json.id).toMatch(/^[0-9a-f]{32}$/);
      expect((await under.database.get(json.id)).json.v).toBe(1);
      expect((await under.database.post('', { _id: 'chosen' })).json.id).toBe('chosen');
      const revised = await under.database.post('', { _rev: rev(4, 'a'), v: 1 });
      expect(revised).toMatchObject({ status: 201, json: { rev: expect.stringMatching(/^1-/) } });
    });

    it('continues its deleted history when it is made again', async () => {
      const { json } = await under.database.put('phoenix', { v: 1 });
      await under.database.at(`phoenix?rev=${json.rev}`, { method: 'DELETE' });
      expect((await under.database.put('phoenix', { v: 2 })).json.rev).toMatch(/^3-/);
      expect((await under.database.get('phoenix?revs=true')).json._revisions).toMatchObject({ start: 3 });
    });

    it('answers 304 to who has it', async () => {
      const { json } = await under.database.put('cached', { v: 1 });
      const again = await under.database.get('cached', { 'if-none-match': `"${json.rev}"` });
      expect(again).toMatchObject({ status: 304, json: '' });
      expect((await under.database.get('cached', { 'if-none-match': `"${rev(1, 'e')}"` })).status).toBe(200);
    });

    it('shows its history', async () => {
      const one = (await under.database.put('history', { v: 1 })).json.rev;
      const two = (await under.database.put('history', { _rev: one, v: 2 })).json.rev;
      const { json } = await under.database.get('history?revs=true&revs_info=true&local_seq=true');
      expect(json._revisions).toEqual({ start: 2, ids: [two.slice(2), one.slice(2)] });
      expect(json._revs_info[0]).toEqual({ rev: two, status: 'available' });
      expect(json._revs_info[1].rev).toBe(one);
      expect((await under.database.get(`history?rev=${two}`)).json.v).toBe(2);
      expect((await under.database.get(`history?rev=${rev(2, '0')}`)).status).toBe(404);
    });

    it('keeps branches of replication as conflicts, with one winner everywhere', async () => {
      await under.database.bulk(
        [
          replicated('torn', [rev(2, 'a'), rev(1, 'a')], { by: 'a' }),
          replicated('torn', [rev(2, 'b'), rev(1, 'a')], { by: 'b' }),
          replicated('torn', [rev(1, 'f')], { by: 'f' }),
        ],
        false,
      );
      const { json } = await under.database.get('torn?conflicts=true');
      expect(json).toMatchObject({ _rev: rev(2, 'b'), by: 'b', _conflicts: [rev(2, 'a'), rev(1, 'f')] });
      const deleted = await under.database.at(`torn?rev=${rev(2, 'b')}`, { method: 'DELETE' });
      expect((await under.database.get('torn')).json._rev).toBe(rev(2, 'a'));
      expect((await under.database.get('torn?deleted_conflicts=true')).json._deleted_conflicts).toEqual([
        deleted.json.rev,
      ]);
      expect((await under.database.get('torn?meta=true')).json).toMatchObject({
        _conflicts: [rev(1, 'f')],
        _deleted_conflicts: [deleted.json.rev],
      });
    });

    it('lists its open revisions', async () => {
      await under.database.bulk(
        [replicated('open', [rev(2, 'a'), rev(1, 'a')]), replicated('open', [rev(2, 'b'), rev(1, 'a')])],
        false,
      );
      const all = (await under.database.get('open?open_revs=all&revs=true')).json;
      expect(all.map((row: { ok: { _rev: string } }) => row.ok._rev).sort()).toEqual([
        rev(2, 'a'),
        rev(2, 'b'),
      ]);
      expect(all[0].ok._revisions.start).toBe(2);
      const asked = encodeURIComponent(JSON.stringify([rev(2, 'a'), rev(9, '9')]));
      const some = (await under.database.get(`open?open_revs=${asked}`)).json;
      expect(some).toContainEqual({ missing: rev(9, '9') });
      expect(some).toContainEqual({ ok: { _id: 'open', _rev: rev(2, 'a') } });
      const older = encodeURIComponent(JSON.stringify([rev(1, 'a')]));
      const latest = (await under.database.get(`open?open_revs=${older}&latest=true`)).json;
      expect(latest.map((row: { ok: { _rev: string } }) => row.ok._rev).sort()).toEqual([
        rev(2, 'a'),
        rev(2, 'b'),
      ]);
    });

    it('says of a tombstone that it is one, when asked for it by revision', async () => {
      const { json } = await under.database.put('grave', { v: 1 });
      const deleted = (await under.database.at(`grave?rev=${json.rev}`, { method: 'DELETE' })).json.rev;
      expect((await under.database.get(`grave?rev=${deleted}`)).json).toEqual({
        _id: 'grave',
        _rev: deleted,
        _deleted: true,
      });
    });

    it('may be deleted by a put that keeps fields in the tombstone', async () => {
      const { json } = await under.database.put('merged', { v: 1 });
      const tomb = await under.database.put('merged', {
        _rev: json.rev,
        _deleted: true,
        mergedInto: 'other',
      });
      expect(tomb.status).toBe(200);
      expect((await under.database.get(`merged?rev=${tomb.json.rev}`)).json.mergedInto).toBe('other');
    });

    it('has an id of any writing, and none that is reserved', async () => {
      for (const id of ['敲门:一', 'a/b', 'a b', 'ü', 'x?y', 'tür#1', '𠮷', 'a%2Fb', 'ÿ']) {
        const path = encodeURIComponent(id);
        expect((await under.database.put(path, { id })).json.id).toBe(id);
        expect((await under.database.get(path)).json).toMatchObject({ _id: id, id });
      }
      expect(await under.database.put('_odd', {})).toMatchObject({
        status: 400,
        json: { error: 'illegal_docid', reason: 'Only reserved document ids may start with underscore.' },
      });
    });

    it('keeps `_access`, which CouchDB stores for later, whoever writes it', async () => {
      await under.database.put('access', { _access: ['ann'], n: 1 });
      expect((await under.database.get('access')).json).toMatchObject({ _access: ['ann'], n: 1 });
      const copied = {
        _id: 'copied',
        _rev: '2-b',
        _revisions: { start: 2, ids: ['b', 'a'] },
        _access: ['ben'],
      };
      expect((await under.database.bulk([copied], false)).json).toEqual([]);
      expect((await under.database.get('copied')).json).toEqual({
        _id: 'copied',
        _rev: '2-b',
        _access: ['ben'],
      });
    });

    it('may have no field of CouchDB’s that CouchDB does not know', async () => {
      expect(await under.database.put('special', { _foo: 1 })).toMatchObject({
        status: 400,
        json: { error: 'doc_validation', reason: 'Bad special document member: _foo' },
      });
      for (const body of ['[]', '"x"', '7', 'null']) {
        const { status, json } = await under.database.at('special', { method: 'PUT', body });
        expect({ status, reason: json.reason }).toEqual({
          status: 400,
          reason: 'Document must be a JSON object',
        });
      }
      expect((await under.database.put('special', { _rev: 'nonsense' })).json).toEqual({
        error: 'bad_request',
        reason: 'Invalid rev format',
      });
    });

    it('keeps numbers, nesting, and odd names of fields as they are', async () => {
      const body = {
        zero: 0,
        float: 1.5,
        empty: {},
        list: [[], null, false],
        constructor: 'c',
        nested: { toString: 't' },
      };
      await under.database.put('kept', body);
      expect((await under.database.get('kept')).json).toMatchObject(body);
    });

    it('is read at its design path with or without an encoded slash', async () => {
      await under.database.put('_design/views', { language: 'javascript', v: 1 });
      expect((await under.database.get('_design/views')).json.v).toBe(1);
      expect((await under.database.get('_design%2Fviews')).json.v).toBe(1);
    });
  });
}
