import { describe, expect, it } from 'vitest';
import { aHandInDevice, EVENTS, PHOTOS, SHIFTS } from '#tests/fixtures/hand-in-device.ts';
import type { Mishap } from '#tests/fixtures/faulty-remote.ts';
import { giveUpPhotos } from './attention-photos.ts';

const fault = (kind: 'missing' | 'busy' | 'unreachable', status?: number): Mishap => ({
  outcome: 'fault',
  kind,
  ...(status !== undefined && { status }),
});

describe('a photo in trouble', () => {
  it.each<[string, Mishap]>([
    ['its database is not there', fault('missing', 404)],
    ['the server stumbles over it', fault('busy', 500)],
    ['the line is too slow for it', fault('unreachable')],
    ['the server asks for patience', fault('busy', 503)],
  ])('does not keep the records from their receipt where %s', async (_what, met) => {
    const device = await aHandInDevice();
    await device.visits('visit:A', 'photo:A');
    await device.visits('visit:B');
    device.mishap = (scope, method) => (scope === PHOTOS && method === 'bulkDocs' ? met : undefined);
    expect(await device.handsIn()).toMatchObject({
      outcome: 'handedIn',
      receipt: { documents: 2, photos: { confirmed: 0, total: 1 } },
    });
    expect(await device.shifts()).toHaveLength(1);
  });
});

describe('photos a receipt told of as missing', () => {
  const photos = (confirmed: number) => ({
    outcome: 'handedIn',
    receipt: { photos: { confirmed, total: 2 } },
  });
  async function oneMissing() {
    const device = await aHandInDevice();
    await device.visits('visit:0');
    await device.handsIn();
    await device.visits('visit:A', 'photo:A', 'photo:B');
    let tried = 0;
    device.mishap = (scope, method) =>
      scope === PHOTOS && method === 'bulkDocs' && ++tried > 1 ? fault('busy', 500) : undefined;
    expect(await device.handsIn()).toMatchObject(photos(1));
    return device;
  }

  it('are told of by another, once more of them are there', async () => {
    const device = await oneMissing();
    expect(await device.handsIn()).toMatchObject(photos(1));
    expect(await device.shifts()).toHaveLength(2);
    device.mishap = () => undefined;
    const whole = await device.handsIn();
    expect(whole).toMatchObject(photos(2));
    expect(whole).toMatchObject({ receipt: { documents: 0, total: 0 } });
    expect(await device.handsIn()).toEqual(whole);
    expect(await device.shifts()).toHaveLength(3);
  });

  it('are never confirmed by being given up', async () => {
    const device = await oneMissing();
    const [missing] = (await device.store.photos.listUnsent()).waiting;
    const queue = (await device.store.beginTurn()).photos;
    await queue.rejectPhoto(missing!.id, 'damaged on this tablet');
    await giveUpPhotos(device.store, [missing!.id], () => device.store.photos.dropRefused([missing!.id]));
    expect(await device.handsIn()).toMatchObject(photos(1));
    expect(await device.shifts()).toHaveLength(2);
  });
});

it('a photo the server lost after it had it is asked for before the receipt, and goes up again', async () => {
  const device = await aHandInDevice();
  await device.visits('visit:A', 'photo:A');
  await device.syncs();
  const { _rev } = await device.server(PHOTOS).get('photo:A');
  device.emptied(PHOTOS);
  device.mishap = (scope, method) =>
    scope === PHOTOS && method === 'bulkDocs' ? fault('busy', 500) : undefined;
  expect(await device.handsIn()).toMatchObject({ receipt: { photos: { confirmed: 0, total: 1 } } });
  device.mishap = () => undefined;
  expect(await device.handsIn()).toMatchObject({ receipt: { photos: { confirmed: 1, total: 1 } } });
  expect(await device.server(PHOTOS).get('photo:A')).toMatchObject({ _rev });
});

describe('a clock that was wrong', () => {
  const handedIn = (documents: number) => ({
    outcome: 'handedIn',
    receipt: { documents, records: { visit: documents } },
  });

  it('by a year ahead when she handed in keeps no later work from being asked for and counted', async () => {
    const device = await aHandInDevice();
    device.setClock('2027-11-20T01:00:00.000Z');
    await device.visits('visit:A');
    expect(await device.handsIn()).toMatchObject(handedIn(1));
    device.setClock('2026-11-20T01:00:00.000Z');
    await device.visits('visit:B');
    await device.visits('visit:C');
    expect(await device.handsIn()).toMatchObject(handedIn(2));
    await device.visits('visit:D');
    expect(await device.handsIn()).toMatchObject(handedIn(1));
    expect((await device.shifts()).map(({ documents }) => documents)).toEqual([1, 1, 2]);
  });

  it('and was put back after she handed in, neither', async () => {
    const device = await aHandInDevice();
    await device.visits('visit:A');
    expect(await device.handsIn()).toMatchObject(handedIn(1));
    device.setClock('2026-11-18T01:00:00.000Z');
    await device.visits('visit:B');
    expect(await device.handsIn()).toMatchObject(handedIn(1));
    await device.visits('visit:C');
    device.setClock('2026-11-21T01:00:00.000Z');
    await device.visits('visit:D');
    expect(await device.handsIn()).toMatchObject(handedIn(2));
  });

  it('and a receipt an older app wrote in it hides nothing: all is asked for and counted again', async () => {
    const device = await aHandInDevice();
    device.setClock('2027-11-20T01:00:00.000Z');
    await device.visits('visit:A');
    await device.handsIn();
    const [shift] = await device.shifts();
    const { upTo: _upTo, _rev, ...older } = { ...shift!, _rev: String(shift!._rev) };
    await device.store.saveAction([{ scope: SHIFTS, body: older, basedOn: _rev }]);
    device.setClock('2026-11-20T01:00:00.000Z');
    await device.visits('visit:B');
    expect(await device.handsIn()).toMatchObject(handedIn(2));
  });
});

describe('without an answer from the server', () => {
  it('there is no receipt, not even of a day on which nothing was done', async () => {
    const device = await aHandInDevice();
    device.mishap = () => 'lost';
    expect(await device.handsIn()).toMatchObject({ outcome: 'left', problem: 'serverSilent' });
    expect(await device.shifts()).toEqual([]);
    expect(await device.store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
  });

  it('only what waits is counted: nobody knows of the rest', async () => {
    const device = await aHandInDevice();
    for (const id of ['visit:A', 'visit:B', 'visit:C']) await device.visits(id);
    await device.syncs();
    await device.visits('visit:D');
    device.mishap = () => 'lost';
    expect(await device.handsIn()).toMatchObject({ outcome: 'left', asked: false, confirmed: 0, total: 1 });
    device.mishap = (scope, method) =>
      scope === EVENTS && method === 'bulkDocs' ? fault('busy', 500) : undefined;
    expect(await device.handsIn()).toMatchObject({ outcome: 'left', asked: true, confirmed: 3, total: 4 });
  });

  it('a receipt of today is not shown again: what it says is not known now', async () => {
    const device = await aHandInDevice();
    await device.visits('visit:A');
    expect(await device.handsIn()).toMatchObject({ outcome: 'handedIn' });
    device.mishap = () => 'lost';
    expect(await device.handsIn()).toMatchObject({ outcome: 'left' });
  });
});
