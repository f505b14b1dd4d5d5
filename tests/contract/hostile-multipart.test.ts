import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relatedBody } from './multipart-parts.ts';
import { openEmbedded } from './open-embedded.ts';
import { makeDatabase, type OpenedServer, type TestDatabase } from './opened-server.ts';

describe('multipart that is none', () => {
  let server: OpenedServer;
  let database: TestDatabase;
  const faults: string[] = [];
  beforeAll(async () => {
    server = await openEmbedded({ log: (line) => faults.push(line), limits: { attachmentBytes: 100_000 } });
    database = await makeDatabase(server);
  });
  afterAll(async () => {
    await server.close();
    expect(faults).toEqual([]);
  });

  const bytes = Buffer.from('bytes');
  const follows = { follows: true, content_type: 'image/jpeg', length: bytes.length };
  const part = { name: 'a.jpg', type: 'image/jpeg', bytes };
  const put = (id: string, sent: { body: Uint8Array; headers: Record<string, string> }) =>
    database.at(id, { method: 'PUT', ...sent });

  it.each([
    ['names no boundary', { 'content-type': 'multipart/related; type="application/json"' }],
    ['names another boundary', { 'content-type': 'multipart/related; boundary="other"' }],
    ['names an empty one', { 'content-type': 'multipart/related; boundary=""' }],
  ])('is refused where it %s', async (_what, headers) => {
    const { body } = relatedBody({ _attachments: { 'a.jpg': follows } }, [part]);
    expect(await put('x', { body, headers })).toMatchObject({ status: 400, json: { error: 'bad_request' } });
  });

  it('is refused where an attachment does not come, is cut short, or was never said to follow', async () => {
    const none = relatedBody({ _attachments: { 'a.jpg': follows } }, []);
    const short = relatedBody({ _attachments: { 'a.jpg': { ...follows, length: 6 } } }, [part]);
    const whole = relatedBody({ _attachments: { 'a.jpg': follows } }, [part]);
    const cut = { ...whole, body: whole.body.subarray(0, -6) };
    for (const sent of [none, short, cut]) expect((await put('x', sent)).status).toBe(400);
    expect(await database.put('x', { _attachments: { 'a.jpg': follows } })).toMatchObject({
      status: 400,
      json: { error: 'bad_request', reason: 'Invalid attachment data for a.jpg' },
    });
    const unsaid = relatedBody({ v: 1 }, [part]);
    expect((await put('unsaid', unsaid)).status).toBe(201);
    expect((await database.get('unsaid')).json._attachments).toBeUndefined();
    expect((await database.get('x')).status).toBe(404);
  });

  it('is refused where it is packed too well, or larger than an attachment may be', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    const packed = { follows: true, encoding: 'gzip', encoded_length: bomb.length, length: 5_000_000 };
    const one = relatedBody({ _attachments: { a: packed } }, [{ name: 'a', type: 'x/y', bytes: bomb }]);
    expect((await put('bomb', one)).status).toBe(413);
    const large = Buffer.alloc(100_001);
    const two = relatedBody({ _attachments: { a: { follows: true, length: large.length } } }, [
      { name: 'a', type: 'x/y', bytes: large },
    ]);
    expect(await put('large', two)).toMatchObject({ status: 413, json: { error: 'attachment_too_large' } });
    const broken = { follows: true, encoding: 'gzip' };
    const three = relatedBody({ _attachments: { a: broken } }, [{ name: 'a', type: 'x/y', bytes }]);
    expect((await put('broken', three)).status).toBe(400);
  });

  it('is refused where its parts are small and many, and too large together when they are unpacked', async () => {
    const limits = { requestBytes: 1_000_000, attachmentBytes: 100_000 };
    const own = await openEmbedded({ log: (line) => faults.push(line), limits });
    const place = await makeDatabase(own);
    const bomb = gzipSync(Buffer.alloc(90_000));
    const sent = (count: number) => {
      const names = Array.from({ length: count }, (_, at) => `a${at}`);
      const about = { follows: true, encoding: 'gzip', encoded_length: bomb.length };
      const parts = names.map((name) => ({ name, type: 'x/y', bytes: bomb }));
      return relatedBody({ _attachments: Object.fromEntries(names.map((name) => [name, about])) }, parts);
    };
    const answers = async (id: string, count: number) =>
      (await place.at(id, { method: 'PUT', ...sent(count) })).status;
    expect(await answers('within', 12)).toBe(201);
    expect(await answers('above', 13)).toBe(413);
    expect((await place.get('above')).status).toBe(404);
    await own.close();
  });

  it('is refused where it has more parts than any document has attachments', async () => {
    const parts = Array.from({ length: 201 }, (_, at) => ({ ...part, name: `a${at}` }));
    const sent = (count: number) => {
      const some = parts.slice(0, count);
      const names = some.map(({ name }) => [name, follows]);
      return relatedBody({ _attachments: Object.fromEntries(names) }, some);
    };
    expect((await put('many', sent(201))).status).toBe(413);
    expect((await put('many', sent(199))).status).toBe(201);
  });

  it('has names that end no header, on the way in and out', async () => {
    const name = 'a"\r\nx: y.jpg';
    await database.put('named', { _attachments: { [name]: { data: bytes.toString('base64') } } });
    const authorization = `Basic ${Buffer.from('admin:relax').toString('base64')}`;
    const response = await fetch(`${database.url}/named?attachments=true`, {
      headers: { authorization, accept: 'multipart/related' },
    });
    const text = await response.text();
    expect(text).toContain('filename="a%22%0D%0Ax: y.jpg"\r\n');
    expect(text).not.toMatch(/^x: y/m);
  });

  it('brings any bytes as they are, under any names, in any order', async () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
    const attachment = fc.record({
      name: name.filter((one) => !/^_|["\r\n\0]/.test(one)),
      bytes: fc.uint8Array({ maxLength: 60 }),
    });
    const attachments = fc.uniqueArray(attachment, { maxLength: 5, selector: (one) => one.name });
    let made = 0;
    await fc.assert(
      fc.asyncProperty(attachments, async (some) => {
        const id = `any${made++}`;
        const about = some.map((one) => [one.name, { follows: true, length: one.bytes.length }]);
        const parts = [...some].reverse().map((one) => ({ ...one, type: 'image/jpeg' }));
        const answer = await put(id, relatedBody({ _attachments: Object.fromEntries(about) }, parts));
        expect(answer.status).toBe(201);
        const { json } = await database.get(`${id}?attachments=true`);
        for (const one of some) {
          expect(json._attachments[one.name].data).toBe(Buffer.from(one.bytes).toString('base64'));
        }
      }),
      { numRuns: 40 },
    );
  });
});
