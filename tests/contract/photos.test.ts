// Photos against the server as it ships, over HTTP: with the rules that guard their scope, on a bad line, and killed.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { realClock as clock } from '#lib/device/real-clock.ts';
import { PHOTO_ATTACHMENT } from '#lib/domain/photo.ts';
import { attachmentDigest } from '#lib/protocol/attachment.ts';
import { fetchPhoto } from '#lib/sync/photo-fetch.ts';
import { httpRemote } from '#lib/sync/http-remote.ts';
import { pushPhotos } from '#lib/sync/photo-push.ts';
import {
  aPhotoDevice,
  PHOTOS_SCOPE,
  photoBytes,
  stubOf,
  type PhotoDevice,
} from '../fixtures/photo-device.ts';
import { writeRules } from '../../scripts/provision/write-rules.ts';
import { listen, openEmbedded, portOf, stop } from './open-embedded.ts';
import { ask, type OpenedServer } from './opened-server.ts';

const SCRIPT = fileURLToPath(new URL('./serve-until-killed.ts', import.meta.url));
const ADMIN = { name: 'admin', password: 'relax' };
const authorization = `Basic ${Buffer.from('admin:relax').toString('base64')}`;
const withAuth = (url: string, init: RequestInit) =>
  fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), authorization } });
async function push(device: PhotoDevice, url: string) {
  const queue = await device.queue();
  const remote = httpRemote({ url: `${url}/${PHOTOS_SCOPE}`, fetch: withAuth, clock, timeoutMs: 5000 });
  return pushPhotos({ queue, remoteOf: () => remote, isInterrupted: () => Promise.resolve(false) });
}

async function makeScope(url: string): Promise<void> {
  await ask(`${url}/${PHOTOS_SCOPE}`, { method: 'PUT', as: ADMIN });
  await ask(`${url}/${PHOTOS_SCOPE}`, { as: ADMIN, body: { ...writeRules('photos') } });
}

const stored = async (url: string, id: string) =>
  (await ask(`${url}/${PHOTOS_SCOPE}/${id}`, { as: ADMIN })).json._attachments[PHOTO_ATTACHMENT];

describe('a photo and the embedded server', () => {
  let server: OpenedServer;
  let front: Server | undefined;
  beforeAll(async () => {
    server = await openEmbedded();
    await makeScope(server.url);
  });
  afterEach(async () => {
    if (front) await stop(front);
    front = undefined;
  });
  afterAll(() => server.close());

  it('agree on the digest, and on what a colleague fetches', async () => {
    const device = await aPhotoDevice(['photo:AGREED']);
    expect(await push(device, server.url)).toEqual({ sent: 1, refused: 0, left: 0 });
    expect(await stored(server.url, 'photo:AGREED')).toEqual(stubOf('photo:AGREED'));
    const asked = { id: 'photo:AGREED', name: PHOTO_ATTACHMENT };
    const fetching = { url: `${server.url}/${PHOTOS_SCOPE}`, fetch: withAuth, clock };
    const digest = attachmentDigest(photoBytes('photo:AGREED'));
    expect(await fetchPhoto(fetching, { ...asked, digest })).toEqual({
      outcome: 'fetched',
      bytes: photoBytes('photo:AGREED'),
    });
    expect(await fetchPhoto(fetching, { ...asked, digest: 'md5-other' })).toEqual({ outcome: 'wrong' });
    expect(await fetchPhoto(fetching, { ...asked, id: 'photo:NONE', digest })).toEqual({
      outcome: 'notThere',
    });
  });

  it('lose nothing where answers break off, whichever it is', async () => {
    for (let breaksAt = 0; breaksAt < 5; breaksAt++) {
      const id = `photo:BROKEN${breaksAt}`;
      const device = await aPhotoDevice([id]);
      let answers = 0;
      const passing = await listen((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const { host: _host, connection: _connection, ...headers } = request.headers;
          const passed = { method: request.method ?? 'GET', headers: headers as Record<string, string> };
          const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
          void fetch(`${server.url}${request.url ?? ''}`, { ...passed, ...body }).then(async (answer) => {
            const text = await answer.text();
            response.writeHead(answer.status, {
              'content-type': 'application/json',
              'content-length': text.length,
            });
            // The server has done it; of its answer half arrives.
            if (answers++ === breaksAt)
              response.write(text.slice(0, text.length >> 1), () => request.socket.destroy());
            else response.end(text);
          });
        });
      });
      front = passing;
      const url = `http://127.0.0.1:${portOf(passing)}`;
      let tries = 0;
      while ((await device.waiting()).length > 0 && tries++ < 4) await push(device, url);
      expect(tries).toBeLessThanOrEqual(3);
      expect(await stored(server.url, id)).toEqual(stubOf(id));
      await stop(passing);
      front = undefined;
    }
  });

  it('too large for it, is kept and told', async () => {
    const small = await openEmbedded({ limits: { requestBytes: 1500 } });
    const device = await aPhotoDevice(['photo:LARGE']);
    await ask(`${small.url}/${PHOTOS_SCOPE}`, { method: 'PUT', as: ADMIN });
    expect(await push(device, small.url)).toMatchObject({ sent: 0, refused: 1 });
    expect((await device.store.photos.listRefused())[0]?.reason).toMatch(/413/);
    expect(await device.store.photos.readBytes('photo:LARGE')).toEqual(photoBytes('photo:LARGE'));
    await small.close();
  });
});

describe('a server killed between photos', () => {
  let dataDir: string;
  let running: ChildProcess | undefined;
  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'photos-killed-'));
  });
  afterAll(async () => {
    running?.kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start(): Promise<string> {
    running = spawn(process.execPath, ['--import', 'tsx', SCRIPT, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    for await (const chunk of running.stdout!) {
      said += String(chunk);
      if (said.includes('port ')) break;
    }
    return `http://127.0.0.1:${/port (\d+)/.exec(said)?.[1] ?? ''}`;
  }

  it('has every photo that counts as sent, and gets the others', async () => {
    const ids = Array.from({ length: 6 }, (_, at) => `photo:K${at}`);
    const device = await aPhotoDevice(ids);
    const url = await start();
    await makeScope(url);
    const queue = await device.queue();
    const remote = httpRemote({ url: `${url}/${PHOTOS_SCOPE}`, fetch: withAuth, clock, timeoutMs: 5000 });
    const ended = once(running!, 'exit');
    const onProgress = (done: number) => {
      if (done === 3) running?.kill('SIGKILL');
    };
    const ports = { queue, remoteOf: () => remote, isInterrupted: () => Promise.resolve(false), onProgress };
    const { sent, fault } = await pushPhotos(ports);
    expect(fault).toMatchObject({ kind: 'unreachable' });
    // The third was on the server, and whether it said so in time is chance.
    expect([2, 3]).toContain(sent);
    await ended;
    const again = await start();
    const waiting = await device.waiting();
    expect(waiting).toEqual(ids.slice(sent));
    for (const id of ids.slice(0, sent)) expect(await stored(again, id)).toEqual(stubOf(id));
    expect(await push(device, again)).toMatchObject({ sent: ids.length - sent });
    for (const id of ids) expect(await stored(again, id)).toEqual(stubOf(id));
  });
});
