// Writes documents of the directory as they are described. Invariants: what already says the same is not written; fields that
// only the server has stay; what the app could not read is not written.
import { changedBy, headOf, type Author } from '#lib/domain/document-head.ts';
import { parseDocument, type DocumentType } from '#lib/domain/parse-document.ts';
import { sameJson } from '#lib/domain/same-json.ts';
import { DIRECTORY } from '#lib/domain/scopes.ts';
import { generationOf } from '#lib/protocol/revision.ts';
import { systemChance } from '../system-chance.ts';
import { type CouchAdministrator } from './couch-administrator.ts';
import { type DirectoryBody } from './directory-documents.ts';
import { ProvisionError } from './provision-error.ts';

/** How many were written: new ones, and those that say something else. A field that is undefined here is taken out. */
export async function ensureDirectory(
  couch: CouchAdministrator,
  wanted: readonly DirectoryBody[],
  author: Author,
): Promise<number> {
  const stored = await couch.readDocuments(
    DIRECTORY,
    wanted.map(({ _id }) => _id),
  );
  const changed = wanted.flatMap((body) => {
    const before = stored.get(body._id);
    if (!before) return [checked({ ...headOf(author, systemChance), ...body })];
    const after: Record<string, unknown> = { ...before, ...body };
    if (sameJson(before, after)) return [];
    return [checked(changedBy({ ...author, generation: generationOf(before._rev) + 1 }, before, after))];
  });
  await couch.putDocuments(DIRECTORY, changed);
  return changed.length;
}

const READABLE: ReadonlySet<string> = new Set<DocumentType>([
  'unit',
  'grid',
  'building',
  'staff',
  'calendar',
  'matter',
]);

/** What the app could not read is not written. */
function checked(document: Record<string, unknown>): Record<string, unknown> {
  if (!READABLE.has(String(document.type))) return document;
  const parsed = parseDocument(document.type as DocumentType, document);
  if (parsed.outcome === 'read') return document;
  throw new ProvisionError('description', `${String(document._id)}: ${parsed.reason}`);
}
