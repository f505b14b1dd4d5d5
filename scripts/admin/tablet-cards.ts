// The cards of tablets as the commands see them: all of them with the names of their people, and the one an administrator
// means. Invariant: a number that two tablets show means neither.
import { parseDocument } from '#lib/domain/parse-document.ts';
import { DIRECTORY } from '#lib/domain/scopes.ts';
import { parseTabletCard, standingOrder, TABLETS, type TabletCard } from '#lib/domain/tablet-card.ts';
import { isTabletId, tabletNumber } from '#lib/domain/tablet-name.ts';
import type { CouchAdministrator } from '../provision/couch-administrator.ts';
import { AdminError, type AdminServer } from './admin-command.ts';
import { deviceWords as words } from './device-words.ts';

export type TabletState = 'in-use' | 'lost' | 'wiped';

export interface ListedTablet {
  number: string;
  tablet: string;
  state: TabletState;
  /** Last used first; `name` is what the directory calls her. */
  people: { user: string; name: string; since: string; last: string }[];
  order?: TabletCard['order'];
  wipedAt?: string;
  card: TabletCard;
}

/** Last used first. Throws an `AdminError` where this server keeps no cards. */
export async function listTablets({ couch }: AdminServer): Promise<ListedTablet[]> {
  const there = await couch.listDatabases();
  if (!there.has(TABLETS)) throw new AdminError(words.noCards);
  const names = there.has(DIRECTORY) ? await namesOf(couch) : new Map<string, string>();
  const cards = (await couch.listDocuments(TABLETS)).flatMap((document) => parseTabletCard(document) ?? []);
  const lastOf = ({ people }: ListedTablet) => people[0]?.last ?? '';
  return cards
    .map((card) => listed(card, names))
    .sort((a, b) => (lastOf(a) < lastOf(b) ? 1 : lastOf(a) > lastOf(b) ? -1 : a.number < b.number ? -1 : 1));
}

function listed(card: TabletCard, names: ReadonlyMap<string, string>): ListedTablet {
  const people = Object.entries(card.people)
    .map(([user, days]) => ({ user, name: names.get(user) ?? user, ...days }))
    .sort((a, b) => (a.last < b.last ? 1 : -1));
  const { order, wipedAt, tablet } = card;
  return {
    ...{ number: tabletNumber(tablet), tablet, people, card },
    state: wipedAt !== undefined ? 'wiped' : standingOrder(card) ? 'lost' : 'in-use',
    ...(order && { order }),
    ...(wipedAt !== undefined && { wipedAt }),
  };
}

async function namesOf(couch: CouchAdministrator): Promise<Map<string, string>> {
  const cards = (await couch.listDocuments(DIRECTORY)).flatMap((document) => {
    const read = document.type === 'staff' ? parseDocument('staff', document) : undefined;
    return read?.outcome === 'read' ? [read.document] : [];
  });
  return new Map(cards.map(({ user, name }) => [user, name]));
}

/** `given`: its number, with or without the hyphen, or its whole id. Throws an `AdminError` where it is none, or not one alone. */
export async function findTablet(server: AdminServer, given: string): Promise<ListedTablet> {
  const isId = isTabletId(given);
  const digits = given.replaceAll(/\D/g, '');
  if (!isId && !/^[\d -]+$/.test(given)) throw new AdminError(words.noNumber(given), 'usage');
  const found = (await listTablets(server)).filter(({ tablet, number }) =>
    isId ? tablet === given : number.replace('-', '') === digits,
  );
  if (found.length > 1) throw new AdminError(words.ambiguous(found.map(({ tablet }) => tablet)));
  if (!found[0]) throw new AdminError(words.unknown(given));
  return found[0];
}

export const nameLine = ({ name, user }: { name: string; user: string }): string =>
  name === user ? user : `${name}（${user}）`;
