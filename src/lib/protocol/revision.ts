// Revision ids of CouchDB: `<generation>-<32 hex digits>`.
// Invariant: a revision id is a pure function of parent, deletion flag, attachments and body, so that a retry, a
// second device and a replayed history all make the same revision (sync.md 4).
import canonicalize from 'canonicalize';
import SparkMD5 from 'spark-md5';
import type { DocumentBody } from './document.ts';

export type Revision = string;

/** CouchDB's `_revisions`: `start` is the generation of `ids[0]`, newest first, digests without generation. */
export interface RevisionPath {
  start: number;
  ids: string[];
}

/** The generation of a revision id; throws on anything that is no revision id. */
export function generationOf(rev: Revision): number {
  const match = /^([1-9]\d*)-\S+$/.exec(rev);
  if (!match) throw new TypeError(`not a revision id: ${rev.slice(0, 80)}`);
  return Number(match[1]);
}

/** The digest of a revision id, without its generation. */
function digestOf(rev: Revision): string {
  return rev.slice(rev.indexOf('-') + 1);
}

/** Full revision ids, newest first, as CouchDB's `_revisions` object. The ids must be consecutive generations. */
export function toRevisionPath(revisions: readonly Revision[]): RevisionPath {
  const newest = revisions[0];
  if (newest === undefined) throw new TypeError('a revision path needs at least one revision');
  return { start: generationOf(newest), ids: revisions.map(digestOf) };
}

/** CouchDB's `_revisions` object as full revision ids, newest first. */
export function fromRevisionPath(path: RevisionPath): Revision[] {
  return path.ids.map((digest, age) => `${path.start - age}-${digest}`);
}

/**
 * CouchDB's choice of winner among leaves: undeleted before deleted, then the higher generation, then the larger
 * digest. Positive when `a` wins. Source: Apache CouchDB, "Replication and conflict model".
 */
export function compareLeaves(
  a: { rev: Revision; deleted?: boolean },
  b: { rev: Revision; deleted?: boolean },
): number {
  if (Boolean(a.deleted) !== Boolean(b.deleted)) return a.deleted ? -1 : 1;
  const byGeneration = generationOf(a.rev) - generationOf(b.rev);
  if (byGeneration !== 0) return byGeneration;
  return digestOf(a.rev) < digestOf(b.rev) ? -1 : digestOf(a.rev) > digestOf(b.rev) ? 1 : 0;
}

/** The generation of the last revision both paths have; 0 where they have none in common, as far as they are known. */
export function commonGeneration(a: readonly Revision[], b: readonly Revision[]): number {
  const known = new Set(b);
  const common = a.find((rev) => known.has(rev));
  return common === undefined ? 0 : generationOf(common);
}

interface AttachmentStub {
  digest?: string;
}

/**
 * The revision a body gets as a child of `parent` (undefined for generation 1): MD5 over the JSON array
 * `[parent, deleted, attachments as sorted "name:digest", RFC 8785 canonical body without fields that begin with _]`.
 */
export function nextRevision(parent: Revision | undefined, body: DocumentBody): Revision {
  const fields = Object.fromEntries(Object.entries(body).filter(([name]) => !name.startsWith('_')));
  const attachments = Object.entries((body._attachments ?? {}) as Record<string, AttachmentStub>)
    .map(([name, stub]) => `${name}:${stub.digest ?? ''}`)
    .sort();
  const canonical = canonicalize([parent ?? '', Boolean(body._deleted), attachments, fields]);
  if (canonical === undefined) throw new TypeError('a document body must be JSON');
  const generation = parent === undefined ? 1 : generationOf(parent) + 1;
  return `${generation}-${SparkMD5.hash(canonical)}`;
}

/** A string whose lone surrogates are replaced by U+FFFD: JSON that every server stores alike. */
export function wellFormed(text: string): string {
  return text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
}
