// Who writes into which database, and how: what every write is checked against.
import { type Database } from './database-catalog.ts';
import { type UserContext } from './exchange.ts';
import { type ServerParts } from './server-parts.ts';

export interface WriteRequest {
  database: Database;
  user: UserContext;
  /** True for an edit by a person (CouchDB's default), false for revisions that exist elsewhere. */
  newEdits: boolean;
  parts: ServerParts;
}
