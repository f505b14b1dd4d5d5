// What every route of one server may use.
import { type Accounts } from './accounts.ts';
import { type DesignFilters } from './design-filter.ts';
import { type DesignValidation } from './design-validation.ts';
import { type DatabaseCatalog } from './database-catalog.ts';
import { type DeviceGate } from './device-gate.ts';
import { type Gate } from './gate.ts';
import { type LaterWrites } from './later-writes.ts';
import { type OpenFeeds } from './open-feeds.ts';
import { type SignIn } from './sign-in.ts';

export interface Limits {
  /** A request's body, packed or unpacked, attachments apart. */
  requestBytes: number;
  /** A document's JSON without its attachments; CouchDB's `max_document_size`. */
  documentBytes: number;
  /** Documents in one `_bulk_docs`, questions in one `_bulk_get`; CouchDB's `max_bulk_docs_count` and `max_bulk_get_count`. */
  bulkCount: number;
  /** Documents a member may have from one `_find`; administrators have as many as there are. */
  findCount: number;
  /** One attachment put by itself. */
  attachmentBytes: number;
  /** How long a feed stays open, heartbeat or not: roles are looked up anew with every request. */
  feedMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  requestBytes: 10 * 1024 * 1024,
  documentBytes: 8_000_000,
  bulkCount: 10_000,
  findCount: 1000,
  attachmentBytes: 32 * 1024 * 1024,
  feedMs: 60_000,
};

export interface ServerParts {
  catalog: DatabaseCatalog;
  accounts: Accounts;
  signIn: SignIn;
  feeds: OpenFeeds;
  later: LaterWrites;
  validation: DesignValidation;
  filters: DesignFilters;
  /** `open`: everything goes to the routes, as with a CouchDB that no gateway guards. */
  gate: Gate | 'open';
  /** Undefined where no device is asked for. */
  devices: DeviceGate | undefined;
  limits: Limits;
  /** Rounds of PBKDF2 for new passwords. */
  iterations: number;
  now: () => number;
  log: (line: string) => void;
}
