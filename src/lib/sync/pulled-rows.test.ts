import { describe, expect, it } from 'vitest';
import { faultyRemote } from '#tests/fixtures/faulty-remote.ts';
import { aPouchServer, pouchRemote } from '#tests/fixtures/pouch-remote.ts';
import { aSyncingDevice } from '#tests/fixtures/syncing-device.ts';
import type { Remote } from '#lib/protocol/remote.ts';

const nothingShown = (remote: Remote, isSo: () => boolean): Remote => ({
  ...remote,
  bulkGet: async (wanted) => {
    const value = { results: wanted.map(({ id }) => ({ id, docs: [] })) };
    return isSo() ? { outcome: 'answered', value } : remote.bulkGet(wanted);
  },
});

async function aChangedRoom() {
  const server = aPouchServer();
  const { rev } = await server.put({ _id: 'room:1', type: 'room', n: 1 });
  await server.put({ _id: 'room:1', _rev: rev, type: 'room', n: 2 });
  return server;
}

describe('a revision that the feed names and the server then cannot show', () => {
  it('is not stored without its path: the rows are asked for anew', async () => {
    let isSetBack = true;
    const server = await aChangedRoom();
    const remote = nothingShown(faultyRemote(pouchRemote(server)), () => isSetBack);
    const { round, read, save } = await aSyncingDevice(remote);
    expect(await round()).toMatchObject({ received: 0, complete: false, fault: { kind: 'busy' } });
    expect(await read('room:1')).toBeUndefined();
    isSetBack = false;
    expect(await round()).toMatchObject({ received: 1, complete: true });
    // An edit of it goes up with a path that begins where the document did.
    await save({ _id: 'room:1', type: 'room', n: 'mine' });
    expect(await round()).toMatchObject({ sent: 1, complete: true });
    expect((await server.get('room:1', { revs: true }))._revisions).toMatchObject({ start: 3 });
    expect((await server.get('room:1', { revs: true }))._revisions?.ids).toHaveLength(3);
  });

  it('holds up the others for a few rounds and no longer', async () => {
    const server = await aChangedRoom();
    await server.put({ _id: 'room:2', type: 'room' });
    const { round, read } = await aSyncingDevice(nothingShown(pouchRemote(server), () => true));
    for (let n = 0; n < 3; n++) expect(await round()).toMatchObject({ complete: false });
    expect(await round()).toMatchObject({ received: 2, complete: true });
    expect(await read('room:1')).toMatchObject({ body: { n: 2 } });
    expect(await read('room:2')).toBeDefined();
  });
});
