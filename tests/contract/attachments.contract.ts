import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { databaseUnderTest } from './database-under-test.ts';
import { replicated, rev } from './document.contract.ts';
import { partsOf } from './multipart-parts.ts';
import { type OpenServer } from './opened-server.ts';

export function attachmentsContract(open: OpenServer): void {
  describe('an attachment', () => {
    const under = databaseUnderTest(open, 'one');

    // Bytes of an image's type: CouchDB packs text before it takes the digest.
    const photo = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1, 2, 3, 254, 255]);
    const digest = `md5-${createHash('md5').update(photo).digest('base64')}`;
    const type = { 'content-type': 'image/jpeg' };
    const put = (path: string, body: Uint8Array = photo) =>
      under.database.at(path, { method: 'PUT', body, headers: type });
    const authorization = () =>
      `Basic ${Buffer.from(`${under.server.admin.name}:${under.server.admin.password}`).toString('base64')}`;
    const bytes = async (path: string, headers: Record<string, string> = {}) => {
      const response = await fetch(`${under.database.url}/${path}`, {
        headers: { authorization: authorization(), ...headers },
      });
      return { response, body: Buffer.from(await response.arrayBuffer()) };
    };

    it('is put by itself, which makes or changes its document', async () => {
      const first = await put('door/photo.jpg');
      expect(first).toMatchObject({
        status: 201,
        json: { ok: true, id: 'door', rev: expect.stringMatching(/^1-/) },
      });
      expect((await put('door/photo.jpg')).status).toBe(409);
      expect((await put(`door/second.jpg?rev=${first.json.rev}`)).json.rev).toMatch(/^2-/);
      const { json } = await under.database.get('door');
      expect(json._attachments['photo.jpg']).toEqual({
        content_type: 'image/jpeg',
        revpos: 1,
        digest,
        length: photo.length,
        stub: true,
      });
      expect(json._attachments['second.jpg'].revpos).toBe(2);
    });

    it('is read as it was put', async () => {
      await put('read/photo.jpg');
      const { response, body } = await bytes('read/photo.jpg');
      expect(body.equals(photo)).toBe(true);
      expect(response.headers.get('content-type')).toBe('image/jpeg');
      expect(response.headers.get('etag')).toBe(`"${digest.slice(4)}"`);
      const again = await bytes('read/photo.jpg', { 'if-none-match': `"${digest.slice(4)}"` });
      expect(again.response.status).toBe(304);
      expect((await under.database.get('read/other.jpg')).json).toEqual({
        error: 'not_found',
        reason: 'Document is missing attachment',
      });
    });

    it('is taken away by itself', async () => {
      const { json } = await put('less/photo.jpg');
      const deleted = await under.database.at(`less/photo.jpg?rev=${json.rev}`, { method: 'DELETE' });
      expect(deleted).toMatchObject({ status: 200, json: { ok: true, rev: expect.stringMatching(/^2-/) } });
      expect((await under.database.get('less')).json._attachments).toBeUndefined();
      expect((await bytes(`less/photo.jpg?rev=${json.rev}`)).body.equals(photo)).toBe(true);
    });

    it('comes with its document as base64, and goes back as a stub', async () => {
      const inline = { content_type: 'image/jpeg', data: photo.toString('base64') };
      const { json } = await under.database.put('inline', { v: 1, _attachments: { 'a.jpg': inline } });
      const read = (await under.database.get('inline?attachments=true')).json;
      expect(read._attachments['a.jpg']).toMatchObject({
        content_type: 'image/jpeg',
        revpos: 1,
        data: inline.data,
      });
      const stubbed = (await under.database.get('inline')).json;
      const second = await under.database.put('inline', { ...stubbed, v: 2 });
      expect(second.json.rev).toMatch(/^2-/);
      expect((await under.database.get('inline')).json._attachments['a.jpg']).toMatchObject({
        revpos: 1,
        digest,
      });
      expect((await bytes('inline/a.jpg')).body.equals(photo)).toBe(true);
      const dropped = await under.database.put('inline', { _rev: second.json.rev, v: 3 });
      expect((await under.database.get('inline')).json._attachments).toBeUndefined();
      expect(json.rev).not.toBe(dropped.json.rev);
    });

    it('may be given as a bare stub, and only where there is one', async () => {
      const { json } = await put('bare/a.jpg');
      expect(
        (await under.database.put('bare', { _rev: json.rev, _attachments: { 'a.jpg': { stub: true } } }))
          .status,
      ).toBe(201);
      expect(await under.database.put('nobody', { _attachments: { 'a.jpg': { stub: true } } })).toMatchObject(
        {
          status: 412,
          json: { error: 'missing_stub' },
        },
      );
    });

    it('replicates with its document', async () => {
      const attachment = { content_type: 'image/jpeg', revpos: 1, data: photo.toString('base64') };
      const document = replicated('copied', [rev(1, 'a')], { _attachments: { 'a.jpg': attachment } });
      expect((await under.database.bulk([document], false)).json).toEqual([]);
      expect((await bytes('copied/a.jpg')).body.equals(photo)).toBe(true);
      const stub = { ...attachment, data: undefined, digest, length: photo.length, stub: true };
      const next = replicated('copied', [rev(2, 'b'), rev(1, 'a')], { _attachments: { 'a.jpg': stub } });
      expect((await under.database.bulk([next], false)).json).toEqual([]);
      const { json } = await under.database.post('_bulk_get?attachments=true&revs=true', {
        docs: [{ id: 'copied' }],
      });
      expect(json.results[0].docs[0].ok._attachments['a.jpg'].data).toBe(attachment.data);
    });

    it('belongs to the revision it comes with, and by replication to the one it is said to', async () => {
      const inline = { content_type: 'image/jpeg', data: photo.toString('base64') };
      const first = await under.database.put('dated', { _attachments: { 'a.jpg': inline } });
      const again = { _rev: first.json.rev, _attachments: { 'a.jpg': { ...inline, revpos: 1 } } };
      await under.database.put('dated', again);
      expect((await under.database.get('dated')).json._attachments['a.jpg'].revpos).toBe(2);
      const path = [rev(4, 'd'), rev(3, 'c'), rev(2, 'b'), rev(1, 'a')];
      const given = { 'new.jpg': { ...inline, revpos: 2 }, 'untold.jpg': inline };
      await under.database.bulk([replicated('told', path, { _attachments: given })], false);
      const { 'new.jpg': told, 'untold.jpg': untold } = (await under.database.get('told')).json._attachments;
      expect([told.revpos, untold.revpos]).toEqual([2, 0]);
    });

    it('says how long it is without sending it', async () => {
      await put('long/photo.jpg');
      const headers = { authorization: authorization() };
      const response = await fetch(`${under.database.url}/long/photo.jpg`, { method: 'HEAD', headers });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-length')).toBe(String(photo.length));
      expect(response.headers.get('etag')).toBe(`"${digest.slice(4)}"`);
      expect(await response.text()).toBe('');
    });

    it('is read in parts', async () => {
      await put('parts/photo.jpg');
      const part = (range: string) => bytes('parts/photo.jpg', { range });
      const whole = await bytes('parts/photo.jpg');
      expect(whole.response.headers.get('accept-ranges')).toBe('bytes');
      for (const [range, from, to] of [
        ['bytes=2-4', 2, 4],
        ['bytes=7-', 7, 9],
        ['bytes=-3', 7, 9],
        ['bytes=8-99', 8, 9],
      ] as const) {
        const { response, body } = await part(range);
        expect({ range, status: response.status }).toEqual({ range, status: 206 });
        expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to}/10`);
        expect(response.headers.get('content-type')).toBe('image/jpeg');
        expect(body.equals(photo.subarray(from, to + 1))).toBe(true);
      }
      for (const range of ['bytes=0-', 'bytes=nonsense', 'lines=1-2']) {
        expect((await part(range)).response.status).toBe(200);
      }
      for (const range of ['bytes=10-', 'bytes=99-100', 'bytes=5-2']) {
        const { response, body } = await part(range);
        expect({ range, status: response.status }).toEqual({ range, status: 416 });
        expect(JSON.parse(String(body)).error).toBe('requested_range_not_satisfiable');
      }
    });

    it('is read in several parts at once', async () => {
      await put('many/photo.jpg');
      const { response, body } = await bytes('many/photo.jpg', { range: 'bytes=0-1,4-5' });
      expect(response.status).toBe(206);
      const type = response.headers.get('content-type') ?? '';
      expect(type).toMatch(/^multipart\/byteranges; boundary=/);
      const parts = partsOf(body, type);
      expect(parts.map(({ headers }) => headers['content-range'])).toEqual(['bytes 0-1/10', 'bytes 4-5/10']);
      expect(parts.map((one) => [...one.body])).toEqual([
        [...photo.subarray(0, 2)],
        [...photo.subarray(4, 6)],
      ]);
    });

    it('of text has no parts, since CouchDB packs it', async () => {
      const text = { 'content-type': 'text/plain' };
      await under.database.at('text/a.txt', { method: 'PUT', body: 'abc', headers: text });
      const { response, body } = await bytes('text/a.txt', { range: 'bytes=1-1' });
      expect([response.status, String(body)]).toEqual([200, 'abc']);
      expect(response.headers.get('accept-ranges')).toBe('none');
    });

    it('may be empty, and may have a slash in its name', async () => {
      const empty = await put('empty/nothing.jpg', Buffer.alloc(0));
      expect(empty.status).toBe(201);
      expect((await bytes('empty/nothing.jpg')).body).toHaveLength(0);
      await put('folder/a/b.jpg');
      expect((await under.database.get('folder')).json._attachments['a/b.jpg'].digest).toBe(digest);
      expect((await bytes('folder/a%2Fb.jpg')).body.equals(photo)).toBe(true);
    });

    it('has no name that begins with an underscore, and data that is base64', async () => {
      expect((await put('bad/_photo.jpg')).status).toBe(400);
      const broken = { content_type: 'image/jpeg', data: '~~~' };
      expect(await under.database.put('broken', { _attachments: { 'a.jpg': broken } })).toMatchObject({
        status: 400,
        json: { error: 'bad_request', reason: 'Invalid attachment data for a.jpg' },
      });
      expect((await under.database.get('broken')).status).toBe(404);
    });

    it('is shared by documents with the same bytes, and outlives either', async () => {
      const one = (await put('one/a.jpg')).json.rev;
      await put('two/a.jpg');
      await under.database.at(`one?rev=${one}`, { method: 'DELETE' });
      expect((await bytes('two/a.jpg')).body.equals(photo)).toBe(true);
    });
  });
}
