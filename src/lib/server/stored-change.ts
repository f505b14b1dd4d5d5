// A row of `_changes` made from a stored body as text: most documents have one leaf and no attachments, and need not be
// parsed to be passed on.
// Invariant: what does not look exactly as PouchDB's adapter writes it is left to the parser; nothing is guessed.

/** The end of a body as stored: its own fields first, then `_id`, `_rev`, and `_deleted` for a tombstone. */
const TAIL = /^"_id":("(?:[^"\\]|\\.)*"),"_rev":"([^"\\]+)"(,"_deleted":true)?\}$/;

/**
 * `body` is the stored text of the only leaf of a document, `seq` its sequence as JSON. With `includeDocs` the row has
 * the document, `_id` and `_rev` last. Undefined where the text has to be parsed after all.
 */
export function rowOfStoredBody(body: string, seq: string, includeDocs: boolean): string | undefined {
  if (includeDocs && body.includes('"_attachments":')) return undefined;
  // Quotes inside a string are escaped, so that the last of these in the text are the document's own.
  const revAt = body.lastIndexOf(',"_rev":"');
  const idAt = body.lastIndexOf('"_id":"', revAt);
  const tail = idAt < 0 ? null : TAIL.exec(body.slice(idAt));
  if (!tail) return undefined;
  const [, id = '', rev = '', deleted] = tail;
  const row = `{"seq":${seq},"id":${id},"changes":[{"rev":"${rev}"}]`;
  return `${row}${deleted ? ',"deleted":true' : ''}${includeDocs ? `,"doc":${body}` : ''}}`;
}
