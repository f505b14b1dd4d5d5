// What an answer means that is not the one hoped for: the one table of errors (sync.md 4). Where something was said
// matters: a status is said of the whole request, an `error` in a row of one document. Only CouchDB itself refuses: a
// page of HTML with status 401 or 403 is somebody in between (a captive portal), and costs nobody her scope.
import type { RemoteFault } from './remote.ts';

/** An HTTP answer, its body read. */
export interface HttpAnswer {
  /** 0: a redirect that was not followed. */
  status: number;
  /** The body as JSON; undefined where it is none. */
  json: unknown;
  /** `Retry-After` as it came. */
  retryAfter?: string | null;
}

type FaultKind = RemoteFault['kind'];

/** Said by CouchDB, with a body of `{error, reason}`. Any other 4xx: not now. */
const SAID_BY_COUCHDB: Readonly<Record<number, FaultKind>> = {
  400: 'too-large',
  401: 'sign-in',
  403: 'forbidden',
  404: 'missing',
  412: 'too-large',
};

/** Undefined for a status of success with JSON: then the body's schema decides. */
export function faultOf({ status, json, retryAfter }: HttpAnswer, nowMs: number): RemoteFault | undefined {
  const said = isRecord(json) && typeof json.error === 'string' ? json : undefined;
  const kind = faultKind(status, json !== undefined, said !== undefined);
  if (kind === undefined) return undefined;
  const fault: RemoteFault = { outcome: 'fault', kind };
  if (status > 0) fault.status = status;
  if (said) fault.reason = `${String(said.error)}: ${String(said.reason ?? '')}`;
  const retryAfterMs = kind === 'busy' ? retryDelayMs(retryAfter, nowMs) : undefined;
  if (retryAfterMs !== undefined) fault.retryAfterMs = retryAfterMs;
  return fault;
}

function faultKind(status: number, isJson: boolean, isSaid: boolean): FaultKind | undefined {
  if (status >= 200 && status < 300) return isJson ? undefined : 'not-couchdb';
  // A front server cuts off what is too long and says so in HTML: smaller batches help there, too.
  if (status === 413) return 'too-large';
  if (status === 429 || status >= 500) return 'busy';
  if (status < 400 || !isSaid) return 'not-couchdb';
  return SAID_BY_COUCHDB[status] ?? 'busy';
}

/** RFC 9110, section 10.2.3: seconds, or a date. At most a day. */
export function retryDelayMs(retryAfter: string | null | undefined, nowMs: number): number | undefined {
  if (!retryAfter) return undefined;
  const delayMs = /^\d+$/.test(retryAfter.trim())
    ? Number(retryAfter) * 1000
    : Date.parse(retryAfter) - nowMs;
  return Number.isFinite(delayMs) ? Math.min(86_400_000, Math.max(0, delayMs)) : undefined;
}

/** Errors a server says in a row of `_bulk_docs` about the document itself: the same tomorrow. */
const REFUSALS = new Set([
  'forbidden',
  'bad_request',
  'doc_validation',
  'illegal_docid',
  'invalid_doc',
  'missing_stub',
  'document_too_large',
  'too_large',
  'attachment_too_large',
]);

/**
 * `unauthorized` is a validation function's word for the person, not the document: it is not stored, and whoever sends it
 * may sign in anew and try again (Apache CouchDB, "Design Documents", validate document update functions). Said once more
 * after a try that failed, it is meant of this document and this person, and a refusal like `forbidden`; else a function
 * that says so for ever would ask her for her password for ever. All others: later.
 */
export function rowVerdict(error: string, tries = 0): 'refused' | 'sign-in' | 'later' {
  if (error === 'unauthorized') return tries === 0 ? 'sign-in' : 'refused';
  return REFUSALS.has(error) ? 'refused' : 'later';
}

/** A 500 may be one document's doing, or one photo's; every other fault is said of us, the line or the server. */
export const isStumble = ({ kind, status }: RemoteFault) => kind === 'busy' && status === 500;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
