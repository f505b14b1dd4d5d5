// What the server says was erased (ADR 0010): everything of it goes from this tablet in one strict transaction, whatever is
// unsent. Invariants: nothing of an erased document is kept, not even for its author, who is told how many changes of hers
// went; other unsent work stays, without what it says of an erased resident.
import { withoutPerson, type Erasing } from '#lib/domain/erasure/without-person.ts';
import { redactorOf } from '#lib/domain/erasure/words-of-person.ts';
import { clashesOf } from '#lib/domain/merge/clash-entries.ts';
import { typeOfId } from '#lib/domain/document-id.ts';
import type { DocumentBody, Scope } from '#lib/protocol/document.ts';
import { nextRevision } from '#lib/protocol/revision.ts';
import { unlessDamaged } from './damaged.ts';
import { sealEdit, unsealEdit } from './document-records.ts';
import { discardDraftPhotos } from './photo-drafts.ts';
import { unsealRejection } from './rejections.ts';
import type {
  ConfirmedContent,
  ConfirmedRow,
  DocumentKey,
  DraftRow,
  EditContent,
  EditRow,
  RejectionContent,
  RejectionRow,
} from './rows.ts';
import { sealJson, unsealJson } from './sealing.ts';
import {
  decideSettlements,
  haveMoved,
  readStanding,
  SETTLED_TABLES,
  writeSettlements,
  type Settlements,
} from './settlements.ts';
import { newOpener } from './found-documents.ts';
import type { StoreContext } from './store-context.ts';
import type { TurnContext } from './settle.ts';
import type { RowTables, TableName } from './tables.ts';

const ATTEMPTS = 10;
const TABLES: TableName[] = [...SETTLED_TABLES, 'confirmed', 'photos', 'photoBytes', 'drafts'];
/** In the clear, as other counts are: how many changes went and were not yet told of. */
const COUNT_KEY = 'count:erasedEdits';

/** Decided outside of the transaction. */
interface Judged {
  settlements: Settlements;
  /** Unsent work that speaks of somebody who was erased, as it was and as it is without her; null: it was about her. */
  edits: { before: EditRow; after: EditRow | null }[];
  drafts: { before: DraftRow; after: DraftRow | null }[];
  /** Refused edits, likewise. */
  refused: { before: RejectionRow; after: RejectionRow | null }[];
  /** Own confirmed work that speaks of her: the server has it, and without her by now. */
  own: ConfirmedRow[];
}

export async function eraseDocuments(
  store: TurnContext,
  scope: Scope,
  ids: readonly string[],
): Promise<void> {
  await store.saves.clear();
  for (const id of ids) store.firstPulls.get(scope)?.add(id);
  const erasing = await erasingOf(store, scope, ids);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const judged = await judge(store, { scope, ids }, erasing);
    const how = { mode: 'strict' as const, tables: TABLES, turn: store.turn };
    const done = await store.tables.transaction(how, (rows) => write(rows, { scope, ids }, judged));
    if (!done) continue;
    for (const table of ['documents', 'edits', 'leaves', 'rejections'] as const)
      store.feed.tell(table, { scope, ids: [...ids] });
    for (const { before } of judged.edits)
      store.feed.tell('edits', { scope: before.scope, ids: [before.id] });
    for (const table of ['drafts', 'photos', 'meta'] as const) store.feed.tell(table);
    return;
  }
  throw new Error(`what was erased in ${scope} would not keep still`);
}

interface Erased {
  scope: Scope;
  ids: readonly string[];
}

/** Who she was, as far as this tablet knew: by that she is found in what others have not sent yet. */
async function erasingOf(store: StoreContext, scope: Scope, ids: readonly string[]): Promise<Erasing> {
  const residents = ids.filter((id) => typeOfId(id) === 'resident');
  const tables: TableName[] = ['documents', 'bundles', 'edits'];
  const standing = await store.tables.transaction({ mode: 'read', tables }, (rows) =>
    readStanding(
      rows,
      residents.map((id): DocumentKey => [scope, id]),
    ),
  );
  const open = newOpener(store);
  const bodies: DocumentBody[] = [];
  for (const { found, edit } of standing) {
    const held = found && (await unlessDamaged(open(found)));
    const mine = edit && (await unlessDamaged(unsealEdit(store, edit)));
    bodies.push(...[held?.body, mine?.body].filter((body) => body !== undefined));
  }
  const texts = (name: string) => bodies.flatMap((body) => textsOf(body, name));
  return {
    words: {
      names: [...new Set(texts('name'))],
      numbers: [...new Set([...texts('idNumber'), ...texts('documentNumber'), ...texts('phones')])],
    },
    residents: new Set(residents),
    gone: new Set(ids),
    ...{ households: new Set<string>(), emptied: new Set<string>(), renamed: new Map<string, string>() },
    // Of unsent work there is little, and its author is told: a namesake's name in it goes rather than hers stays.
    hasNamesake: false,
    today: '',
  };
}

