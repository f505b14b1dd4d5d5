// From what a client sent to the revision to be stored: which parent it stands on, or why it cannot.
// Source: Apache CouchDB 3.5, couch_db:prep_and_validate_update and _replicated_update.
// Invariant: a prepared edit is a child of a present leaf, or a first revision; a prepared replicated revision is new.
import { createHash } from 'node:crypto';
import { revOf, type IncomingDocument, type RevisionPath } from './document-parse.ts';
import { type DocumentStore } from './document-store.ts';
import { type DocumentMetadata, type StoredAttachment, type StoredBody } from './pouch-layout.ts';
import { conflict, Refusal } from './refusal.ts';
import { type RevisionToStore } from './revision-to-store.ts';
import { leavesOf, pathOf, revsOfPath, type Leaf, type PathStep } from './revision-tree.ts';

export interface Prepared {
  outcome: 'new';
  /** The new revision with as many ancestors as are needed to find its place. */
  path: RevisionPath;
  document: IncomingDocument;
  fieldsJson: string;
  /** Path of the parent as validation shows it: CouchDB gives `_rev` of a new edit as that of what it stands on. */
  parent: RevisionPath;
  /** The nearest stored ancestor, for validation and for stubs. */
  readPrevious: () => Promise<StoredBody | undefined>;
  attachments: Record<string, StoredAttachment>;
}

export type AlreadyKnown = { outcome: 'known'; rev: string };

/** An edit by a person. Refuses with 409 what does not stand on a leaf. */
export async function prepareEdit(
  document: IncomingDocument,
  metadata: DocumentMetadata | undefined,
  store: DocumentStore,
): Promise<Prepared> {
  const leaves = metadata ? leavesOf(metadata.rev_tree) : [];
  const parent = parentOf(document.path, leaves);
  const readPrevious = previousReader(store, metadata, parent.read ? parent.steps : []);
  const generation = parent.path.start + 1;
  const attachments = await resolveAttachments(document, readPrevious, () => generation);
  const fieldsJson = JSON.stringify(document.fields);
  const id = revisionId({ document, fieldsJson }, parent.path, attachments);
  const path = { start: generation, ids: [id, ...parent.path.ids.slice(0, 1)] };
  return { outcome: 'new', path, document, fieldsJson, parent: parent.path, readPrevious, attachments };
}

interface Parent {
  path: RevisionPath;
  steps: { rev: string; step: PathStep }[];
  /** False where the edit revives a deleted document without naming its tombstone: validation then sees no old one. */
  read: boolean;
}

function parentOf(path: RevisionPath, leaves: readonly Leaf[]): Parent {
  const none: Parent = { path: { start: 0, ids: [] }, steps: [], read: false };
  const winner = leaves[0];
  if (path.ids.length === 0) {
    if (!winner) return none;
    if (!winner.deleted) throw conflict();
    return { ...parentFrom(winner), read: false };
  }
  const leaf = leaves.find(({ generation, id }) => generation === path.start && id === path.ids[0]);
  if (!leaf) throw conflict();
  return parentFrom(leaf);
}

function parentFrom(leaf: Leaf): Parent {
  return {
    path: { start: leaf.generation, ids: leaf.path.map((step) => step.id) },
    steps: stepsOf(leaf.generation, leaf.path),
    read: true,
  };
}

function stepsOf(generation: number, path: readonly PathStep[]): Parent['steps'] {
  return path.map((step, age) => ({ rev: `${generation - age}-${step.id}`, step }));
}

/** A revision that exists elsewhere. One already in the tree, with its body or as an ancestor, is no news. */
export async function prepareReplicated(
  document: IncomingDocument,
  metadata: DocumentMetadata | undefined,
  store: DocumentStore,
): Promise<Prepared | AlreadyKnown> {
  const { path } = document;
  const rev = revOf(path);
  const leaves = metadata ? leavesOf(metadata.rev_tree) : [];
  if (pathOf(leaves, rev)) return { outcome: 'known', rev };
  const ancestors = revsOfPath(
    path.start,
    path.ids.map((id) => ({ id })),
  ).slice(1);
  const known = ancestors.find((ancestor) => pathOf(leaves, ancestor));
  const steps = known ? stepsOf(Number(known.split('-', 1)[0]), pathOf(leaves, known) ?? []) : [];
  const readPrevious = previousReader(store, metadata, steps);
  const attachments = await resolveAttachments(document, readPrevious, (revpos) => revpos ?? 0);
  const fieldsJson = JSON.stringify(document.fields);
  return { outcome: 'new', path, document, fieldsJson, parent: path, readPrevious, attachments };
}

/** Reads the body of the nearest of these revisions that has one, once. */
function previousReader(
  store: DocumentStore,
  metadata: DocumentMetadata | undefined,
  steps: Parent['steps'],
): () => Promise<StoredBody | undefined> {
  const nearest = steps.find(({ step }) => step.status === 'available');
  const seq = nearest && metadata?.rev_map[nearest.rev];
  let read: Promise<StoredBody | undefined> | undefined;
  return () =>
    (read ??= seq === undefined ? Promise.resolve(undefined) : store.bodies([seq]).then(([body]) => body));
}

/**
 * Stubs become those of the previous revision, data gets its digest. Bytes that come with an edit belong to the new
 * revision, whatever `revpos` they had where they were read; those that come by replication keep what is said of them,
 * 0 where nothing is (couch_db:set_new_att_revpos, couch_att:from_json).
 */
async function resolveAttachments(
  document: IncomingDocument,
  readPrevious: () => Promise<StoredBody | undefined>,
  revposOf: (given: number | undefined) => number,
): Promise<Record<string, StoredAttachment>> {
  const resolved: Record<string, StoredAttachment> = {};
  for (const [name, attachment] of document.attachments) {
    if (attachment.kind === 'stub') {
      const previous = (await readPrevious())?._attachments;
      const stored = previous && Object.hasOwn(previous, name) ? previous[name] : undefined;
      if (!stored || (attachment.revpos ?? stored.revpos) !== stored.revpos) {
        throw new Refusal(412, 'missing_stub', `Invalid attachment stub in ${document.id} for ${name}`);
      }
      resolved[name] = stored;
    } else {
      const digest = `md5-${createHash('md5').update(attachment.data).digest('base64')}`;
      const { contentType, data } = attachment;
      const revpos = revposOf(attachment.revpos);
      resolved[name] = { content_type: contentType, digest, length: data.length, revpos };
    }
  }
  return resolved;
}

/** The same edit of the same revision has the same id, as in CouchDB: a repeated request makes no second branch. */
function revisionId(
  { document, fieldsJson }: { document: IncomingDocument; fieldsJson: string },
  parent: RevisionPath,
  attachments: Record<string, StoredAttachment>,
): string {
  const digests = Object.entries(attachments).map(([name, { digest }]) => [name, digest]);
  const about = JSON.stringify([document.deleted, parent.start, parent.ids[0] ?? '', digests]);
  return createHash('md5').update(about).update(fieldsJson).digest('hex');
}

export function revisionToStore({ document, path, fieldsJson, attachments }: Prepared): RevisionToStore {
  const bytes = new Map<string, Buffer>();
  for (const [name, attachment] of document.attachments) {
    const digest = attachments[name]?.digest;
    if (attachment.kind === 'data' && digest !== undefined) bytes.set(digest, attachment.data);
  }
  return { id: document.id, path, deleted: document.deleted, fieldsJson, attachments, bytes };
}
