// A row of 要处理, its file for the administrator, and what both are made from. Invariant: a row is named by the moment its
// action was saved, and by whether its records or its photos were refused.
import type { FieldModel } from '#lib/domain/field-model.ts';
import type { HouseholdTitle } from '#lib/domain/household-title.ts';
import type { Refusal } from '#lib/domain/refusal.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import type { DraftKey } from './draft-key.ts';

/** What a row is called in what follows. */
export interface RefusedKey {
  /** Photos go up after their visit, and are refused apart from it. */
  what: 'records' | 'photos';
  /** Its moment of saving, milliseconds since 1970 by this tablet's clock. */
  action: number;
}

/** One thing somebody did of which the server did not take a document, or its photos. */
export interface RefusedRow extends RefusedKey {
  savedAt: string;
  /** The type of its document that says best what it was. */
  type: string;
  about?: HouseholdTitle;
  /** The person it is about, where it is about one. */
  person?: string;
  reasons: { type: string; refusal: Refusal; raw: string }[];
  /** Their ids. */
  photos?: string[];
  /** A visit can be filled in again; anything else is put right on the card of its household. */
  mend?: DraftKey;
  /** It was begun to be filled in again, and put aside: that form goes first. */
  mendBegun?: boolean;
}

/** What a file for the administrator holds, as the documents were to be sent. */
export interface RefusedFile {
  savedAt: string;
  documents: { database: string; error: string; reason: string; document: unknown }[];
}

export interface AttentionParts {
  store: DeviceStore;
  model: FieldModel;
  /** Where visits stand or wait. */
  eventScopes: readonly string[];
  nowMs(): number;
}