/** What a field says, and what else was said of it. */
function textsOf(body: DocumentBody, name: string): string[] {
  const clashed = clashesOf(body).filter(({ field }) => field === name);
  const values = [body[name], ...clashed.map(({ value }) => value)].flat();
  return values.filter((value) => typeof value === 'string');
}

async function judge(store: TurnContext, { scope, ids }: Erased, erasing: Erasing): Promise<Judged> {
  const keys = ids.map((id): DocumentKey => [scope, id]);
  const settlements = await decideSettlements(store, keys, () =>
    Promise.resolve({ document: null, edit: null }),
  );
  if (erasing.residents.size === 0) return { settlements, edits: [], drafts: [], refused: [], own: [] };
  const tables: TableName[] = ['edits', 'drafts', 'rejections', 'confirmed'];
  const read = await store.tables.transaction({ mode: 'read', tables }, async (rows) => ({
    edits: await rows.edits.toArray(),
    drafts: await rows.drafts.toArray(),
    refused: await rows.rejections.toArray(),
    own: await rows.confirmed.toArray(),
  }));
  const isOther = ({ id }: { id: string }) => !erasing.gone.has(id);
  const edits = read.edits.filter(isOther).map((row) => editWithout(store, row, erasing));
  const drafts = read.drafts.map((row) => draftWithout(store, row, erasing));
  const refused = read.refused.filter(isOther).map((row) => refusedWithout(store, row, erasing));
  const own = read.own.filter(isOther).map((row) => ownOf(store, row, erasing));
  return {
    ...{ settlements, edits: await changed(edits), drafts: await changed(drafts) },
    ...{ refused: await changed(refused), own: await changed(own) },
  };
}

const changed = async <T>(all: readonly Promise<T | undefined>[]): Promise<T[]> =>
  (await Promise.all(all)).filter((each) => each !== undefined);

async function editWithout(
  store: StoreContext,
  before: EditRow,
  erasing: Erasing,
): Promise<Judged['edits'][number] | undefined> {
  const edit = await unlessDamaged(unsealEdit(store, before));
  const without = edit && withoutPerson(edit.body, erasing);
  if (!edit || !without || without.outcome === 'same') return undefined;
  if (without.outcome === 'gone') return { before, after: null };
  const { body } = without as { body: DocumentBody };
  const { sealed: _sealed, rev: _rev, answer: _answer, ...kept } = before;
  return { before, after: await sealEdit(store, { ...kept, tries: 0 }, rewritten(before, edit, body)) };
}

/** What was never sent is another revision from the start; what may be on the server goes on from there. */
function rewritten({ attempted, rev }: EditRow, edit: EditContent, body: DocumentBody): EditContent {
  if (attempted === undefined)
    return { ...(edit.base && { base: edit.base }), path: [nextRevision(edit.base?.rev, body)], body };
  const sent = attempted === rev ? { rev, body: edit.body } : edit.sent;
  return { ...edit, path: [nextRevision(rev, body), ...edit.path], body, ...(sent && { sent }) };
}

async function refusedWithout(
  store: StoreContext,
  before: RejectionRow,
  erasing: Erasing,
): Promise<Judged['refused'][number] | undefined> {
  const content = await unlessDamaged(unsealRejection(store, before));
  const without = content && withoutPerson(content.edit.body, erasing);
  if (!content || !without || without.outcome === 'same') return undefined;
  if (without.outcome === 'gone') return { before, after: null };
  const { base } = content.edit;
  const body = without.body as DocumentBody;
  const rev = nextRevision(base?.rev, body);
  const edit: EditContent = { ...(base && { base }), path: [rev], body };
  const { scope, id } = before;
  const { envelope: _envelope, handedOver: _handedOver, ...kept } = before;
  const said: RejectionContent = { ...content, edit };
  const sealed = await sealJson(store.cipher, { table: 'rejections', scope, id, rev }, said);
  return { before, after: { ...kept, rev, sealed } };
}

