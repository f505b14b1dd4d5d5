// Who changes people and grids, with what, and why it may not be. Expected refusals are told by their reason, and nothing
// was written then; a `ProvisionError` is thrown where the server does not answer as it should.
import type { Author } from '#lib/domain/document-head.ts';
import type { CouchAdministrator } from '../provision/couch-administrator.ts';

export interface Office {
  couch: CouchAdministrator;
  author: Author;
}

export type PeopleFault =
  | 'no-such-person'
  /** She left. */
  | 'gone'
  | 'no-account'
  | 'name-taken'
  /** No user name, or nothing to call her by. */
  | 'bad-name'
  | 'no-such-community'
  | 'no-such-grid'
  | 'grid-taken'
  | 'no-role'
  /** A last day before today, or none that there is. */
  | 'past-day'
  | 'nothing-to-cover'
  /** Not hers to do. */
  | 'not-yours';

export interface Refused {
  outcome: 'refused';
  why: PeopleFault;
  /** The name, code or role it is about. */
  of: string;
}

export const refused = (why: PeopleFault, of: string): Refused => ({ outcome: 'refused', why, of });
