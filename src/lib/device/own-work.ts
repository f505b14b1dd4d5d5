// What she did on this tablet since she last handed in, read from roster and store: every document with its revision.
// Invariant: from what is handed in nothing is left out that carries her name, this tablet and a later save, waiting or not, whatever its clock
// said then or says now.
import { MODEL_TYPES, type FieldModel } from '#lib/domain/field-model.ts';
import { isHers, isOthers, type Authored, type Whose } from '#lib/domain/shift-work.ts';
import type { HeldShift } from '#lib/domain/shift-board.ts';
import { typeOfId } from '#lib/domain/document-id.ts';
import { parseDocument } from '#lib/domain/parse-document.ts';
import { beijingDate, type IsoDate, type IsoInstant } from '#lib/domain/time.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import type { StoredDocument } from '#lib/storage/reads.ts';

export interface WorkSource {
  store: DeviceStore;
  model: FieldModel;
  /** Where events stand or wait, held or not. */
  eventScopes: readonly string[];
}

export interface OwnWork {
  documents: StoredDocument[];
  /** Documents of others that came meanwhile. */
  received: number;
  /** Number of the last save before this was read. */
  upTo: number;
}

const ROSTER = ['rooms', 'households', 'residents', 'memberships', 'tags', 'tasks'] as const;

/** What a receipt is about; it is a document of hers itself. */
const HANDED_IN: ReadonlySet<string> = new Set([...MODEL_TYPES.grid, 'visit']);

export async function readOwnWork(source: WorkSource, whose: Whose): Promise<OwnWork> {
  const { store, model } = source;
  const { last, ordinals } = await store.readOwnOrder();
  const isOwn = (document: Authored) => isHers(document, whose, ordinals.get(document._id));
  const roster = ROSTER.flatMap((name) => [...model[name].values()] as Authored[]);
  const kept = await Promise.all(
    roster.filter(isOwn).map(({ _id }) => store.readDocument(model.scopes.get(_id) ?? '', _id)),
  );
  const events = await readEvents(source);
  return {
    documents: [
      ...kept.filter((document) => document !== undefined),
      ...events.filter(({ body }) => isOwn(body as unknown as Authored)),
    ],
    received: [...roster, ...events.map(({ body }) => body as unknown as Authored)].filter((document) =>
      isOthers(document, whose),
    ).length,
    upTo: last,
  };
}

/**
 * The days on which what is not handed in yet was saved, earliest first. Asked with every change, so that only what the
 * tablet's own order names is opened: of work confirmed more than a week ago there are the last 2,000 documents
 * (own-order.ts). What is missing here is in the receipt all the same.
 */
export async function readOpenDays(
  store: Pick<DeviceStore, 'readOwnOrder' | 'readDocuments'>,
  whose: Whose,
): Promise<IsoDate[]> {
  const { ordinals, scopes } = await store.readOwnOrder();
  const byScope = new Map<string, string[]>();
  for (const [id, ordinal] of ordinals) {
    const scope = scopes.get(id);
    if (scope === undefined || !HANDED_IN.has(typeOfId(id))) continue;
    if (whose.upTo !== undefined && ordinal <= whose.upTo) continue;
    const ids = byScope.get(scope);
    if (ids) ids.push(id);
    else byScope.set(scope, [id]);
  }
  const lists = await Promise.all([...byScope].map(([scope, ids]) => store.readDocuments(scope, ids)));
  return lists
    .flatMap(({ documents }) => documents.map(({ body }) => body as unknown as Authored))
    .filter((document) => isHers(document, whose, ordinals.get(document._id)))
    .map(({ updatedAt }) => beijingDate(updatedAt))
    .sort();
}

async function readEvents({ store, eventScopes }: WorkSource): Promise<StoredDocument[]> {
  const lists = await Promise.all(eventScopes.map((scope) => store.listByType(scope, 'visit')));
  return lists.flatMap(({ documents }) => documents);
}

/** A shift as this tablet holds it. */
export interface OwnShift extends HeldShift {
  /** Not confirmed by the server yet. */
  waiting: boolean;
}

/** Newest first; those a newer app wrote are left out. */
export async function readShifts(
  store: Pick<DeviceStore, 'listByType'>,
  scopes: readonly string[],
): Promise<OwnShift[]> {
  const lists = await Promise.all(scopes.map((scope) => store.listByType(scope, 'shift')));
  return lists
    .flatMap(({ documents }) => documents)
    .flatMap(({ body, rev, waiting }) => {
      const parsed = parseDocument('shift', body);
      return parsed.outcome === 'read' ? [{ shift: parsed.document, rev, waiting }] : [];
    })
    .sort((a, b) => b.shift.handedInAt.localeCompare(a.shift.handedInAt));
}

/**
 * Of this person on this tablet, newest first by the number of their last save; those of older builds, which have none,
 * come after all others by the clock, and not at all where it had run ahead: what was done since could not be told.
 */
export function receiptsOf(
  shifts: readonly OwnShift[],
  { person, tablet, now }: Whose & { now: IsoInstant },
): OwnShift[] {
  return shifts
    .filter(({ shift }) => shift.person === person && shift.device === tablet)
    .filter(({ shift }) => shift.upTo !== undefined || shift.handedInAt <= now)
    .sort((a, b) => (b.shift.upTo ?? -1) - (a.shift.upTo ?? -1));
}

/** What is hers since then. */
export const sinceShift = (whose: Whose, last: OwnShift | undefined): Whose => ({
  ...whose,
  ...(last ? { since: last.shift.handedInAt, upTo: last.shift.upTo } : {}),
});
