// One business action is one strict transaction: all its documents, its photos, the end of its draft and of what the server
// had refused of a document it mends, or nothing (sync.md 3).
// Invariant: an edit grows from the revision the caller read; where that has moved meanwhile, nothing is written.
import { bodyWithoutRevision, type DocumentBody, type Scope } from '#lib/protocol/document.ts';
import { nextRevision, wellFormed, type Revision } from '#lib/protocol/revision.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import { sealEdit, unsealEdit } from './document-records.ts';
import type { EnvelopeSealer } from './envelope-sealer.ts';
import { newOpener } from './found-documents.ts';
import { takeNumber } from './numbers-given.ts';
import { withRoom } from './photo-copies.ts';
import type { PhotoRow } from './photo-rows.ts';
import { sealPhotos, writePhotos, type PhotoPut } from './photo-saving.ts';
import type { EditContent, EditRow } from './rows.ts';
import { dropRejectionsOf } from './rejections.ts';
import { hasMoved, readStanding, type Standing } from './settlements.ts';
import type { StoreContext } from './store-context.ts';
import type { TableName } from './tables.ts';

export interface Put {
  scope: Scope;
  /** With `_id`; `_deleted` and `_attachments` count, other fields that begin with `_` do not. */
  body: DocumentBody;
  /** The revision that was read and is now changed; undefined for a new document. */
  basedOn?: Revision | undefined;
  /** It says otherwise what the server refused of this document: what was refused goes with the saving. */
  mends?: boolean;
}

export type SaveOutcome =
  /** On the medium. `revs` in the order of the puts. */
  | { outcome: 'saved'; revs: Revision[] }
  /**
   * These documents are no longer at the revision the action was based on, or these photos no longer the draft's: read
   * again, plan again. Nothing written.
   */
  | { outcome: 'moved'; ids: string[] }
  /** No room on the tablet. Nothing written. */
  | { outcome: 'full' };

export interface SavedBeside {
  /** Of the draft that ends. */
  key?: string | undefined;
  photos?: readonly PhotoPut[] | undefined;
  /** See numbered-save.ts: where it is not the next one, nothing is written. */
  number?: number | undefined;
}

const ATTEMPTS = 5;

/** Answers after the transaction completed. Throws StorageFaults other than `full`. */
export async function saveAction(
  store: StoreContext,
  puts: readonly Put[],
  beside: SavedBeside = {},
): Promise<SaveOutcome> {
  const { key: draftKey, photos: taken = [], number } = beside;
  const keys = puts.map((put): [string, string] => [put.scope, idOf(put)]);
  if (new Set(keys.map(String)).size < keys.length) throw new TypeError('an action puts each document once');
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const standing = await store.tables.transaction(
      { mode: 'read', tables: ['documents', 'bundles', 'edits'] },
      (rows) => readStanding(rows, keys),
    );
    const moved = puts.filter((put, n) => (standing[n]!.edit ?? standing[n]!.found)?.rev !== put.basedOn);
    if (moved.length > 0) return { outcome: 'moved', ids: moved.map(idOf) };
    const { sealer } = store.outbox;
    // One moment for all of them: by it a person's action is counted as one.
    const savedAt = store.nowMs();
    const edits = await Promise.all(puts.map((put, n) => editOf({ ...store, savedAt }, put, standing[n]!)));
    const photos = await sealPhotos({ ...store, savedAt }, taken, draftKey);
    if (!photos) return { outcome: 'moved', ids: taken.map(({ body }) => body._id) };
    const mended = puts.filter(({ mends }) => mends).map(idOf);
    const outcome = await write(store, { keys, standing, edits, photos, draftKey, mended, number, sealer });
    if (outcome !== 'again') return outcome;
  }
  return { outcome: 'moved', ids: puts.map(idOf) };
}

function idOf({ body }: Put): string {
  if (body._id === undefined) throw new TypeError('a document to save needs its _id');
  return body._id;
}

