import { describe, expect, it } from 'vitest';
import {
  faultyRemote,
  type FaultyRemote,
  type Mishap,
  type RemoteMethod,
} from '#tests/fixtures/faulty-remote.ts';
import { aPhotoDevice, PHOTOS_SCOPE, stubOf, type PhotoDevice } from '#tests/fixtures/photo-device.ts';
import { aPouchServer, pouchRemote, type PouchRemoteOptions } from '#tests/fixtures/pouch-remote.ts';
import type { RemoteFault } from '#lib/protocol/remote.ts';
import { pushPhotos } from './photo-push.ts';
import { photoRound } from './photo-round.ts';
import { recheckPhotos } from './photo-recheck.ts';

const fault = (kind: RemoteFault['kind'], status?: number): RemoteFault => ({
  outcome: 'fault',
  kind,
  ...(status !== undefined && { status }),
});

/** What goes wrong with the requests about a photo, one after another; then nothing. */
function mishaps(of: Partial<Record<RemoteMethod, Mishap[]>>) {
  return (method: RemoteMethod) => of[method]?.shift();
}

async function sending(
  ids: readonly string[],
  wrong: Partial<Record<RemoteMethod, Mishap[]>> = {},
  options: PouchRemoteOptions = {},
) {
  const server = aPouchServer();
  const device = await aPhotoDevice(ids);
  const remote = faultyRemote(pouchRemote(server, options), mishaps(wrong));
  const push = async (isInterrupted = () => Promise.resolve(false)) =>
    pushPhotos({ queue: await device.queue(), remoteOf: () => remote, isInterrupted });
  return { server, device, remote, push };
}

const uploads = (remote: FaultyRemote) => remote.asked.filter(({ method }) => method === 'bulkDocs').length;

async function there(server: ReturnType<typeof aPouchServer>, id: string) {
  const document = await server.get(id);
  return document._attachments?.['photo.jpg'];
}

describe('a photo', () => {
  it('goes up as one document with one attachment, and counts as sent by its digest', async () => {
    const { server, device, push } = await sending(['photo:A', 'photo:B']);
    expect(await push()).toEqual({ sent: 2, refused: 0, left: 0 });
    expect(await device.waiting()).toEqual([]);
    for (const id of ['photo:A', 'photo:B']) expect(await there(server, id)).toEqual(stubOf(id));
    expect(await push()).toEqual({ sent: 0, refused: 0, left: 0 });
  });

  it('does not go up again where the answer was lost after the server had it', async () => {
    const { server, device, remote, push } = await sending(['photo:A'], { bulkDocs: ['unheard'] });
    expect(await push()).toMatchObject({ sent: 0, fault: { kind: 'unreachable' } });
    expect(await device.waiting()).toEqual(['photo:A']);
    expect(await push()).toMatchObject({ sent: 1 });
    expect(uploads(remote)).toBe(1);
    expect((await server.get('photo:A', { conflicts: true }))._conflicts).toBeUndefined();
  });

  it.each<[string, Partial<Record<RemoteMethod, Mishap[]>>]>([
    ['the request was lost', { bulkDocs: ['lost'] }],
    ['nobody said what is there', { bulkGet: ['lost'] }],
    ['the server was busy', { bulkDocs: [fault('busy', 503)] }],
    ['a portal answered', { bulkGet: [fault('not-couchdb', 200)] }],
    ['the session was over', { bulkDocs: [fault('sign-in', 401)] }],
  ])('waits where %s, and is sent by the next try', async (_what, wrong) => {
    const { server, device, push } = await sending(['photo:A', 'photo:B'], wrong);
    const report = await push();
    expect(report).toMatchObject({ sent: 0, fault: { outcome: 'fault' } });
    expect(await device.waiting()).toEqual(['photo:A', 'photo:B']);
    expect(await push()).toMatchObject({ sent: 2 });
    expect(await there(server, 'photo:A')).toEqual(stubOf('photo:A'));
  });

  it('is not held up by one the server stumbles over', async () => {
    const { device, push } = await sending(['photo:A', 'photo:B'], { bulkDocs: [fault('busy', 500)] });
    expect(await push()).toMatchObject({ sent: 1, fault: { status: 500 } });
    expect(await device.waiting()).toEqual(['photo:A']);
  });

  it('is not held up by one the server refuses, which is kept', async () => {
    const refuse = ({ _id }: { _id: string }) =>
      _id === 'photo:A' ? { error: 'forbidden', reason: 'not here' } : undefined;
    const { device, push } = await sending(['photo:A', 'photo:B'], {}, { refuse });
    expect(await push()).toEqual({ sent: 1, refused: 1, left: 0 });
    expect(await device.store.photos.listRefused()).toMatchObject([
      { id: 'photo:A', reason: 'forbidden: not here' },
    ]);
    expect(await device.store.photos.readBytes('photo:A')).toBeDefined();
  });

  it('is refused where it alone is too large for the server', async () => {
    const { device, push } = await sending(['photo:A'], { bulkDocs: [fault('too-large', 413)] });
    expect(await push()).toMatchObject({ sent: 0, refused: 1 });
    expect(await device.store.photos.listRefused()).toMatchObject([{ id: 'photo:A' }]);
  });

  it('is no more sent while its role in the scope has ended, and stays', async () => {
    const { device, remote, push } = await sending(['photo:A', 'photo:B'], {
      bulkDocs: [fault('forbidden', 403)],
    });
    expect(await push()).toMatchObject({ sent: 0, refused: 0, fault: { kind: 'forbidden' } });
    expect(uploads(remote)).toBe(1);
    expect(await device.waiting()).toHaveLength(2);
  });

  it('does not count as sent where the server names another digest', async () => {
    const { server, device, push } = await sending(['photo:A']);
    const photo = (await (await device.queue()).readWaitingPhoto('photo:A'))!;
    const other = { content_type: 'image/jpeg', revpos: 1, data: btoa('other bytes') };
    const planted = {
      ...photo.body,
      _id: 'photo:A',
      _rev: photo.rev,
      _attachments: { 'photo.jpg': other },
    };
    await server.bulkDocs([planted] as unknown as PouchDB.Core.PutDocument<object>[], { new_edits: false });
    expect(await push()).toMatchObject({ sent: 0, refused: 1 });
    expect((await device.store.photos.listRefused())[0]?.reason).toMatch(/other bytes/);
  });

  it('of which nothing can be read any more is refused without a word of it, and holds up no other', async () => {
    const { device, push } = await sending(['photo:A', 'photo:B']);
    await device.damage('photo:A');
    expect(await push()).toMatchObject({ sent: 1, refused: 1 });
    expect(await device.waiting()).toEqual([]);
    expect(await device.store.photos.listRefused()).toMatchObject([
      { id: 'photo:A', reason: 'damaged on this tablet' },
    ]);
    await device.store.photos.retryRefused(['photo:A']);
    expect(await push()).toMatchObject({ sent: 0, refused: 1 });
  });

  it('lets what was saved meanwhile go first', async () => {
    const { device, push } = await sending(['photo:A', 'photo:B', 'photo:C']);
    expect(await push(() => Promise.resolve(true))).toEqual({ sent: 1, refused: 0, left: 2 });
    expect(await device.waiting()).toEqual(['photo:B', 'photo:C']);
  });
});

