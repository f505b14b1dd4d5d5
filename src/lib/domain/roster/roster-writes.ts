// The documents an import writes. Invariant: a document somebody else wrote last is not touched: the field knows more
// than the sheet. What would have changed there is told; a blank in the sheet changes nothing anywhere.
import { changedBy, headOf, type Author } from '../document-head.ts';
import { newDocumentId, type IdSource } from '../document-id.ts';
import type { HEAD_FIELDS } from '../head-fields.ts';
import type { DocumentOf, DocumentType } from '../parse-document.ts';
import { sameJson } from '../same-json.ts';
import type { Stored } from './existing-roster.ts';
import type { RosterPlace } from './roster-record.ts';

/** The `device` of documents an import wrote. */
export const IMPORT_DEVICE = 'roster-import';

/** The head's fields are the writer's. */
type OwnFields<T extends DocumentType> = Partial<
  Omit<DocumentOf<T>, '_id' | (typeof HEAD_FIELDS)[number] | 'at'>
>;

/** A document left as it is although the sheet says otherwise, because somebody changed it since. */
export interface KeptDocument {
  place: RosterPlace;
  type: DocumentType;
  fields: string[];
}

/** Documents by type: households are 户, residents 人, rooms 套. */
export type RosterCount = Partial<Record<DocumentType, number>>;

export interface RosterWrites {
  documents: Record<string, unknown>[];
  created: RosterCount;
  changed: RosterCount;
  unchanged: RosterCount;
  kept: KeptDocument[];
}

export interface WriteContext {
  author: Author;
  ids: IdSource;
}

const countOne = (count: RosterCount, type: DocumentType) => {
  count[type] = (count[type] ?? 0) + 1;
};

/** Two counts as one. */
export function countBoth(one: RosterCount, other: RosterCount): RosterCount {
  const types = [...Object.keys(one), ...Object.keys(other)] as DocumentType[];
  return Object.fromEntries([...new Set(types)].map((type) => [type, (one[type] ?? 0) + (other[type] ?? 0)]));
}

/** Collects writes; `put` gives the id of the document, new or not. */
export function rosterWriter(context: WriteContext) {
  const writes: RosterWrites = { documents: [], created: {}, changed: {}, unchanged: {}, kept: [] };
  const author = { ...context.author, device: IMPORT_DEVICE };

  const create = (type: DocumentType, fields: Record<string, unknown>): string => {
    const _id = newDocumentId(type, context.ids);
    const document = { _id, type, ...headOf(author, context.ids), ...fields };
    writes.documents.push(changedBy({ ...author, generation: 1 }, undefined, document));
    countOne(writes.created, type);
    return _id;
  };

  const change = (
    stored: Stored<DocumentType>,
    fields: Record<string, unknown>,
    place: RosterPlace,
  ): void => {
    const before: Record<string, unknown> = stored;
    const differing = Object.keys(fields).filter((field) => !sameJson(before[field], fields[field]));
    if (differing.length === 0) countOne(writes.unchanged, stored.type);
    else if (stored.device !== IMPORT_DEVICE)
      writes.kept.push({ place, type: stored.type, fields: differing });
    else {
      const generation = Number(/^\d+/.exec(stored._rev ?? '')?.[0] ?? 0) + 1;
      writes.documents.push(changedBy({ ...author, generation }, before, { ...before, ...fields }));
      countOne(writes.changed, stored.type);
    }
  };

  return {
    writes,
    /** Tells that something stored is left as it is: closed or ended since. */
    keep(kept: KeptDocument): void {
      writes.kept.push(kept);
    },
    /** Writes what differs, or a new document where nothing is stored. Undefined fields are not said. */
    put<T extends DocumentType>(
      type: T,
      stored: Stored<T> | undefined,
      said: { fields: OwnFields<T>; place: RosterPlace },
    ): string {
      const fields = Object.fromEntries(
        Object.entries(said.fields).filter(([, value]) => value !== undefined),
      );
      if (!stored) return create(type, fields);
      change(stored, fields, said.place);
      return stored._id;
    },
  };
}

export type RosterWriter = ReturnType<typeof rosterWriter>;
