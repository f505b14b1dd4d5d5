import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { databaseUnderTest } from './database-under-test.ts';
import { replicated, rev } from './document.contract.ts';
import { partsOf, relatedBody, type MixedPart } from './multipart-parts.ts';
import { type OpenServer } from './opened-server.ts';

export function multipartContract(open: OpenServer): void {
  describe('a document in multipart', () => {
    const under = databaseUnderTest(open, 'one');

    const photo = Buffer.from([0xff, 0xd8, 13, 10, 45, 45, 13, 10, 0, 254]);
    const second = Buffer.from([1, 2, 3]);
    const digest = (bytes: Uint8Array) => `md5-${createHash('md5').update(bytes).digest('base64')}`;
    const follows = (bytes: Uint8Array) => ({
      follows: true,
      content_type: 'image/jpeg',
      length: bytes.length,
    });
    const image = (name: string, bytes: Uint8Array) => ({ name, type: 'image/jpeg', bytes });

    /** A GET whose answer is bytes. */
    const fetchAs = async (path: string, accept: string, init: RequestInit = {}) => {
      const { name, password } = under.server.admin;
      const authorization = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
      const headers = { authorization, accept, ...(init.headers as Record<string, string>) };
      const response = await fetch(`${under.database.url}/${path}`, { ...init, headers });
      const type = response.headers.get('content-type') ?? '';
      return { response, type, body: Buffer.from(await response.arrayBuffer()) };
    };
    const document = ({ body }: MixedPart) => JSON.parse(String(body));

    it('is put with the attachments that follow it', async () => {
      const about = { v: 1, _attachments: { 'b.jpg': follows(photo), 'a.jpg': follows(second) } };
      const { body, headers } = relatedBody(about, [image('b.jpg', photo), image('a.jpg', second)]);
      const put = await under.database.at('put', { method: 'PUT', body, headers });
      expect(put).toMatchObject({
        status: 201,
        json: { ok: true, id: 'put', rev: expect.stringMatching(/^1-/) },
      });
      const { json } = await under.database.get('put');
      expect(json).toMatchObject({
        v: 1,
        _attachments: {
          'a.jpg': { digest: digest(second), length: 3, revpos: 1, stub: true },
          'b.jpg': { digest: digest(photo), length: photo.length, revpos: 1, stub: true },
        },
      });
      expect((await fetchAs('put/b.jpg', '*/*')).body.equals(photo)).toBe(true);
    });

    it('is put by replication under the revision it has, stubs beside what follows', async () => {
      const first = replicated('replica', [rev(1, 'a')], {
        _attachments: { 'a.jpg': { ...follows(photo), revpos: 1, digest: digest(photo) } },
      });
      const one = relatedBody(first, [image('a.jpg', photo)]);
      const put = await under.database.at('replica?new_edits=false', { method: 'PUT', ...one });
      expect(put).toMatchObject({ status: 201, json: { ok: true, id: 'replica', rev: rev(1, 'a') } });
      const next = replicated('replica', [rev(2, 'b'), rev(1, 'a')], {
        _attachments: {
          'a.jpg': {
            stub: true,
            revpos: 1,
            content_type: 'image/jpeg',
            length: photo.length,
            digest: digest(photo),
          },
          'z.jpg': { ...follows(second), revpos: 2 },
        },
      });
      const two = relatedBody(next, [image('z.jpg', second)]);
      expect((await under.database.at('replica?new_edits=false', { method: 'PUT', ...two })).status).toBe(
        201,
      );
      const { json } = await under.database.get('replica');
      expect(json._rev).toBe(rev(2, 'b'));
      expect(json._attachments).toMatchObject({ 'a.jpg': { revpos: 1 }, 'z.jpg': { revpos: 2 } });
    });

    it('may bring an attachment packed, and gives it back as it was', async () => {
      const text = Buffer.from('敲门 '.repeat(200));
      const packed = gzipSync(text);
      const about = {
        content_type: 'text/plain',
        follows: true,
        encoding: 'gzip',
        length: text.length,
        encoded_length: packed.length,
      };
      const { body, headers } = relatedBody({ _attachments: { 'a.txt': about } }, [
        { name: 'a.txt', type: 'text/plain', bytes: packed, encoding: 'gzip' },
      ]);
      expect((await under.database.at('packed', { method: 'PUT', body, headers })).status).toBe(201);
      expect((await fetchAs('packed/a.txt', '*/*')).body.equals(text)).toBe(true);
    });

    it('is refused where its first part is no JSON', async () => {
      const { body, headers } = relatedBody({}, []);
      const text = String(body).replace('application/json', 'text/plain');
      expect(await under.database.at('bad', { method: 'PUT', body: text, headers })).toMatchObject({
        status: 415,
        json: { error: 'bad_content_type', reason: 'Content-Type must be application/json' },
      });
    });

    it('is read with its attachments after it, in the order of its JSON', async () => {
      const inline = (bytes: Buffer) => ({ content_type: 'image/jpeg', data: bytes.toString('base64') });
      await under.database.put('read', {
        v: 1,
        _attachments: { 'b.jpg': inline(photo), 'a.jpg': inline(second) },
      });
      const { response, type, body } = await fetchAs('read?attachments=true&revs=true', 'multipart/related');
      expect(type).toMatch(/^multipart\/related; boundary="/);
      expect(response.headers.get('etag')).toMatch(/^"1-/);
      const [first, ...rest] = partsOf(body, type);
      expect(first?.type).toBe('application/json');
      const json = first && document(first);
      expect(json).toMatchObject({ _id: 'read', v: 1, _revisions: { start: 1 } });
      const names = Object.keys(json._attachments);
      expect(names.sort()).toEqual(['a.jpg', 'b.jpg']);
      for (const [at, name] of Object.keys(json._attachments).entries()) {
        expect(json._attachments[name]).toMatchObject({
          follows: true,
          revpos: 1,
          content_type: 'image/jpeg',
        });
        expect(rest[at]?.disposition).toBe(`attachment; filename="${name}"`);
        expect(rest[at]?.body.equals(name === 'a.jpg' ? second : photo)).toBe(true);
        expect(rest[at]?.headers['content-length']).toBe(String(rest[at]?.body.length));
      }
      const plain = await fetchAs('read?attachments=true', 'application/json');
      expect(plain.type).toMatch(/^application\/json/);
    });

    it('is plain JSON without attachments, whatever the reader takes', async () => {
      await under.database.put('bare', { v: 1 });
      const { type, body } = await fetchAs('bare?attachments=true', 'multipart/related');
      expect(type).toMatch(/^application\/json/);
      expect(JSON.parse(String(body)).v).toBe(1);
    });

    it('comes with its open revisions, each a part, and what is missing as one', async () => {
      const inline = { content_type: 'image/jpeg', revpos: 1, data: photo.toString('base64') };
      await under.database.bulk(
        [
          replicated('leaves', [rev(2, 'a'), rev(1, 'a')], { by: 'a', _attachments: { 'p.jpg': inline } }),
          replicated('leaves', [rev(2, 'b'), rev(1, 'a')], { by: 'b' }),
        ],
        false,
      );
      const asked = encodeURIComponent(JSON.stringify([rev(2, 'a'), rev(2, 'b'), rev(7, '7')]));
      const { response, type, body } = await fetchAs(
        `leaves?open_revs=${asked}&revs=true`,
        'multipart/mixed',
      );
      expect(response.status).toBe(200);
      expect(type).toMatch(/^multipart\/mixed; boundary="/);
      const parts = partsOf(body, type);
      const missing = parts.find((part) => part.type.includes('error="true"'));
      expect(missing && document(missing)).toEqual({ missing: rev(7, '7') });
      const plain = parts.find((part) => part.type === 'application/json');
      expect(plain && document(plain)).toMatchObject({ by: 'b', _revisions: { start: 2 } });
      const related = parts.find((part) => part.type.startsWith('multipart/related'));
      const [json, bytes] = related ? partsOf(related.body, related.type) : [];
      expect(json && document(json)).toMatchObject({ by: 'a', _attachments: { 'p.jpg': { follows: true } } });
      expect(bytes?.body.equals(photo)).toBe(true);
    });

    it('comes in bulk to who takes no JSON', async () => {
      const inline = { content_type: 'image/jpeg', data: photo.toString('base64') };
      const { json } = await under.database.put('bulk', { v: 1, _attachments: { 'p.jpg': inline } });
      await under.database.put('simple', { v: 2 });
      const docs = [{ id: 'bulk' }, { id: 'nowhere' }, { id: 'simple' }];
      const init = {
        method: 'POST',
        body: JSON.stringify({ docs }),
        headers: { 'content-type': 'application/json' },
      };
      const { type, body } = await fetchAs('_bulk_get?revs=true', 'multipart/mixed', init);
      expect(type).toMatch(/^multipart\/mixed; boundary="/);
      const [related, missing, plain] = partsOf(body, type);
      expect(related?.headers).toMatchObject({ 'x-doc-id': 'bulk', 'x-rev-id': json.rev });
      const inner = related ? partsOf(related.body, related.type) : [];
      expect(inner[0] && document(inner[0])).toMatchObject({ _id: 'bulk', _revisions: { start: 1 } });
      expect(inner[1]?.body.equals(photo)).toBe(true);
      expect(missing?.type).toBe('application/json; error="true"');
      expect(missing && document(missing)).toMatchObject({
        id: 'nowhere',
        error: 'not_found',
        reason: 'missing',
      });
      expect(plain && document(plain)).toMatchObject({ _id: 'simple', v: 2 });
      const mixed = await fetchAs('_bulk_get', 'application/json, multipart/mixed', init);
      expect(mixed.type).toMatch(/^application\/json/);
    });
  });
}