describe('a server that lost photos', () => {
  const lostAndAsked = async (device: PhotoDevice) => {
    const restored = aPouchServer();
    const remote = faultyRemote(pouchRemote(restored));
    const clock = { nowMs: () => 1, steadyMs: () => 1, after: () => () => undefined };
    const session = {};
    const round = async () =>
      photoRound({
        queue: await device.queue(),
        remoteOf: () => remote,
        session,
        clock,
        isInterrupted: () => Promise.resolve(false),
        onProgress: () => undefined,
      });
    return { restored, remote, round };
  };

  it('gets them again from the tablet that took them', async () => {
    const { device, push } = await sending(['photo:A', 'photo:B']);
    await push();
    const { restored, remote, round } = await lostAndAsked(device);
    expect(await round()).toEqual({ sent: 2, refused: 0, left: 0 });
    expect(await there(restored, 'photo:B')).toEqual(stubOf('photo:B'));
    const { length } = remote.asked;
    expect(await round()).toEqual({ sent: 0, refused: 0, left: 0 });
    expect(remote.asked).toHaveLength(length);
  });

  it('is asked with one request for all photos of a scope', async () => {
    const { device, push, server } = await sending(['photo:A', 'photo:B', 'photo:C']);
    await push();
    const remote = faultyRemote(pouchRemote(server));
    expect(await recheckPhotos({ queue: await device.queue(), remoteOf: () => remote })).toBeUndefined();
    expect(remote.asked.map(({ method }) => method)).toEqual(['revsDiff']);
    expect(await device.waiting()).toEqual([]);
  });

  it('is not asked for those that never went up from here', async () => {
    const { device } = await sending([]);
    const bytes = new Uint8Array(9);
    const fetched = { id: 'photo:X', scope: PHOTOS_SCOPE, of: 'visit:W', digest: 'd', bytes };
    await device.store.photos.keepFetched(fetched, {});
    const remote = faultyRemote(pouchRemote(aPouchServer()));
    await recheckPhotos({ queue: await device.queue(), remoteOf: () => remote });
    expect(remote.asked).toEqual([]);
  });
});