async function ownOf(
  store: StoreContext,
  row: ConfirmedRow,
  erasing: Erasing,
): Promise<ConfirmedRow | undefined> {
  const { scope, id, rev, sealed } = row;
  const place = { table: 'confirmed' as const, scope, id, rev };
  const own = await unlessDamaged(unsealJson<ConfirmedContent>(store.cipher, place, sealed));
  return own && withoutPerson(own.body, erasing).outcome !== 'same' ? row : undefined;
}

async function draftWithout(
  store: StoreContext,
  before: DraftRow,
  { residents, words }: Erasing,
): Promise<Judged['drafts'][number] | undefined> {
  const { key } = before;
  if (key.split('|').some((part) => residents.has(part))) return { before, after: null };
  const place = { table: 'drafts' as const, id: key };
  const value = await unlessDamaged(unsealJson<unknown>(store.cipher, place, before.sealed));
  const redact = redactorOf(words);
  const text = JSON.stringify(value ?? null);
  const after = JSON.stringify(value ?? null, (_name, inner: unknown) =>
    typeof inner === 'string' ? redact(inner) : inner,
  );
  if (after === text) return undefined;
  return { before, after: { ...before, sealed: await sealJson(store.cipher, place, JSON.parse(after)) } };
}

/** False: something moved since it was judged. */
async function write(rows: RowTables, { scope, ids }: Erased, judged: Judged): Promise<boolean> {
  const { settlements, edits, drafts, refused, own } = judged;
  if (await haveMoved(rows, settlements)) return false;
  for (const { before } of edits)
    if ((await rows.edits.get([before.scope, before.id]))?.version !== before.version) return false;
  for (const { before } of drafts)
    if ((await rows.drafts.get(before.key))?.savedAt !== before.savedAt) return false;
  const told = new Set<number>();
  for (const { edit } of settlements.standing) if (edit) told.add(edit.savedAt);
  await writeSettlements(rows, settlements);
  for (const { before, after } of edits) {
    if (after) await rows.edits.put(after);
    else await rows.edits.delete([before.scope, before.id]);
    if (!after) told.add(before.savedAt);
  }
  for (const { before, after } of refused) {
    await rows.rejections.delete([before.scope, before.id, before.rev]);
    if (after) await rows.rejections.put(after);
    else told.add(before.savedAt);
  }
  const owned = own.map((row): [string, string, string] => [row.scope, row.id, row.rev]);
  await rows.confirmed.bulkDelete(owned);
  for (const id of ids) {
    const whole = [
      [scope, id],
      [scope, id, []],
    ] as const;
    for (const table of [rows.leaves, rows.confirmed])
      await (table as RowTables['leaves'])
        .where('[scope+id+rev]')
        .between(...whole)
        .delete();
    const refused = rows.rejections.where('[scope+id+rev]').between(...whole);
    for (const { savedAt } of await refused.toArray()) told.add(savedAt);
    await refused.delete();
    await dropPhotos(rows, id);
  }
  for (const { before, after } of drafts) {
    if (after) await rows.drafts.put(after);
    else await rows.drafts.delete(before.key);
    if (!after) await discardDraftPhotos(rows, before.key);
  }
  if (told.size > 0) await addToCount(rows, told.size);
  return true;
}

/** The photo of this id, and those of the visit of this id, sent or not. */
async function dropPhotos(rows: RowTables, id: string): Promise<void> {
  const photos = [id, ...(await rows.photos.where('of').equals(id).primaryKeys())];
  await rows.photos.bulkDelete(photos);
  await rows.photoBytes.bulkDelete(photos);
}

async function addToCount({ meta }: RowTables, by: number): Promise<void> {
  const known = Number((await meta.get(COUNT_KEY))?.value ?? 0);
  await meta.put({ key: COUNT_KEY, value: known + by });
}

/** Changes of hers that went with somebody who was erased, since she last acknowledged it. */
export async function countErasedEdits({ tables }: StoreContext): Promise<number> {
  const row = await tables.transaction({ mode: 'read', tables: ['meta'] }, ({ meta }) => meta.get(COUNT_KEY));
  return Number(row?.value ?? 0);
}

/** She has read it: of so many. */
export async function acknowledgeErasedEdits(store: StoreContext, count: number): Promise<void> {
  await store.tables.transaction({ mode: 'strict', tables: ['meta'] }, (rows) => addToCount(rows, -count));
  store.feed.tell('meta');
}
