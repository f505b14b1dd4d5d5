// How the photos of a draft become the photos of a saved visit, in the transaction that saves it (save-action.ts).
// Invariants: a photo goes up as one document whose revision follows from its body and the digest of its bytes, made once
// and never changed; a photo is taken from a draft at most once, whoever else has the same form open.
import { PHOTO_ATTACHMENT } from '#lib/domain/photo.ts';
import { bodyWithoutRevision, type DocumentBody, type Scope } from '#lib/protocol/document.ts';
import { nextRevision } from '#lib/protocol/revision.ts';
import { sealOfPhoto } from './envelope-contents.ts';
import { discardDraftPhotos } from './photo-drafts.ts';
import { sealPhoto, unsealPhoto } from './photo-records.ts';
import type { PhotoRow } from './photo-rows.ts';
import type { StoreContext } from './store-context.ts';
import type { RowTables } from './tables.ts';

export interface PhotoPut {
  /** Of the photo's document: where it goes. */
  scope: Scope;
  /** With `_id`, the photo's; without attachments. */
  body: DocumentBody & { _id: string };
  /** The document it belongs to, saved in the same action. */
  event: { scope: Scope; id: string };
}

/** Photos ready to be written; undefined where one of them is not this draft's any more. */
export async function sealPhotos(
  store: StoreContext & { savedAt: number },
  puts: readonly PhotoPut[],
  draftKey: string | undefined,
): Promise<PhotoRow[] | undefined> {
  if (puts.length === 0) return [];
  const found = await store.tables.transaction({ mode: 'read', tables: ['photos'] }, (rows) =>
    rows.photos.bulkGet(puts.map(({ body }) => body._id)),
  );
  if (found.some((row) => !isDraft(row, draftKey))) return undefined;
  return Promise.all(puts.map((put, n) => sealOne(store, put, found[n]!)));
}

async function sealOne(
  store: StoreContext & { savedAt: number },
  { scope, body, event }: PhotoPut,
  row: PhotoRow,
): Promise<PhotoRow> {
  const content = await unsealPhoto(store, row);
  const plain = JSON.parse(JSON.stringify(bodyWithoutRevision(body))) as DocumentBody;
  const rev = nextRevision(undefined, {
    ...plain,
    _attachments: { [PHOTO_ATTACHMENT]: { digest: content.digest } },
  });
  const saved: Omit<PhotoRow, 'sealed'> = {
    ...row,
    state: 'waiting',
    of: event.id,
    eventScope: event.scope,
    scope,
    savedAt: store.savedAt,
  };
  const whole = { ...content, document: { rev, body: plain } };
  const [sealed, envelope] = await Promise.all([
    sealPhoto(store, saved, whole),
    sealOfPhoto(store, saved, whole),
  ]);
  return { ...sealed, ...(envelope && { envelope }) };
}

/**
 * Within the saving transaction: the photos wait, whatever else the draft had goes. False, and nothing is written, where
 * one of them has moved since it was sealed.
 */
export async function writePhotos(
  rows: RowTables,
  photos: readonly PhotoRow[],
  draftKey: string | undefined,
): Promise<boolean> {
  const now = await rows.photos.bulkGet(photos.map(({ id }) => id));
  if (now.some((row, n) => !isDraft(row, draftKey) || row?.version !== photos[n]!.version - 1)) return false;
  await rows.photos.bulkPut([...photos]);
  if (draftKey !== undefined) await discardDraftPhotos(rows, draftKey);
  return true;
}

const isDraft = (row: PhotoRow | undefined, draftKey: string | undefined) =>
  row?.state === 'draft' && row.of === draftKey;
