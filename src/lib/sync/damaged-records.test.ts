import { describe, expect, it } from 'vitest';
import { aPouchServer, pouchRemote } from '#tests/fixtures/pouch-remote.ts';
import { aSyncingDevice, SCOPE } from '#tests/fixtures/syncing-device.ts';

const visit = (n: number, more: object = {}) => ({ _id: `visit:${String(n)}`, type: 'visit', n, ...more });

async function aDevice(visits: number) {
  const server = aPouchServer();
  await server.bulkDocs(Array.from({ length: visits }, (_, n) => visit(n)));
  const device = await aSyncingDevice(pouchRemote(server));
  await device.round();
  const change = async (id: string, more: object) =>
    server.put({ ...(await server.get(id)), ...more } as { _id: string });
  return { server, device, change };
}

describe('a damaged record on the tablet', () => {
  it('of the server’s is mended by the pull that brings it again, its neighbours in the bundle stay told', async () => {
    const { device, change } = await aDevice(3);
    await device.damage('bundles', 1);
    await change('visit:1', { n: 'newer' });
    expect(await device.round()).toMatchObject({ complete: true, received: 1 });
    expect((await device.read('visit:1'))?.body.n).toBe('newer');
    const list = await device.store.listByType(SCOPE, 'visit');
    expect(list.tampered).toEqual(['visit:0', 'visit:2']);
    for (const n of [0, 2]) await change(`visit:${String(n)}`, { n: 'newer' });
    await device.round();
    expect(await device.store.listByType(SCOPE, 'visit')).toMatchObject({
      tampered: [],
      documents: [{}, {}, {}],
    });
  });

  it('under an edit does not keep the edit from the server', async () => {
    const { server, device } = await aDevice(1);
    await device.save(visit(0, { n: 'mine' }));
    await device.damage('bundles', 1);
    expect(await device.round()).toMatchObject({ complete: true, sent: 1 });
    expect(await server.get('visit:0')).toMatchObject({ n: 'mine' });
    expect((await device.read('visit:0'))?.body.n).toBe('mine');
  });

  it('of unsent work is told as refused, is not sent, and holds up no other, nor what comes in', async () => {
    const { server, device, change } = await aDevice(1);
    for (const n of [1, 2, 3]) await device.save(visit(n));
    await device.damage('edits', [SCOPE, 'visit:2']);
    await change('visit:0', { n: 'newer' });
    expect(await device.round()).toMatchObject({ complete: true, sent: 2 });
    expect((await server.allDocs()).rows.map(({ id }) => id)).toEqual(['visit:0', 'visit:1', 'visit:3']);
    expect((await device.read('visit:0'))?.body.n).toBe('newer');
    expect(await device.store.countWaiting()).toEqual({ waiting: 0, refused: 1 });
    const [told] = await device.store.listRejections();
    expect(told).toMatchObject({ id: 'visit:2', error: 'damaged', body: { type: 'visit' } });
    expect(await device.store.retryRejection(told!)).toBe('damaged');
    expect(await device.store.countWaiting()).toEqual({ waiting: 0, refused: 1 });
  });

  it('of unsent work that a pull meets before it was to be sent takes nothing from the pull', async () => {
    const { device, change } = await aDevice(1);
    await device.save(visit(0, { n: 'mine' }));
    await device.damage('edits', [SCOPE, 'visit:0']);
    await change('visit:0', { n: 'theirs' });
    const turn = await device.store.beginTurn();
    const row = { id: 'visit:0', rev: '2-b', deleted: false, path: ['2-b'], conflicts: [] };
    const prepared = await turn.preparePulled(SCOPE, [{ ...row, body: visit(0, { n: 'theirs' }) }], false);
    await turn.storePulled(prepared, { since: 9 });
    expect(await device.store.countWaiting()).toEqual({ waiting: 1, refused: 0 });
    await device.round();
    expect(await device.store.countWaiting()).toEqual({ waiting: 0, refused: 1 });
  });

  it('among leaves is left out of the merging, counted, and the round goes on', async () => {
    const { device } = await aDevice(1);
    const turn = await device.store.beginTurn();
    const side = (digest: string) => ({
      ...{ rev: `2-${digest}`, deleted: false, path: [`2-${digest}`, '1-0'] },
      body: { _id: 'household:A', type: 'household' },
    });
    const row = { id: 'household:A', ...side('b'), conflicts: [side('a')] };
    await turn.storePulled(await turn.preparePulled(SCOPE, [row], false), { since: 1 });
    await device.damage('leaves', [SCOPE, 'household:A', '2-a']);
    expect(await turn.listConflicted(SCOPE)).toEqual({ documents: [], damaged: 1 });
    expect(await device.round()).toMatchObject({ complete: true, scopes: [{ merge: { damaged: 1 } }] });
  });

  it('is given back to a server that lost it from its other copy, or not at all; the others are', async () => {
    const { device } = await aDevice(12);
    const revs = [await device.save(visit(20)), await device.save(visit(21)), await device.save(visit(22))];
    await device.round();
    await device.damage('documents', [SCOPE, 'visit:20']);
    await device.damage('documents', [SCOPE, 'visit:21']);
    await device.damage('confirmed', [SCOPE, 'visit:21', revs[1]!]);
    const restored = aPouchServer();
    await restored.bulkDocs(Array.from({ length: 12 }, (_, n) => visit(n)));
    const later = await device.restarted(pouchRemote(restored));
    expect(await later.round()).toMatchObject({ scopes: [{ pull: { repair: { returned: 2, gone: 1 } } }] });
    expect((await restored.allDocs({ keys: ['visit:20', 'visit:21', 'visit:22'] })).rows).toMatchObject([
      { id: 'visit:20' },
      { error: 'not_found' },
      { id: 'visit:22' },
    ]);
    expect((await later.read('visit:20'))?.body.n).toBe(20);
  });
});
