// A document without one person (个人信息保护法 47): gone with her, the same without her, or none of her business. Pure.
// Invariants: what is about her alone goes whole; where she stands among others they keep all that is theirs; nothing of hers
// is left in a field, a stamp or a clash of what stays; ids are random and name nobody, but those of her own go too.
import { isPlainObject, type Body } from '../merge/field-paths.ts';
import { redactorOf, type Redact, type WordsOfPerson } from './words-of-person.ts';

export interface Erasing {
  words: WordsOfPerson;
  /** Ids of the roster: she may stand in more than one grid. */
  residents: ReadonlySet<string>;
  /** Where she lives or lived. */
  households: ReadonlySet<string>;
  /** Of those, where nobody else ever did: they are closed, and what is about them is about her. */
  emptied: ReadonlySet<string>;
  /** Ids of documents that go; what is a part of one of them goes with it. */
  gone: ReadonlySet<string>;
  /** Documents written anew without her, by their former ids. */
  renamed: ReadonlyMap<string, string>;
  /** Somebody else there has her name: it counts as hers only where she lived. */
  hasNamesake: boolean;
  /** Beijing calendar day. */
  today: string;
}

export type WithoutPerson =
  | { outcome: 'gone' }
  /** Without `_rev`; stamps are the caller's. */
  | { outcome: 'changed'; body: Record<string, unknown> }
  /** `doubtful`: her name stands there, or that of somebody else who is called so. */
  | { outcome: 'same'; doubtful: boolean };

/** Whose `resident` or `household` says what they are about. */
const ABOUT = new Set(['membership', 'tag', 'task', 'visit']);
/** What a document is a part of. */
const PART_OF: Readonly<Record<string, string>> = {
  photo: 'event',
  'request-step': 'request',
  envelope: 'document',
};
/** What somebody else on the roster is called is his own, though it be the same. */
const OWN_FIELDS = new Set(['name', 'pinyin', 'phones', 'idNumber', 'documentNumber']);
/** No text of anybody's, or not about a resident. */
const HEAD = new Set([
  'type',
  'createdAt',
  'createdBy',
  'updatedAt',
  'updatedBy',
  'device',
  'salt',
  'merged',
]);
/** Of a household in which nobody is left. */
const OF_ITS_PEOPLE = ['head', 'number', 'notes', 'lastVisit', 'lastContactOn', 'rosterVerifiedOn'];
const STAMPS = ['at', 'seen', 'clashes'];

export function withoutPerson(body: Body, erasing: Erasing): WithoutPerson {
  if (isGone(body, erasing)) return { outcome: 'gone' };
  const isNear = nearby(body, erasing);
  const { names, numbers } = erasing.words;
  const known = redactorOf({ names: !erasing.hasNamesake || isNear ? names : [], numbers });
  const emptied = body.type === 'household' && erasing.emptied.has(String(body._id));
  const after = cleaned(emptied ? closed(body, erasing.today) : body, { erasing, redact: known });
  const isChanged = JSON.stringify(after) !== JSON.stringify(body);
  if (isChanged) return { outcome: 'changed', body: after };
  const byName = redactorOf({ names, numbers: [] });
  const doubtful = body.type !== 'resident' && byName(JSON.stringify(body)) !== JSON.stringify(body);
  return { outcome: 'same', doubtful };
}

function isGone(body: Body, { residents, emptied, gone, words }: Erasing): boolean {
  const { _id, type } = body;
  const isIn = (set: ReadonlySet<string>, id: unknown) => typeof id === 'string' && set.has(id);
  if (isIn(residents, _id) || isIn(gone, _id)) return true;
  if (ABOUT.has(String(type)) && (isIn(residents, body.resident) || isIn(emptied, body.household)))
    return true;
  if (isIn(gone, body[PART_OF[String(type)] ?? ''])) return true;
  if (type !== 'request' || !isPlainObject(body.applicant)) return false;
  const { resident, name, phone } = body.applicant;
  const isHers = words.names.includes(String(name)) && words.numbers.includes(String(phone));
  return isIn(residents, resident) || isHers;
}

function nearby(body: Body, { households }: Erasing): boolean {
  const applicant = isPlainObject(body.applicant) ? body.applicant.household : undefined;
  return [body._id, body.household, applicant].some((id) => typeof id === 'string' && households.has(id));
}

function closed(body: Body, today: string): Body {
  const left = Object.entries(body).filter(([name]) => ![...OF_ITS_PEOPLE, ...STAMPS].includes(name));
  if (body.closedOn !== undefined) return Object.fromEntries(left);
  return { ...Object.fromEntries(left), closedOn: today, closedReason: 'erased' };
}

interface Cleaning {
  erasing: Erasing;
  redact: Redact;
}

function cleaned(body: Body, cleaning: Cleaning): Record<string, unknown> {
  const isPerson = body.type === 'resident';
  const after = Object.entries(body).flatMap(([name, value]): [string, unknown][] => {
    if (name.startsWith('_') || HEAD.has(name)) return [[name, value]];
    if (isPerson && (OWN_FIELDS.has(name) || STAMPS.includes(name))) return [[name, value]];
    const kept = valueWithout(value, cleaning);
    return kept === undefined ? [] : [[name, kept]];
  });
  return Object.fromEntries(after);
}

/** Undefined: nothing is left of it. */
function valueWithout(value: unknown, cleaning: Cleaning): unknown {
  if (typeof value === 'string') return textWithout(value, cleaning);
  if (Array.isArray(value)) {
    const others = value.filter((each: unknown) => !isPlainObject(each) || !namesHer(each, cleaning.erasing));
    return others.map((each: unknown) => valueWithout(each, cleaning)).filter((each) => each !== undefined);
  }
  if (!isPlainObject(value)) return value;
  const kept = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    // The stamp of an element of a set is named by the element.
    if (cleaning.redact(name) !== name) return [];
    const left = valueWithout(inner, cleaning);
    return left === undefined ? [] : [[name, left]];
  });
  return Object.fromEntries(kept);
}

function textWithout(text: string, { erasing, redact }: Cleaning): string | undefined {
  if (erasing.residents.has(text) || erasing.gone.has(text)) return undefined;
  return erasing.renamed.get(text) ?? redact(text);
}

/** A row about her: a change of her card, a line of a form. */
function namesHer(row: Body, { residents, gone }: Erasing): boolean {
  return Object.values(row).some(
    (value) => typeof value === 'string' && (residents.has(value) || gone.has(value)),
  );
}
