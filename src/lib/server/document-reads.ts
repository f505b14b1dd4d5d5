// Reading documents by id and revision, with what CouchDB gives beside them (`revs`, `conflicts`, `open_revs` …).
import { type DocumentStore } from './document-store.ts';
import {
  type DocumentJson,
  losingLeaves,
  renderDocument,
  renderRevisions,
  renderRevsInfo,
  renderStub,
} from './document-render.ts';
import { type DocumentMetadata, type StoredAttachment, type StoredBody } from './pouch-layout.ts';
import { leavesAbove, leavesOf, pathOf, splitRev, type Leaf } from './revision-tree.ts';

export interface ReadOptions {
  revs?: boolean;
  revsInfo?: boolean;
  conflicts?: boolean;
  deletedConflicts?: boolean;
  localSeq?: boolean;
  /** With the bytes of attachments, as base64. */
  attachments?: boolean;
  /** Attachments no newer than these revisions stay stubs. */
  attsSince?: readonly string[];
}

export interface Revision {
  rev: string;
  deleted: boolean;
  body: StoredBody;
  metadata: DocumentMetadata;
}

/** A revision's body; the winner's where no revision is named, a tombstone included. */
export async function readRevision(
  store: DocumentStore,
  metadata: DocumentMetadata,
  rev = metadata.winningRev,
): Promise<Revision | undefined> {
  const seq = Object.hasOwn(metadata.rev_map, rev) ? metadata.rev_map[rev] : undefined;
  if (seq === undefined) return undefined;
  const [body] = await store.bodies([seq]);
  return body && { rev, deleted: Boolean(body._deleted), body, metadata };
}

/** What `open_revs` lists: the leaves, or the given revisions (or the leaves above them, for `latest`). */
export async function readOpenRevs(
  store: DocumentStore,
  metadata: DocumentMetadata | undefined,
  wanted: { revs: readonly string[] | 'all'; latest: boolean },
): Promise<(Revision | { missing: string })[]> {
  if (!metadata) return wanted.revs === 'all' ? [] : wanted.revs.map((missing) => ({ missing }));
  const leaves = leavesOf(metadata.rev_tree);
  const revs =
    wanted.revs === 'all' ? leaves.map((leaf) => leaf.rev) : namedRevs(leaves, wanted.revs, wanted.latest);
  return Promise.all(revs.map(async (rev) => (await readRevision(store, metadata, rev)) ?? { missing: rev }));
}

function namedRevs(leaves: readonly Leaf[], revs: readonly string[], latest: boolean): string[] {
  if (!latest) return [...new Set(revs)];
  const found = revs.flatMap((rev) => {
    const above = leavesAbove(leaves, rev);
    return above.length > 0 ? above.map((leaf) => leaf.rev) : [rev];
  });
  return [...new Set(found)];
}

export async function renderRevision(
  store: DocumentStore,
  revision: Revision,
  options: ReadOptions,
): Promise<DocumentJson> {
  const { rev, body, metadata } = revision;
  const document = renderDocument(body);
  if (options.revs || options.revsInfo || options.conflicts || options.deletedConflicts) {
    const leaves = leavesOf(metadata.rev_tree);
    const { generation } = splitRev(rev);
    const path = pathOf(leaves, rev) ?? [];
    const { conflicts, deletedConflicts } = losingLeaves(leaves, metadata.winningRev);
    const isWinner = rev === metadata.winningRev;
    if (options.revs) document._revisions = renderRevisions(generation, path);
    if (options.revsInfo) document._revs_info = renderRevsInfo(generation, path);
    if (options.conflicts && isWinner && conflicts.length > 0) document._conflicts = conflicts;
    if (options.deletedConflicts && isWinner && deletedConflicts.length > 0) {
      document._deleted_conflicts = deletedConflicts;
    }
  }
  if (options.localSeq) document._local_seq = metadata.seq;
  if (options.attachments) await inlineAttachments(store, { document, revision }, options);
  return document;
}

async function inlineAttachments(
  store: DocumentStore,
  { document, revision }: { document: DocumentJson; revision: Revision },
  { attsSince }: ReadOptions,
): Promise<void> {
  if (!revision.body._attachments) return;
  const inlined = await Promise.all(
    attachmentsToSend(revision, attsSince).map(async ({ name, stored, isKnown }) => {
      const { content_type, revpos, digest } = stored;
      if (isKnown) return [name, renderStub(stored)];
      const bytes = await store.bytes(digest);
      return [name, { content_type, revpos, digest, data: bytes.toString('base64') }];
    }),
  );
  document._attachments = Object.fromEntries(inlined) as unknown;
}

/** A revision's attachments, and which of them its reader has already. */
export function attachmentsToSend(
  revision: Revision,
  attsSince: readonly string[] | undefined,
): { name: string; stored: StoredAttachment; isKnown: boolean }[] {
  const known = newestKnown(revision, attsSince);
  return Object.entries(revision.body._attachments ?? {}).map(([name, stored]) => ({
    name,
    stored,
    isKnown: known > 0 && stored.revpos <= known,
  }));
}

/** The newest generation among the revisions the reader has of this path. */
function newestKnown({ rev, metadata }: Revision, attsSince: readonly string[] | undefined): number {
  if (!attsSince || attsSince.length === 0) return 0;
  const { generation } = splitRev(rev);
  const path = pathOf(leavesOf(metadata.rev_tree), rev) ?? [];
  const own = new Set(path.map((step, age) => `${generation - age}-${step.id}`));
  return attsSince
    .filter((known) => own.has(known))
    .reduce((newest, known) => Math.max(newest, splitRev(known).generation), 0);
}
