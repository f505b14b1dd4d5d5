// What stands in a tablet's database, opened, kept up with every commit. It is what the checks look at; the tablet itself
// knows nothing of it.
import { attachmentDigest } from '#lib/protocol/attachment.ts';
import type { Checkpoint } from '#lib/protocol/replica-store.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import type { Revision } from '#lib/protocol/revision.ts';
import { contentsIn, type BundleContents } from '#lib/storage/bundles.ts';
import type { DocumentContent, EditContent, LeafContent, RejectionContent } from '#lib/storage/rows.ts';
import type { PhotoState } from '#lib/storage/photo-rows.ts';
import type { TableName } from '#lib/storage/tables.ts';
import { bytesIn, lookInto } from './plain-cipher.ts';
import type { StoredRow } from './model-rows.ts';

export interface SeenEdit extends EditContent {
  rev: Revision;
  attempted?: Revision;
}
export interface SeenDocument extends DocumentContent {
  rev: Revision;
}
export interface SeenLeaf extends LeafContent {
  rev: Revision;
  deleted: boolean;
}

/** Keys are `scope|id`. */
export interface DeviceView {
  edits: Map<string, SeenEdit>;
  documents: Map<string, SeenDocument>;
  leaves: Map<string, Map<Revision, SeenLeaf>>;
  rejections: Map<string, Map<Revision, RejectionContent>>;
  checkpoints: Map<string, Checkpoint>;
  turn: number;
  photos: Map<string, { state: PhotoState }>;
  /** Digests of the bytes held, by photo. */
  photoBytes: Map<string, string>;
  /** Photos whose rows changed since they were looked at. */
  dirtyPhotos: Set<string>;
}

export const newDeviceView = (): DeviceView => ({
  edits: new Map(),
  documents: new Map(),
  leaves: new Map(),
  rejections: new Map(),
  checkpoints: new Map(),
  turn: 0,
  photos: new Map(),
  photoBytes: new Map(),
  dirtyPhotos: new Set(),
});

export interface RowChange {
  table: TableName;
  before: StoredRow | undefined;
  after: StoredRow | undefined;
}

interface Placed {
  scope: string;
  id: string;
  rev: Revision;
  sealed: Uint8Array;
}

/** Brings the view up to date; answers the keys of documents that changed. */
export function applyChanges(view: DeviceView, changes: readonly RowChange[]): Set<string> {
  const dirty = new Set<string>();
  // What leaves comes first: a document that leaves a bundle enters a row in the same commit.
  for (const { table, before } of changes) if (before) take(view, table, before, dirty);
  for (const { table, after } of changes) if (after) give(view, table, after, dirty);
  return dirty;
}

function take(view: DeviceView, table: TableName, row: StoredRow, dirty: Set<string>): void {
  if (table === 'photos' || table === 'photoBytes') {
    view[table].delete(String(row.id));
    view.dirtyPhotos.add(String(row.id));
    return;
  }
  const placed = row as unknown as Placed;
  const key = `${placed.scope}|${placed.id}`;
  if (table === 'edits' || table === 'documents') view[table].delete(key);
  else if (table === 'leaves' || table === 'rejections') view[table].get(key)?.delete(placed.rev);
  else if (table === 'bundles') for (const each of row.keys as string[]) view.documents.delete(each);
  else if (table === 'checkpoints') view.checkpoints.delete(placed.scope);
  if (table === 'bundles') for (const each of row.keys as string[]) dirty.add(each);
  else if (placed.id !== undefined) dirty.add(key);
}

function give(view: DeviceView, table: TableName, row: StoredRow, dirty: Set<string>): void {
  const { scope, id, rev, sealed } = row as unknown as Placed;
  const key = `${scope}|${id}`;
  switch (table) {
    case 'edits': {
      const attempted = row.attempted as Revision | undefined;
      view.edits.set(key, { ...lookInto<EditContent>(sealed), rev, ...(attempted && { attempted }) });
      break;
    }
    case 'documents':
      view.documents.set(key, { ...lookInto<DocumentContent>(sealed), rev });
      break;
    case 'leaves': {
      const leaf = { ...lookInto<LeafContent>(sealed), rev, deleted: Boolean(row.deleted) };
      view.leaves.set(key, (view.leaves.get(key) ?? new Map<Revision, SeenLeaf>()).set(rev, leaf));
      break;
    }
    case 'rejections': {
      const known = view.rejections.get(key) ?? new Map<Revision, RejectionContent>();
      view.rejections.set(key, known.set(rev, lookInto<RejectionContent>(sealed)));
      break;
    }
    case 'bundles':
      contentsIn(lookInto<BundleContents>(sealed)).forEach((content, n) => {
        const each = (row.keys as string[])[n]!;
        view.documents.set(each, { ...content, rev: (row.revs as Revision[])[n]! });
        dirty.add(each);
      });
      return;
    case 'photos':
      view.photos.set(id, { state: row.state as PhotoState });
      view.dirtyPhotos.add(id);
      return;
    case 'photoBytes':
      view.photoBytes.set(id, attachmentDigest(bytesIn(sealed)));
      view.dirtyPhotos.add(id);
      return;
    case 'checkpoints':
      view.checkpoints.set(scope, row as unknown as Checkpoint);
      return;
    case 'meta':
      if (row.key === 'turn') view.turn = Number(row.value);
      return;
    default:
      return;
  }
  dirty.add(key);
}

/** Every save writes tokens of its own, `§17§`: they can be followed wherever they go. Stamps do not count. */
export function tokensIn(value: unknown): string[] {
  return JSON.stringify(withoutStamps(value))?.match(/§\d+§/g) ?? [];
}

function withoutStamps(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('at' in value)) return value;
  const { at: _at, seen: _seen, merged: _merged, ...rest } = value as DocumentBody;
  return rest;
}

/** Tokens of what this tablet holds back: unsent edits and refused ones. */
export function unsentTokens(view: DeviceView, key: string): Set<string> {
  const bodies: (DocumentBody | undefined)[] = [];
  const edit = view.edits.get(key);
  if (edit) bodies.push(edit.body, edit.sent?.body);
  for (const { edit: refused } of view.rejections.get(key)?.values() ?? [])
    bodies.push(refused.body, refused.sent?.body);
  return new Set(bodies.flatMap(tokensIn));
}
