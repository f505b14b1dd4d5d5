// Everybody who works in a street, as the server has it now: card, account, what her account may; and the units she can be
// given to. Invariant: read whole before anything is changed, from the directory and `_users` alone.
import { parseDocument, type DocumentOf } from '#lib/domain/parse-document.ts';
import { DIRECTORY } from '#lib/domain/scopes.ts';
import type { Staff } from '#lib/domain/staff.ts';
import type { IsoInstant } from '#lib/domain/time.ts';
import { type CouchAdministrator, type StoredDocument } from '../provision/couch-administrator.ts';
import { accountId } from '../provision/staff-account.ts';
import { heldIn, type HeldRoles } from './held-roles.ts';

export interface Person {
  card: Staff;
  /** Undefined where she cannot sign in. */
  account: StoredDocument | undefined;
  held: HeldRoles;
}

export interface Roll {
  units: readonly DocumentOf<'unit'>[];
  grids: readonly DocumentOf<'grid'>[];
  /** By user name. */
  people: ReadonlyMap<string, Person>;
  /** User names with an account, with a card or without. */
  accounts: ReadonlySet<string>;
}

export async function readRoll(couch: CouchAdministrator, now: IsoInstant): Promise<Roll> {
  const there = await couch.listDatabases();
  const directory = there.has(DIRECTORY) ? await couch.listDocuments(DIRECTORY) : [];
  const users = there.has('_users') ? await couch.listDocuments('_users') : [];
  const accounts = new Map(users.map((account) => [account._id, account]));
  const people = directory
    .flatMap((document) => readAs('staff', document))
    .map((card): [string, Person] => {
      const account = accounts.get(accountId(card.user));
      return [card.user, { card, account, held: heldIn(account, now) }];
    });
  return {
    units: directory.flatMap((document) => readAs('unit', document)),
    grids: directory.flatMap((document) => readAs('grid', document)),
    people: new Map(people),
    accounts: new Set(users.flatMap(({ name }) => (typeof name === 'string' ? [name] : []))),
  };
}

function readAs<T extends 'unit' | 'grid' | 'staff'>(type: T, document: StoredDocument): DocumentOf<T>[] {
  if (document.type !== type) return [];
  const parsed = parseDocument(type, document);
  return parsed.outcome === 'read' ? [parsed.document] : [];
}

export const hasCommunity = ({ units }: Roll, code12: string): boolean =>
  units.some(({ level, code }) => level === 'community' && code === code12);

export const hasGrid = ({ grids }: Roll, code15: string): boolean =>
  grids.some(({ code }) => code === code15);

/** The street a code lies in, or the only one there is. */
export function streetOf({ units }: Roll, code?: string): string | undefined {
  const streets = units.filter(({ level }) => level === 'street').map((unit) => unit.code);
  return code === undefined ? streets[0] : streets.find((street) => code.startsWith(street));
}
