// What was erased stays away, and its bytes with it: on the embedded server, and on one behind the gateway.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ERASED_REASON, erasedTombstone } from '#lib/protocol/erased.ts';
import { nextRevision } from '#lib/protocol/revision.ts';
import { createGate } from '#lib/server/gate.ts';
import { searchProfile } from '../profile-search/search-profile.ts';
import { openEmbedded } from './open-embedded.ts';
import { openGateway } from './open-gateway.ts';
import { ask, eventually, makeDatabase, type Json, type OpenedServer } from './opened-server.ts';

const NAME = '欧阳桂兰';
const ID = 'resident:1';
const BODY = { _id: ID, type: 'resident', name: NAME };
const FIRST = nextRevision(undefined, BODY);

let server: OpenedServer | undefined;
const folders: string[] = [];
afterEach(async () => {
  await server?.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const tombstone = erasedTombstone({ id: ID, type: 'resident', by: 'admin' });
const pathOf = (rev: string, before: string) => ({
  _rev: rev,
  _revisions: { start: 2, ids: [rev.slice(2), before.slice(2)] },
});

describe('a document that was erased', () => {
  for (const [name, open] of [
    ['the embedded server', () => openEmbedded({ gate: createGate() })],
    ['a server behind the gateway', () => openGateway({ gate: createGate() })],
  ] as const) {
    it(`takes nothing but bare tombstones from anybody, on ${name}`, async () => {
      server = await open();
      const place = await makeDatabase(server);
      const member = { name: 'li', password: 'of li' };
      const account = { ...member, type: 'user', roles: [] };
      await ask(`${server.url}/_users/org.couchdb.user:li`, {
        method: 'PUT',
        as: server.admin,
        body: account,
      });
      const security = { admins: { names: [], roles: [] }, members: { names: ['li'], roles: [] } };
      await ask(`${place.url}/_security`, { method: 'PUT', as: server.admin, body: security });
      const { headers } = await ask(`${server.url}/_session`, { body: member });
      const cookie = headers.getSetCookie()[0]?.split(';')[0] ?? '';
      const send = async (docs: object[]) => {
        const body = { docs, new_edits: false };
        return (await ask(`${place.url}/_bulk_docs`, { headers: { cookie }, body })).json as Json[];
      };
      expect(await send([{ ...BODY, _rev: FIRST }])).toEqual([]);
      const edit = { ...BODY, work: '退休' };
      const edited = { ...edit, ...pathOf(nextRevision(FIRST, edit), FIRST) };
      const erased = { ...tombstone, ...pathOf(nextRevision(FIRST, tombstone), FIRST) };
      await place.post('_bulk_docs', { docs: [erased], new_edits: false });
      const refused = await send([edited, { ...edited, _deleted: true }, { ...BODY, _rev: '1-aa' }]);
      expect(refused.map(({ error, reason }) => [error, reason])).toEqual(
        Array.from({ length: 3 }, () => ['forbidden', ERASED_REASON]),
      );
      const bare = { _id: ID, _deleted: true, type: 'resident', updatedBy: 'merge' };
      expect(await send([{ ...bare, ...pathOf(nextRevision(FIRST, bare), FIRST) }])).toEqual([]);
      const leaves = (await place.get(`${ID}?open_revs=all`)).json as Json[];
      expect(leaves.every(({ ok }) => ok._deleted)).toBe(true);
      // And beside the second tombstone, whichever of the two is the winner.
      expect(await send([edited])).toMatchObject([{ error: 'forbidden', reason: ERASED_REASON }]);
    });
  }

  it('leaves no byte of its body or of its attachment in the data folder once compacted', async () => {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'erased-'));
    folders.push(dataDir);
    server = await openEmbedded({ dataDir });
    const place = await makeDatabase(server);
    const others = (from: number) =>
      place.bulk(Array.from({ length: 30 }, (_none, at) => ({ _id: `d${from + at}`, fill: 'x'.repeat(50) })));
    await others(0);
    const photo = `照片里的${NAME}`;
    const data = Buffer.from(photo).toString('base64');
    const { json } = await place.bulk([
      { ...BODY, _attachments: { 'photo.jpg': { content_type: 'image/jpeg', data } } },
    ]);
    await others(100);
    await place.bulk([{ ...BODY, _rev: (json as Json[])[0]?.rev, name: `${NAME}二` }]);
    const found = () => searchProfile(dataDir, [NAME]);
    expect(found().hits.length).toBeGreaterThan(0);
    const { _rev } = (await place.get(ID)).json as { _rev: string };
    await place.bulk([{ ...tombstone, _rev }]);
    await place.post('_compact', {});
    await eventually(
      async () => (await place.get('')).json,
      (info: Json) => !info.compact_running,
    );
    const searched = found();
    expect(searched.unread).toEqual([]);
    expect(searched.read.tableBlocks).toBeGreaterThan(0);
    expect(searched.hits).toEqual([]);
    expect((await place.get(`${ID}?rev=${(json as Json[])[0]?.rev}`)).status).toBe(404);
  });
});
