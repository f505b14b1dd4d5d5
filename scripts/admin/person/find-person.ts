// Who is meant: by the id of her card, by her ID number, or by name and day of birth, in all rosters of the server; and all that
// must be known of her to find her elsewhere. Invariant: two people are never taken for one; what finds her stands in no
// argument, address or log.
import { redactorOf } from '#lib/domain/erasure/words-of-person.ts';
import type { Erasing } from '#lib/domain/erasure/without-person.ts';
import { clashesOf } from '#lib/domain/merge/clash-entries.ts';
import { communityOfGrid, gridOfScope } from '#lib/domain/scopes.ts';
import { beijingDate } from '#lib/domain/time.ts';
import { AdminError, type AdminCall, type AdminServer } from '../admin-command.ts';
import { personWords as words } from './person-words.ts';
import { bodyOf, scanDatabase } from './scan-database.ts';

type Card = Record<string, unknown> & { _id: string };

export interface FoundPerson {
  erasing: Erasing;
  /** Her cards as they say now, with the roster each stands in. */
  cards: { database: string; card: Card }[];
  /** 12 digits each. */
  communities: string[];
  /** All databases in which something of her may stand. */
  databases: string[];
}

type Wanted = { ids: ReadonlySet<string> } | { idNumber: string } | { name: string; birth: string };

/** Throws an `AdminError` where nobody is found, or more than one. */
export async function findPerson(call: AdminCall, server: AdminServer): Promise<FoundPerson> {
  const wanted = await wantedOf(call);
  const databases = [...(await server.couch.listDatabases())].sort();
  const rosters = databases.filter((name) => /^grid-\d{15}$/.test(name));
  const found = await cardsWhere(server, rosters, (card) => isWanted(card, wanted));
  if (found.length === 0) throw new AdminError(words.nobody);
  const numbers = new Set(found.flatMap(({ card }) => numberOf(card) ?? []));
  const isSure = 'ids' in wanted || new Set(found.map(({ card }) => numberOf(card) ?? card._id)).size === 1;
  if (!isSure)
    throw new AdminError(words.several(found.map(({ database, card }) => `${card._id}  ${database}`)));
  // She may stand in another grid too, where her household register is.
  const alike = await cardsWhere(server, rosters, (card) => numbers.has(numberOf(card) ?? ''));
  const cards = [...new Map([...found, ...alike].map((each) => [each.card._id, each])).values()];
  // One number on two people's cards is somebody's slip: each card is named by its id, or none is touched.
  const areOne = new Set(cards.map(({ card }) => `${String(card.name)}|${String(card.birth)}`)).size === 1;
  if (!areOne && !('ids' in wanted && cards.every(({ card }) => wanted.ids.has(card._id))))
    throw new AdminError(words.several(cards.map(({ database, card }) => `${card._id}  ${database}`)));
  return about(server, databases, cards);
}

const numberOf = ({ idNumber }: Card) => (typeof idNumber === 'string' ? idNumber.toUpperCase() : undefined);

async function wantedOf({ positionals, terminal }: AdminCall): Promise<Wanted> {
  if (positionals.some((id) => !/^resident:[A-Za-z0-9_-]+$/.test(id)))
    throw new AdminError(words.notInArguments, 'usage');
  if (positionals.length > 0) return { ids: new Set(positionals) };
  const given = terminal.environment.PERSON ?? (await terminal.ask?.(words.ask));
  if (given === undefined) throw new AdminError(words.noPerson, 'usage');
  const text = given.normalize('NFKC').trim();
  const idNumber = text.replaceAll(/[\s-]/g, '').toUpperCase();
  if (/^\d{17}[\dX]$/.test(idNumber)) return { idNumber };
  const said = /^(.*\S)\s+(\d{4})-?(\d\d)-?(\d\d)$/.exec(text);
  if (!said) throw new AdminError(words.unclear, 'usage');
  const [, name = '', ...birth] = said;
  return { name, birth: birth.join('-') };
}

function isWanted(card: Card, wanted: Wanted): boolean {
  if ('ids' in wanted) return wanted.ids.has(card._id);
  if ('idNumber' in wanted) return numberOf(card) === wanted.idNumber;
  return card.name === wanted.name && card.birth === wanted.birth;
}

async function cardsWhere(
  { client }: AdminServer,
  rosters: readonly string[],
  is: (card: Card) => boolean,
): Promise<FoundPerson['cards']> {
  const found: FoundPerson['cards'] = [];
  for (const database of rosters)
    for await (const { leaves } of scanDatabase(client, database))
      for (const leaf of leaves)
        if (leaf.type === 'resident' && !leaf._deleted && is(bodyOf(leaf)))
          found.push({ database, card: bodyOf(leaf) });
  return found;
}

async function about(
  server: AdminServer,
  all: readonly string[],
  cards: FoundPerson['cards'],
): Promise<FoundPerson> {
  const residents = new Set(cards.map(({ card }) => card._id));
  const codes = cards.map(({ database }) => communityOfGrid(gridOfScope(database)!));
  const communities = [...new Set(codes)].sort();
  const databases = all.filter(
    (name) => name === 'directory' || communities.some((code) => isOf(name, code)),
  );
  const names = textsIn(cards, ['name']);
  const numbers = textsIn(cards, ['idNumber', 'documentNumber', 'phones']);
  const lived = new Map<string, { hers: boolean; others: boolean }>();
  let hasNamesake = false;
  const redact = redactorOf({ names, numbers: [] });
  for (const database of databases.filter((name) => name.startsWith('grid-')))
    for await (const { leaves } of scanDatabase(server.client, database))
      for (const { type, _id, name, household, resident } of leaves) {
        if (type === 'resident' && !residents.has(_id) && typeof name === 'string' && redact(name) !== name)
          hasNamesake = true;
        if (type !== 'membership' || typeof household !== 'string') continue;
        const { hers = false, others = false } = lived.get(household) ?? {};
        const isHers = residents.has(String(resident));
        lived.set(household, { hers: hers || isHers, others: others || !isHers });
      }
  const households = [...lived].filter(([, { hers }]) => hers);
  const erasing: Erasing = {
    words: { names, numbers },
    residents,
    households: new Set(households.map(([id]) => id)),
    emptied: new Set(households.filter(([, { others }]) => !others).map(([id]) => id)),
    gone: residents,
    renamed: new Map(),
    hasNamesake,
    today: beijingDate(new Date().toISOString()),
  };
  return { erasing, cards, communities, databases };
}

function isOf(database: string, community: string): boolean {
  const [, code = ''] = /^[a-z]+-(\d{15}|\d{12})(?:-\d{4})?$/.exec(database) ?? [];
  return code.startsWith(community);
}

/** What these fields say, and what else was said of them. */
function textsIn(cards: FoundPerson['cards'], fields: readonly string[]): string[] {
  const texts = cards.flatMap(({ card }) => {
    const clashed = clashesOf(card).filter(({ field }) => fields.includes(String(field)));
    return [
      ...fields.flatMap((field) => [card[field]].flat()),
      ...clashed.flatMap(({ value }) => [value].flat()),
    ];
  });
  return [...new Set(texts.filter((text) => typeof text === 'string'))];
}
