// Seals to the organisation's key what was saved before that key was known here, or under a former one. Invariant: a row
// that moved meanwhile is left as it is; whoever wrote it has sealed it.
import { typeOfId } from '#lib/domain/document-id.ts';
import { ORGANISATION_KEY } from '#lib/domain/organisation-key.ts';
import { parseDocument } from '#lib/domain/parse-document.ts';
import { DIRECTORY } from '#lib/domain/scopes.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import { unlessDamaged } from './damaged.ts';
import { sealEdit, unsealEdit } from './document-records.ts';
import { sealOfEdit, sealOfPhoto } from './envelope-contents.ts';
import { sealPhoto, sealPhotoBytes, unsealPhoto, unsealPhotoBytes } from './photo-records.ts';
import type { PhotoBytesRow, PhotoRow } from './photo-rows.ts';
import { readDocument } from './reads.ts';
import { unsealRejection } from './rejections.ts';
import type { EditRow, RejectionRow } from './rows.ts';
import type { StoreContext } from './store-context.ts';

/** Learns the organisation's key, now and whenever another comes, and seals to it what is unsent. */
export async function keepSealed(store: StoreContext): Promise<void> {
  if (!store.outbox.crypto) return;
  await learnOrganisationKey(store);
  store.feed.listen(({ tables, types }) => {
    if (tables.includes('documents') && types.includes(TYPE)) void sealAnew(store);
  });
  // Behind what opened the store: nobody waits for it.
  void sealUnsent(store).catch(unlessClosed);
}

const TYPE = typeOfId(ORGANISATION_KEY);

async function sealAnew(store: StoreContext): Promise<void> {
  try {
    if (await learnOrganisationKey(store)) await sealUnsent(store);
  } catch (error) {
    unlessClosed(error);
  }
}

/** Takes the organisation's key from the directory held here. Answers whether it is another than before. */
async function learnOrganisationKey(store: StoreContext): Promise<boolean> {
  const { outbox } = store;
  if (!outbox.crypto) return false;
  const stored = await unlessDamaged(readDocument(store, DIRECTORY, ORGANISATION_KEY));
  const parsed = stored && parseDocument('organisation-key', stored.body);
  if (parsed?.outcome !== 'read' || parsed.document.keyId === outbox.sealer?.keyId) return false;
  try {
    outbox.sealer = await outbox.crypto.sealerFor(parsed.document);
    return true;
  } catch (error) {
    // No point of the curve: whoever wrote it wrote nonsense. What is sealed stays sealed to the key before.
    if (error instanceof DOMException) return false;
    throw error;
  }
}

/** A store that is closed meanwhile, or whose medium fails, has it done at its next opening. */
function unlessClosed(error: unknown): void {
  if (storageFaultKind(error) === undefined) throw error;
}

/** Answers how many it sealed. What is damaged, or finds no room, stays without. */
async function sealUnsent(store: StoreContext): Promise<number> {
  const { sealer } = store.outbox;
  if (!sealer) return 0;
  const isWanting = ({ envelope }: { envelope?: { keyId: string } | undefined }) =>
    envelope?.keyId !== sealer.keyId;
  const wanting = await store.tables.transaction(
    { mode: 'read', tables: ['edits', 'rejections', 'photos'] },
    async ({ edits, rejections, photos }) => ({
      edits: (await edits.toArray()).filter(isWanting),
      rejections: (await rejections.toArray()).filter(isWanting),
      photos: (await photos.where('state').anyOf('waiting', 'refused').toArray()).filter(isWanting),
    }),
  );
  let sealed = 0;
  for (const edit of wanting.edits) sealed += await countOf(editAnew(store, edit));
  for (const rejection of wanting.rejections) sealed += await countOf(rejectionAnew(store, rejection));
  for (const photo of wanting.photos) sealed += await countOf(photoAnew(store, photo));
  return sealed;
}

/** 1 where it was sealed, 0 where it was not, or found no room. */
async function countOf(sealing: Promise<boolean>): Promise<number> {
  try {
    return (await sealing) ? 1 : 0;
  } catch (error) {
    if (storageFaultKind(error) !== 'full') throw error;
    return 0;
  }
}

async function editAnew(store: StoreContext, row: EditRow): Promise<boolean> {
  const content = await unlessDamaged(unsealEdit(store, row));
  if (!content) return false;
  const anew = await sealEdit(store, row, content);
  return store.tables.transaction({ mode: 'strict', tables: ['edits'] }, async ({ edits }) => {
    const now = await edits.get([row.scope, row.id]);
    if (now?.version !== row.version || now.rev !== row.rev) return false;
    await edits.put(anew);
    return true;
  });
}

async function rejectionAnew(store: StoreContext, row: RejectionRow): Promise<boolean> {
  const content = await unlessDamaged(unsealRejection(store, row));
  const envelope = content && (await sealOfEdit(store, row, content.edit));
  if (!envelope) return false;
  return store.tables.transaction({ mode: 'strict', tables: ['rejections'] }, async ({ rejections }) => {
    if (!(await rejections.get([row.scope, row.id, row.rev]))) return false;
    await rejections.put({ ...row, envelope });
    return true;
  });
}

/** Bytes an earlier build sealed under the owner's key alone are sealed under one of their own. */
async function photoAnew(store: StoreContext, row: PhotoRow): Promise<boolean> {
  const content = await unlessDamaged(unsealPhoto(store, row));
  if (!content?.document) return false;
  const rekeyed = content.key === undefined ? await bytesAnew(store, row.id) : {};
  if (!rekeyed) return false;
  const { bytes, key = content.key } = rekeyed;
  const whole = { ...content, ...(key !== undefined && { key }) };
  const envelope = await sealOfPhoto(store, row, whole);
  if (!envelope) return false;
  const anew = { ...(await sealPhoto(store, row, whole)), envelope };
  return store.tables.transaction({ mode: 'strict', tables: ['photos', 'photoBytes'] }, async (rows) => {
    if ((await rows.photos.get(row.id))?.version !== row.version) return false;
    await rows.photos.put(anew);
    if (bytes) await rows.photoBytes.put(bytes);
    return true;
  });
}

async function bytesAnew(
  store: StoreContext,
  id: string,
): Promise<{ bytes?: PhotoBytesRow; key?: string } | undefined> {
  const row = await store.tables.transaction({ mode: 'read', tables: ['photoBytes'] }, (rows) =>
    rows.photoBytes.get(id),
  );
  const plain = row && (await unlessDamaged(unsealPhotoBytes(store, row, undefined)));
  if (!plain) return undefined;
  const { row: bytes, key } = await sealPhotoBytes(store, id, plain);
  return { bytes, ...(key !== undefined && { key }) };
}
