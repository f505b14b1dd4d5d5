// The PhotoQueue of one turn of syncing over a person's store (protocol/photo-queue.ts).
// Invariant: a photo leaves `waiting` by a confirmation or a refusal that names it, and its bytes stay where they are.
import { PHOTO_ATTACHMENT, PHOTO_TYPE } from '#lib/domain/photo.ts';
import { StorageFault } from '#lib/protocol/storage-fault.ts';
import type { PhotoInQueue, PhotoQueue, SentPhoto, WaitingPhoto } from '#lib/protocol/photo-queue.ts';
import { unlessDamaged } from './damaged.ts';
import { sealPhoto, unsealPhoto, unsealPhotoBytes } from './photo-records.ts';
import type { PhotoContent, PhotoRow } from './photo-rows.ts';
import type { StoreContext } from './store-context.ts';
import type { Transacting } from './tables.ts';

type PhotoTurn = StoreContext & { turn: number };

export function photoQueueOf(store: PhotoTurn): PhotoQueue {
  return {
    listWaitingPhotos: () => listWaitingPhotos(store),
    readWaitingPhoto: (id) => readWaitingPhoto(store, id),
    confirmPhoto: (id) =>
      change(store, [id], (row) =>
        row.state === 'waiting' ? { state: 'sent', tries: 0, usedAt: store.nowMs() } : undefined,
      ),
    rejectPhoto: (id, reason) => rejectPhoto(store, id, reason),
    postponePhoto: (id) =>
      change(store, [id], (row) => (row.state === 'waiting' ? { tries: row.tries + 1 } : undefined)),
    listSentPhotos: () => listSentPhotos(store),
    resendPhotos: (ids) =>
      change(store, ids, (row) => (row.state === 'sent' ? { state: 'waiting', tries: 0 } : undefined)),
  };
}

/** Puts what the server refused back to wait: a person said so. */
export function retryRefusedPhotos(store: StoreContext, ids: readonly string[]): Promise<void> {
  return change(store, ids, (row) => (row.state === 'refused' ? { state: 'waiting', tries: 0 } : undefined));
}

/** Those whose visit the server has: neither waiting nor refused. */
function listWaitingPhotos({ tables }: StoreContext): Promise<PhotoInQueue[]> {
  return tables.transaction({ mode: 'read', tables: ['photos', 'edits', 'rejections'] }, async (rows) => {
    const waiting = await rows.photos.where('state').equals('waiting').toArray();
    const events = waiting.map(({ eventScope, of }): [string, string] => [eventScope, of]);
    const edits = await rows.edits.bulkGet(events);
    const refused = new Set((await rows.rejections.toArray()).map(({ scope, id }) => `${scope}|${id}`));
    return waiting
      .filter((row, n) => !edits[n] && !refused.has(`${row.eventScope}|${row.of}`))
      .sort((a, b) => a.tries - b.tries || a.ordinal - b.ordinal)
      .map(({ id, scope, tries }) => ({ id, scope, tries }));
  });
}

async function readWaitingPhoto(store: StoreContext, id: string): Promise<WaitingPhoto | undefined> {
  const [row, sealed] = await store.tables.transaction(
    { mode: 'read', tables: ['photos', 'photoBytes'] },
    (rows) => Promise.all([rows.photos.get(id), rows.photoBytes.get(id)]),
  );
  if (row?.state !== 'waiting' || !sealed) return undefined;
  const { document, digest, key } = await unsealPhoto(store, row);
  const bytes = await unsealPhotoBytes(store, sealed, key);
  if (!document) throw new StorageFault('tampered', `photo ${id} waits without a document`);
  const { rev, body } = document;
  const attachment = { name: PHOTO_ATTACHMENT, contentType: PHOTO_TYPE };
  return { id, scope: row.scope, rev, body, ...attachment, digest, bytes };
}

async function listSentPhotos(store: StoreContext): Promise<SentPhoto[]> {
  const sent = await store.tables.transaction({ mode: 'read', tables: ['photos'] }, (rows) =>
    rows.photos.where('state').equals('sent').toArray(),
  );
  const opened = await Promise.all(
    sent.map(async (row) => ({ row, content: await unsealPhoto(store, row).catch(() => undefined) })),
  );
  return opened.flatMap(({ row: { id, scope }, content }) =>
    content?.document ? [{ id, scope, rev: content.document.rev }] : [],
  );
}

async function rejectPhoto(store: PhotoTurn, id: string, reason: string): Promise<void> {
  const row = await store.tables.transaction({ mode: 'read', tables: ['photos'] }, (rows) =>
    rows.photos.get(id),
  );
  if (row?.state !== 'waiting') return;
  // Of a row that does not open, its bytes and the visit it belongs to are all that is left.
  const opened = (await unlessDamaged(unsealPhoto(store, row))) ?? { digest: '', width: 0, height: 0 };
  const content: PhotoContent = { ...opened, reason };
  const refused = await sealPhoto(store, { ...row, state: 'refused' }, content);
  await change(store, [id], (now) => (now.version === row.version ? refused : undefined));
}

/** Strict, and of this turn where there is one. */
async function change(
  store: StoreContext & { turn?: number },
  ids: readonly string[],
  to: (row: PhotoRow) => Partial<PhotoRow> | undefined,
): Promise<void> {
  const how: Transacting = {
    mode: 'strict',
    tables: ['photos'],
    ...(store.turn !== undefined && { turn: store.turn }),
  };
  await store.tables.transaction(how, async (rows) => {
    const found = await rows.photos.bulkGet([...ids]);
    const changed = found.flatMap((row) => {
      const fields = row && to(row);
      return fields ? [{ ...row, ...fields, version: row.version + 1 }] : [];
    });
    await rows.photos.bulkPut(changed);
  });
  store.feed.tell('photos');
}
