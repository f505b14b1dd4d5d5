import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { openEmbedded } from './open-embedded.ts';
import {
  ask,
  makeDatabase,
  makeUser,
  type Credentials,
  type OpenedServer,
  type TestDatabase,
} from './opened-server.ts';

const COUNT = 48;
const PHOTO = Buffer.alloc(1024 * 1024, 7).toString('base64');

describe('a feed that is still sending its first rows', () => {
  let server: OpenedServer;
  let database: TestDatabase;
  let worker: Credentials;
  afterEach(() => server.close());

  /** Many times what fits between server and reader. */
  async function open(feedMs: number): Promise<void> {
    server = await openEmbedded({ limits: { feedMs, requestBytes: 64 * 1024 * 1024 } });
    database = await makeDatabase(server);
    await database.at('_security', { method: 'PUT', body: { members: { roles: ['grid:1'] } } });
    worker = await makeUser(server, ['grid:1']);
    for (let at = 0; at < COUNT; at += 8) {
      const ids = Array.from({ length: 8 }, (_, more) => `d${at + more}`);
      await database.bulk(ids.map((_id) => ({ _id, _attachments: { a: { data: PHOTO } } })));
    }
  }

  /** An answer that nobody reads yet. */
  async function begin(feed: string): Promise<IncomingMessage> {
    const authorization = `Basic ${Buffer.from(`${worker.name}:${worker.password}`).toString('base64')}`;
    const url = `${database.url}/_changes?include_docs=true&attachments=true&feed=${feed}`;
    const sent = request(url, { headers: { authorization } });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    // Its first rows came; the rest waits until they are read.
    await once(response, 'readable');
    return response;
  }

  async function takeRoleAway(): Promise<void> {
    const url = `${server.url}/_users/org.couchdb.user:${worker.name}`;
    const { json } = await ask(url, { as: server.admin });
    await ask(url, { method: 'PUT', as: server.admin, body: { ...json, roles: [] } });
    while ((await ask(database.url, { as: worker })).status !== 403) await wait(20);
    await wait(500);
  }

  /** Undefined where it broke off. */
  async function readOn(response: IncomingMessage): Promise<string | undefined> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of response) chunks.push(chunk as Buffer);
    } catch {
      return undefined;
    }
    return Buffer.concat(chunks).toString();
  }

  const rowsIn = (text = ''): number => text.split('"changes":[').length - 1;

  it('ends when its reader’s role is taken away, with its last line', async () => {
    await open(60_000);
    const [lines, poll] = await Promise.all([begin('continuous'), begin('longpoll')]);
    await takeRoleAway();
    const told = await readOn(lines);
    expect(rowsIn(told)).toBeLessThan(COUNT / 2);
    expect(JSON.parse(told?.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      last_seq: expect.any(String),
      pending: COUNT - rowsIn(told),
    });
    const { results, pending } = JSON.parse((await readOn(poll)) ?? '');
    expect(results.length).toBeLessThan(COUNT / 2);
    expect(pending).toBe(COUNT - results.length);
  });

  it('is broken off when its reader’s role is taken away, where it was to be whole', async () => {
    await open(60_000);
    const whole = await begin('normal');
    await takeRoleAway();
    expect(await readOn(whole)).toBeUndefined();
  });

  it('ends after its time, and one that is to be whole goes on', async () => {
    const feedMs = 3_000;
    await open(feedMs);
    const [lines, whole] = await Promise.all([begin('continuous'), begin('normal')]);
    await wait(feedMs);
    const told = await readOn(lines);
    expect(rowsIn(told)).toBeGreaterThan(0);
    expect(rowsIn(told)).toBeLessThan(COUNT / 2);
    expect(told).toContain('"last_seq":');
    expect(rowsIn(await readOn(whole))).toBe(COUNT);
  });
});
