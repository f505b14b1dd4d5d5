// Update sequences as clients see them: `12-` and a mark of the database, opaque to them, a number to us.
import { createHash } from 'node:crypto';
import { type Database } from './database-catalog.ts';
import { badRequest } from './refusal.ts';

const marks = new WeakMap<Database, string>();

/** A sequence as CouchDB writes one. The mark only tells databases apart for who reads logs; reading ignores it. */
export function formatSeq(seq: number, database: Database): string {
  let mark = marks.get(database);
  if (mark === undefined) {
    mark = createHash('sha256')
      .update(`${database.name}\0${database.createdMs}`)
      .digest('base64url')
      .slice(0, 22);
    marks.set(database, mark);
  }
  return `${seq}-${mark}`;
}

/** `now`, a number, or a string that begins with one. */
export function parseSince(since: unknown, highest: number): number {
  if (since === undefined || since === null || since === '') return 0;
  if (since === 'now') return highest;
  // CouchDB's replicator sends them as JSON, in quotes.
  const match = /^(\d{1,15})(-.*)?$/s.exec(String(since).replace(/^"(.*)"$/s, '$1'));
  if (!match) throw badRequest("Malformed sequence supplied in 'since' parameter.");
  return Number(match[1]);
}
