// Which document a request is about.
import { type Database } from './database-catalog.ts';
import { type ServerParts } from './server-parts.ts';

export interface DocumentTarget {
  database: Database;
  parts: ServerParts;
  id: string;
}
