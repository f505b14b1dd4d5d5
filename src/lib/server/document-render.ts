// A stored revision as CouchDB shows it: `_id` and `_rev` first, attachments as stubs, and what was asked for beside it.
import { type StoredAttachment, type StoredBody } from './pouch-layout.ts';
import { type Leaf, type PathStep } from './revision-tree.ts';

export type DocumentJson = Record<string, unknown> & { _id: string; _rev: string };

export interface AttachmentStub extends StoredAttachment {
  stub: true;
}

export function renderDocument(body: StoredBody): DocumentJson {
  const { _id, _rev, _attachments, ...fields } = body;
  const document: DocumentJson = { _id, _rev, ...fields };
  if (_attachments) document._attachments = renderStubs(_attachments);
  return document;
}

export function renderStubs(attachments: Record<string, StoredAttachment>): Record<string, AttachmentStub> {
  return Object.fromEntries(
    Object.entries(attachments).map(([name, attachment]) => [name, renderStub(attachment)]),
  );
}

export function renderStub({ content_type, revpos, digest, length }: StoredAttachment): AttachmentStub {
  return { content_type, revpos, digest, length, stub: true };
}

/** `_revisions`: the path a revision came by. */
export function renderRevisions(
  generation: number,
  path: readonly PathStep[],
): { start: number; ids: string[] } {
  return { start: generation, ids: path.map((step) => step.id) };
}

/** `_revs_info`: the same with what is left of each. */
export function renderRevsInfo(
  generation: number,
  path: readonly PathStep[],
): { rev: string; status: string }[] {
  return path.map((step, age) => ({
    rev: `${generation - age}-${step.id}`,
    status: step.status === 'missing' ? 'missing' : step.deleted ? 'deleted' : 'available',
  }));
}

/** Losing leaves: those alive are `_conflicts`, the tombstones among them `_deleted_conflicts`. */
export function losingLeaves(
  leaves: readonly Leaf[],
  winner: string,
): { conflicts: string[]; deletedConflicts: string[] } {
  const losers = leaves.filter((leaf) => leaf.rev !== winner);
  return {
    conflicts: losers.filter((leaf) => !leaf.deleted).map((leaf) => leaf.rev),
    deletedConflicts: losers.filter((leaf) => leaf.deleted).map((leaf) => leaf.rev),
  };
}
