// What of a batch the gate keeps back, each with a row of its own in the answer, as CouchDB gives it: design documents, what
// is no new document of a database that only takes in, and a second leaf of an event (security.md 1: validation sees no
// other document's branch, so CouchDB alone cannot refuse a disjoint one). And what was erased (protocol/erased.ts).
// Invariant: what is passed on is what was sent, without the documents kept back; what was stored before may be sent again,
// unless it was erased: of that nothing comes in but tombstones that say nothing.
import { ERASED_REASON, isBareTombstone } from '#lib/protocol/erased.ts';
import { type KeptBack } from './kept-back.ts';
import { generationOf, revisionOf, type SentDocument } from './member-limits.ts';
import { type ScopeRules } from './scope-rules.ts';

export interface SentRevision {
  id: string;
  rev: string;
}

/** The ids of those documents that exist with other revisions than the one named, and without it. */
export type HeldOtherwise = (database: string, sent: readonly SentRevision[]) => Promise<ReadonlySet<string>>;

/** Those of these ids whose documents were erased. */
export type FindErased = (database: string, ids: readonly string[]) => Promise<ReadonlySet<string>>;

export interface Sorted {
  passed: SentDocument[];
  kept: KeptBack[];
}

/** `appends`: the database only takes in new documents from who sends these. */
export async function keepBack(
  documents: readonly SentDocument[],
  { database, appends, scopes, held, findErased }: BatchRules,
): Promise<Sorted> {
  const once = documents.filter((one) => appends || isOfEvent(one, scopes));
  const others = once.length > 0 ? await held(database, once.map(sentRevision)) : new Set<string>();
  const ids = documents.map((one) => sentRevision(one).id).filter((id) => id !== '');
  const erased = ids.length > 0 ? await findErased(database, ids) : new Set<string>();
  const seen = new Map<string, string>();
  const sorted: Sorted = { passed: [], kept: [] };
  for (const document of documents) {
    const { id, rev } = sentRevision(document);
    const isOnce = once.includes(document);
    const isSecond = isOnce && (others.has(id) || (seen.get(id) ?? rev) !== rev);
    const isErased = erased.has(id) && !isBareTombstone(document);
    const reason = isErased
      ? ERASED_REASON
      : reasonAgainst(document, { appends, isSecond, isReserved: scopes.isReserved?.(id) === true });
    if (isOnce) seen.set(id, rev);
    if (reason === undefined) sorted.passed.push(document);
    else sorted.kept.push({ id, rev, error: 'forbidden', reason });
  }
  return sorted;
}

export interface BatchRules {
  database: string;
  appends: boolean;
  scopes: ScopeRules;
  held: HeldOtherwise;
  findErased: FindErased;
}

/** Whether a batch must be looked at and stored in one turn, or a second leaf could slip in between. */
export function needsTurn(
  documents: readonly SentDocument[],
  rules: Pick<BatchRules, 'appends' | 'scopes'>,
): boolean {
  return rules.appends || documents.some((one) => isOfEvent(one, rules.scopes));
}

/** By its type or by its id, which begins with it: who lies in the one is caught by the other. */
function isOfEvent(document: SentDocument, scopes: ScopeRules): boolean {
  const { id } = sentRevision(document);
  const { type } = document;
  return scopes.isEvent(id.split(':', 1)[0] ?? '') || (typeof type === 'string' && scopes.isEvent(type));
}

function reasonAgainst(
  document: SentDocument,
  { appends, isSecond, isReserved }: { appends: boolean; isSecond: boolean; isReserved: boolean },
): string | undefined {
  if (sentRevision(document).id.startsWith('_design/')) return 'Design documents are for administrators.';
  if (isSecond) return 'It exists already, and is never written twice.';
  if (!appends) return undefined;
  if (isReserved) return 'This id is for administrators.';
  if (document._deleted === true) return 'Nothing is deleted here.';
  return generationOf(document) === 1 ? undefined : 'Only new documents are taken here.';
}

function sentRevision(document: SentDocument): SentRevision {
  return { id: typeof document._id === 'string' ? document._id : '', rev: revisionOf(document) ?? '' };
}