/** The edit that this put makes of what stands there. `ordinal` is given in the transaction. */
async function editOf(
  store: StoreContext & { savedAt: number },
  put: Put,
  { found, edit }: Standing,
): Promise<EditRow> {
  const { savedAt } = store;
  const body = storable(put.body);
  const rev = nextRevision(put.basedOn, body);
  const head = { scope: put.scope, id: idOf(put), savedAt, ordinal: 0, tries: 0, version: 0 };
  if (!edit) {
    const base = found && (await newOpener(store)(found));
    const content: EditContent = { path: [rev], body };
    if (base) content.base = { rev: base.rev, body: base.body, path: base.path };
    return sealEdit(store, head, content);
  }
  const before = await unsealEdit(store, edit);
  const sent = edit.attempted === edit.rev ? { rev: edit.rev, body: before.body } : before.sent;
  const content: EditContent = { ...before, path: [rev, ...before.path], body, ...(sent && { sent }) };
  const { answer: _answer, sealed: _sealed, rev: _rev, ...kept } = edit;
  return sealEdit(store, { ...kept, savedAt, tries: 0 }, content);
}

/** Plain JSON that every server stores alike. */
function storable(body: DocumentBody): DocumentBody {
  const json = JSON.stringify(bodyWithoutRevision(body));
  return JSON.parse(json, (_name, value: unknown) =>
    typeof value === 'string' ? wellFormed(value) : value,
  ) as DocumentBody;
}

interface Writing {
  keys: [string, string][];
  standing: Standing[];
  edits: EditRow[];
  photos: PhotoRow[];
  draftKey: string | undefined;
  /** Ids of the documents whose refusal is mended. */
  mended: readonly string[];
  number: number | undefined;
  /** By which their envelopes were sealed. */
  sealer: EnvelopeSealer | undefined;
}

function tablesOf({ draftKey, mended }: Writing): TableName[] {
  const ofDraft = ['drafts', 'photos', 'photoBytes'] as const;
  return [
    ...(['documents', 'bundles', 'edits'] as const),
    ...(draftKey === undefined ? [] : ofDraft),
    ...(mended.length === 0 ? [] : (['rejections'] as const)),
  ];
}

async function write(store: StoreContext, writing: Writing): Promise<SaveOutcome | 'again'> {
  try {
    const outcome = await withRoom(store, () => writeOnce(store, writing));
    if (outcome !== 'again' && outcome.outcome === 'saved') tell(store, writing);
    return outcome;
  } catch (error) {
    if (storageFaultKind(error) === 'full') return { outcome: 'full' };
    throw error;
  }
}

function writeOnce(store: StoreContext, writing: Writing): Promise<SaveOutcome | 'again'> {
  const { keys, standing, edits, photos, draftKey, mended, number } = writing;
  return store.tables.transaction({ mode: 'strict', tables: tablesOf(writing) }, async (rows) => {
    // Whoever seals what has no envelope of a new key looked before this was there.
    if (store.outbox.sealer !== writing.sealer) return 'again';
    const now = await readStanding(rows, keys);
    if (now.some((each, n) => hasMoved(each, standing[n]!))) return 'again';
    if (number !== undefined && !(await takeNumber(rows, number)))
      return { outcome: 'moved', ids: keys.map(([, id]) => id) };
    if (draftKey !== undefined && !(await writePhotos(rows, photos, draftKey))) return 'again';
    const counter = await rows.meta.get('ordinal');
    const first = Number(counter?.value ?? 0) + 1;
    await rows.edits.bulkPut(
      edits.map((edit, n) => (edit.ordinal > 0 ? edit : { ...edit, ordinal: first + n })),
    );
    await rows.meta.put({ key: 'ordinal', value: first + edits.length });
    if (draftKey !== undefined) await rows.drafts.delete(draftKey);
    if (mended.length > 0) await dropRejectionsOf(rows, mended);
    return { outcome: 'saved', revs: edits.map((edit) => edit.rev) };
  });
}

function tell(store: StoreContext, { edits, draftKey, mended }: Writing): void {
  for (const { scope, id } of edits) {
    store.feed.tell('edits', { scope, ids: [id] });
    if (mended.includes(id)) store.feed.tell('rejections', { scope, ids: [id] });
  }
  if (draftKey === undefined) return;
  store.feed.tell('drafts');
  store.feed.tell('photos');
}
