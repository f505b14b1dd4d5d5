// What CouchDB answers instead of what was asked: thrown by whoever finds out, turned into `{error, reason}` by the
// router and nowhere else. Words and statuses are those of Apache CouchDB 3.5 (chttpd's table of errors), since
// replicators and PouchDB act on them.

export class Refusal extends Error {
  override name = 'Refusal';
  /** For 405: what goes into `Allow`. */
  allowed?: string;
  /** For 503: what goes into `Retry-After`. */
  retryAfterSeconds?: number;
  /** What stands beside `error` and `reason`. */
  more?: Record<string, string>;
  constructor(
    readonly status: number,
    readonly error: string,
    /** Text, but for what a validation function threw: any JSON. */
    readonly reason: unknown,
  ) {
    super(`${status} ${error}: ${typeof reason === 'string' ? reason : JSON.stringify(reason)}`);
  }
}

export const badRequest = (reason: string): Refusal => new Refusal(400, 'bad_request', reason);
export const queryParseError = (reason: string): Refusal => new Refusal(400, 'query_parse_error', reason);
export const illegalDocid = (reason: string): Refusal => new Refusal(400, 'illegal_docid', reason);
export const docValidation = (reason: string): Refusal => new Refusal(400, 'doc_validation', reason);
/** What Mango refuses has a word of its own for each reason. */
export const badSelector = (error: string, reason: string): Refusal => new Refusal(400, error, reason);
export const unauthorized = (reason: string): Refusal => new Refusal(401, 'unauthorized', reason);
export const forbidden = (reason: string): Refusal => new Refusal(403, 'forbidden', reason);
export const notFound = (reason = 'missing'): Refusal => new Refusal(404, 'not_found', reason);
export const noDatabase = (): Refusal => notFound('Database does not exist.');
export const conflict = (): Refusal => new Refusal(409, 'conflict', 'Document update conflict.');
export const tooLarge = (): Refusal => new Refusal(413, 'too_large', 'the request entity is too large');
export const documentTooLarge = (id: string): Refusal => new Refusal(413, 'document_too_large', id);
export const tooMany = (of: 'docs' | 'get', most: number): Refusal =>
  new Refusal(413, `max_bulk_${of}_count_exceeded`, String(most));
export const badContentType = (reason: string): Refusal => new Refusal(415, 'bad_content_type', reason);
/** What this server leaves to Apache CouchDB, or to a later version of itself. */
export const notImplemented = (reason: string): Refusal => new Refusal(501, 'not_implemented', reason);
/** CouchDB's words for work that was given up. */
export const tookTooLong = (): Refusal =>
  new Refusal(500, 'timeout', 'The request could not be processed in a reasonable amount of time.');
export const serverAdminsOnly = (): Refusal => unauthorized('You are not a server admin.');

/** Too many at once of what is costly: later. */
export function tooBusy(reason: string): Refusal {
  const refusal = new Refusal(503, 'service_unavailable', reason);
  refusal.retryAfterSeconds = 5;
  return refusal;
}

export function methodNotAllowed(allowed: string): Refusal {
  const refusal = new Refusal(405, 'method_not_allowed', `Only ${allowed} allowed`);
  refusal.allowed = allowed;
  return refusal;
}
