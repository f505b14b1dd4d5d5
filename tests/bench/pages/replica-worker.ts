// The worker of a `ReplicaAtWork`: the real store, sealed, and the real rounds of the sync, over HTTP.
import { expose } from 'comlink';
import { realClock as clock } from '../../../src/lib/device/real-clock.ts';
import { opaqueReferenceOf } from '../../../src/lib/domain/opaque-reference.ts';
import { attachmentDigest } from '../../../src/lib/protocol/attachment.ts';
import type { DocumentBody } from '../../../src/lib/protocol/document.ts';
import { forUse, newDataKey } from '../../../src/lib/storage/keys.ts';
import { openStore, type DeviceStore } from '../../../src/lib/storage/open-store.ts';
import { aesGcmCipher, type Cipher } from '../../../src/lib/storage/sealing.ts';
import { httpRemote } from '../../../src/lib/sync/http-remote.ts';
import { syncRound, type RoundProgress } from '../../../src/lib/sync/sync-round.ts';
import { newSyncSession } from '../../../src/lib/sync/sync-session.ts';
import type { PhotosWish, ReplicaAtWork, RoundTold } from './replica-at-work.ts';

let cipher: Cipher | undefined;
let opened: DeviceStore | undefined;
let session = newSyncSession();

function store(): DeviceStore {
  if (!opened) throw new Error('open the replica first');
  return opened;
}

async function open(name: string): Promise<void> {
  opened?.close();
  cipher ??= aesGcmCipher(await forUse(crypto, await newDataKey(crypto)));
  opened = await openStore({
    name,
    cipher,
    referenceOf: opaqueReferenceOf,
    nowMs: clock.nowMs,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  });
}

async function round(scopes: readonly string[]): Promise<RoundTold> {
  const started = performance.now();
  let confirmedMs: number | undefined;
  const onProgress = (progress: RoundProgress) => {
    if (progress.activity === 'uploading' && progress.total > 0 && progress.done === progress.total)
      confirmedMs = performance.now() - started;
  };
  const report = await syncRound(
    {
      store: await store().beginTurn(),
      remoteOf: (scope) => httpRemote({ url: `/db/${scope}`, fetch: (to, init) => fetch(to, init), clock }),
      session,
      clock,
      newNonce: () => crypto.randomUUID(),
      onProgress,
    },
    scopes,
  );
  const { sent, received, complete, fault, photos } = report;
  return {
    ms: performance.now() - started,
    ...(confirmedMs !== undefined && { confirmedMs }),
    sent,
    photosSent: photos?.sent ?? 0,
    received,
    complete,
    ...(fault && { fault: JSON.stringify(fault) }),
    pulls: Object.fromEntries(
      report.scopes.flatMap(({ scope, pull }) => (pull ? [[scope, pull] as const] : [])),
    ),
  };
}

const ATTEMPTS = 5;

/** As a command of the app does: reads what it changes, and where that moved meanwhile, reads again. */
async function save(scope: string, bodies: readonly DocumentBody[], photos?: PhotosWish): Promise<void> {
  const event = { scope, id: String(bodies[0]?._id) };
  if (photos) await takePhotos(event.id, photos);
  const taken = photos?.ids.map((id) => ({
    scope: photos.scope,
    body: { _id: id, type: 'photo', schema: 1, event: event.id },
    event,
  }));
  let outcome = 'moved';
  for (let attempt = 0; attempt < ATTEMPTS && outcome === 'moved'; attempt++) {
    const puts = await Promise.all(
      bodies.map(async (body) => {
        const before = await store().readDocument(scope, String(body._id));
        return { scope, body: { ...before?.body, ...body }, basedOn: before?.rev };
      }),
    );
    ({ outcome } = await store().saveAction(puts, photos && event.id, taken));
  }
  if (outcome !== 'saved') throw new Error(`not saved: ${outcome}`);
}

/** As the camera's pictures are kept until their form is saved. */
async function takePhotos(draftKey: string, { ids, sizeBytes }: PhotosWish): Promise<void> {
  for (const id of ids) {
    const bytes = new Uint8Array(sizeBytes);
    // The browser gives 64 KiB of chance at once.
    for (let from = 0; from < sizeBytes; from += 65_536)
      crypto.getRandomValues(bytes.subarray(from, from + 65_536));
    const photo = { id, draftKey, bytes, digest: attachmentDigest(bytes), width: 1600, height: 1200 };
    const { outcome } = await store().photos.keepDraft(photo, ids.length);
    if (outcome !== 'kept') throw new Error(`a photo was not kept: ${outcome}`);
  }
}

const replica: ReplicaAtWork = {
  open,
  beginSession() {
    session = newSyncSession();
    return Promise.resolve();
  },
  round,
  save,
  async listIds(scope, type, limit) {
    const { documents } = await store().listByType(scope, type);
    return documents.slice(0, limit).map(({ id }) => id);
  },
  held: (scope) => store().countDocuments(scope),
  waiting: async () => (await store().countWaiting()).waiting,
};

expose(replica);
