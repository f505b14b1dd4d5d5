// Which rows of a server's changes a tablet can hold at all. A server of ours takes in nothing else (security.md 1), another
// CouchDB takes in anything. Invariant: what is fit can be sealed, compared, merged and sent again by everything behind this
// edge; what is not is passed over, so that one such document never keeps the others from a tablet.
import { isDocumentBody } from './document.ts';
import type { ChangesRow } from './wire.ts';

/** Twice what the gateway lets through. */
const DEPTH = 64;
const LONGEST_ID = 200;
/** A generation that can be counted on, and a digest of any server. */
const REVISION = /^[1-9]\d{0,14}-[\x21-\x7e]{1,64}$/;

/** `doc` of a fit row is a document body, or null, or was not asked for. */
export function isFitRow({ id, changes, doc }: ChangesRow): boolean {
  if (id.length === 0 || id.length > LONGEST_ID || id in Object.prototype) return false;
  if (!changes.every(({ rev }) => REVISION.test(rev))) return false;
  if (doc === undefined || doc === null) return true;
  if (!isDocumentBody(doc) || !isShallow(doc)) return false;
  const { _id = id, _rev } = doc;
  return _id === id && (_rev === undefined || REVISION.test(_rev));
}

/** Whether every walk through it ends before the stack does. */
export function isShallow(value: object, left = DEPTH): boolean {
  for (const key in value) {
    const inner = (value as Record<string, unknown>)[key];
    if (typeof inner !== 'object' || inner === null) continue;
    if (left === 0 || !isShallow(inner, left - 1)) return false;
  }
  return true;
}
