// Photos the server did not take, or whose visit it did not take, once a person acts: handed out as a file, sent again, or
// given up. Invariants: a visit that is given up takes its photos with it, in one transaction, and no photo goes up for a
// visit that is nowhere; what the server has, or what waits to go up, is never given up here.
import { PHOTO_ATTACHMENT, PHOTO_TYPE } from '#lib/domain/photo.ts';
import { base64Of } from '#lib/protocol/attachment.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import { unlessDamaged } from './damaged.ts';
import { unsealPhoto, unsealPhotoBytes } from './photo-records.ts';
import type { PhotoRow } from './photo-rows.ts';
import type { RejectionKey } from './rejections.ts';
import type { StoreContext } from './store-context.ts';
import type { RowTables } from './tables.ts';

export interface PhotoToHandOut {
  scope: string;
  /** With its bytes as an attachment in base64, where they can still be read. */
  document: DocumentBody;
  /** The server's words; empty where it was not asked. */
  reason: string;
}

/** Those of these that wait or were refused, as they were to be sent. */
export async function handOutPhotos(store: StoreContext, ids: readonly string[]): Promise<PhotoToHandOut[]> {
  const [rows, bytes] = await store.tables.transaction(
    { mode: 'read', tables: ['photos', 'photoBytes'] },
    (tables) => Promise.all([tables.photos.bulkGet([...ids]), tables.photoBytes.bulkGet([...ids])]),
  );
  const photos: PhotoToHandOut[] = [];
  for (const [place, row] of rows.entries()) {
    if (!row || !isUnsent(row)) continue;
    const content = await unlessDamaged(unsealPhoto(store, row));
    if (!content?.document) continue;
    const { document, digest, key, reason = '' } = content;
    const sealed = bytes[place];
    const data = sealed && (await unlessDamaged(unsealPhotoBytes(store, sealed, key)));
    const attachment = { content_type: PHOTO_TYPE, digest, ...(data && { data: base64Of(data) }) };
    photos.push({
      scope: row.scope,
      document: { ...document.body, _attachments: { [PHOTO_ATTACHMENT]: attachment } },
      reason,
    });
  }
  return photos;
}

const isUnsent = ({ state }: PhotoRow) => state === 'waiting' || state === 'refused';

/** Gives up photos the server refused; answers those that went. */
export async function dropRefusedPhotos(store: StoreContext, ids: readonly string[]): Promise<string[]> {
  const gone = await store.tables.transaction(
    { mode: 'strict', tables: ['photos', 'photoBytes'] },
    async (rows) => {
      const found = await rows.photos.bulkGet([...ids]);
      return dropPhotos(
        rows,
        found.filter((row) => row?.state === 'refused'),
      );
    },
  );
  store.feed.tell('photos');
  return gone;
}

/**
 * Gives up what was refused, and the photos that waited for it: the only way by which saved work goes without having
 * reached the server. Answers the photos that went. They stay where the same document waits again, mended, or is known.
 */
export async function giveUpRejection(
  store: StoreContext,
  { scope, id, rev }: RejectionKey,
): Promise<string[]> {
  const tables = ['rejections', 'edits', 'documents', 'photos', 'photoBytes'] as const;
  const gone = await store.tables.transaction({ mode: 'strict', tables: [...tables] }, async (rows) => {
    await rows.rejections.delete([scope, id, rev]);
    const place: [string, string] = [scope, id];
    const lives = (await rows.edits.get(place)) ?? (await rows.documents.get(place));
    const others = await rows.rejections
      .where('[scope+id+rev]')
      .between([scope, id, ''], [scope, id, '\uffff'])
      .count();
    if (lives || others > 0) return [];
    const photos = await rows.photos.where('of').equals(id).toArray();
    return dropPhotos(
      rows,
      photos.filter((row) => row.eventScope === scope && isUnsent(row)),
    );
  });
  store.feed.tell('rejections', { scope, ids: [id] });
  if (gone.length > 0) store.feed.tell('photos');
  return gone;
}

async function dropPhotos(
  rows: Pick<RowTables, 'photos' | 'photoBytes'>,
  photos: readonly (PhotoRow | undefined)[],
): Promise<string[]> {
  const ids = photos.flatMap((row) => (row ? [row.id] : []));
  await rows.photos.bulkDelete(ids);
  await rows.photoBytes.bulkDelete(ids);
  return ids;
}
