// Why the server did not take a document, from its own words: what `validate_doc_update` said (scripts/provision) and the
// errors CouchDB names in a row of `_bulk_docs`. Pure. Invariant: words nobody foresaw are told as such, never guessed at.
import { HEAD_FIELDS } from './head-fields.ts';

export type Refusal =
  /** A field of the document: not there, of another kind than asked for, or with a value not known there. */
  | { kind: 'missing' | 'wrongKind' | 'unknownValue'; field: string }
  /** A rule of this place speaks of a field in its own words. */
  | { kind: 'ruled'; field?: string }
  /** She reads there and does not write. */
  | { kind: 'notAllowed' }
  | { kind: 'signIn' }
  /** An event of this id stands on the server already. */
  | { kind: 'written' }
  | { kind: 'tooLarge' }
  /** Head, id or JSON: nothing a person filled in. */
  | { kind: 'malformed' }
  /** What is on this tablet is not what was saved: it can no longer be read. */
  | { kind: 'damaged' }
  /** Of photos alone: as it is, no line will take it; its bytes on this tablet are not those that were taken. */
  | { kind: 'photoTooLarge' | 'photoDamaged' };

/** What the app itself writes into every document: no answer of hers is wrong there. */
const HEAD: ReadonlySet<string> = new Set(['_id', ...HEAD_FIELDS, 'form', 'formVersion']);

const BY_ERROR: Readonly<Record<string, Refusal>> = {
  damaged: { kind: 'damaged' },
  unauthorized: { kind: 'signIn' },
  document_too_large: { kind: 'tooLarge' },
  too_large: { kind: 'tooLarge' },
  attachment_too_large: { kind: 'tooLarge' },
  doc_validation: { kind: 'malformed' },
  illegal_docid: { kind: 'malformed' },
  invalid_doc: { kind: 'malformed' },
  missing_stub: { kind: 'malformed' },
};

/** `error` and `reason` as CouchDB answered them (Apache CouchDB, "Design Functions", validate document update). */
export function refusalOf(error: string, reason: string): Refusal {
  const known = BY_ERROR[error];
  if (known) return known;
  if (error === 'bad_request') return { kind: /\b413\b|too.?large/i.test(reason) ? 'tooLarge' : 'malformed' };
  if (/this role reads here/.test(reason)) return { kind: 'notAllowed' };
  if (/^an event (is never|has one)/.test(reason)) return { kind: 'written' };
  return ofField(reason);
}

/** Why a photo was not taken, from what was kept of it (sync/photo-push.ts): there it is one text. */
export function photoRefusalOf(said: string): Refusal {
  if (said === 'damaged on this tablet') return { kind: 'photoDamaged' };
  if (said.startsWith('the server keeps other bytes')) return { kind: 'written' };
  const [, error = '', reason = ''] = /^([a-z_]+): (.*)$/s.exec(said) ?? [undefined, 'bad_request', said];
  const refusal = refusalOf(error, reason);
  return refusal.kind === 'tooLarge' ? { kind: 'photoTooLarge' } : refusal;
}

function ofField(reason: string): Refusal {
  const said = /^([A-Za-z_][A-Za-z0-9_]*): (.+)$/s.exec(reason);
  if (!said) return { kind: 'ruled' };
  const [, field = '', words = ''] = said;
  if (HEAD.has(field)) return { kind: 'malformed' };
  if (/^(is|are) missing$/.test(words)) return { kind: 'missing', field };
  if (words.startsWith('must be of kind ')) return { kind: 'wrongKind', field };
  if (words.startsWith('is no value ')) return { kind: 'unknownValue', field };
  return { kind: 'ruled', field };
}
