// The words rosters are written with, as data of roster-words.json: headings, states, tags, what counts as empty.
import type { RoomState } from '../place.ts';
import { plainWord } from './roster-sheet.ts';
import words from './roster-words.json' with { type: 'json' };

export type RosterField = keyof typeof words.headings;
/** Where a person is and where registered, as one cell says it. */
export type ResidenceWord = keyof typeof words.residences;

function lookup<Key extends string>(lists: Readonly<Record<Key, readonly string[]>>): Map<string, Key> {
  const found = new Map<string, Key>();
  for (const [key, list] of Object.entries(lists) as [Key, readonly string[]][]) {
    for (const word of list) found.set(plainWord(word), key);
  }
  return found;
}

const headings = lookup(words.headings);
const residences = lookup(words.residences);
const vacant = new Set(words.vacant.map(plainWord));
const noNumber = new Set(words.noNumber.map((word) => word.normalize('NFKC').toUpperCase()));
const tags = lookup(words.tags);
const restrictedTags = lookup(words.restrictedTags);

export type TagWord = keyof typeof words.tags;

/** The field a heading names; of two words in one (电话/手机) the first that is known. */
export const fieldOfHeading = (label: string): RosterField | undefined =>
  [label, ...label.split(/[/／、,，\n]/)].map((part) => headings.get(plainWord(part))).find(Boolean);
export const residenceOf = (text: string): ResidenceWord | undefined => residences.get(plainWord(text));
export const tagOf = (text: string): TagWord | undefined => tags.get(plainWord(text));
export const saysVacant = (text: string): boolean => vacant.has(plainWord(text));
/** Stands where a number should: 待补, 无. */
export const saysNoNumber = (text: string): boolean =>
  noNumber.has(text.normalize('NFKC').replace(/\s/g, '').toUpperCase());
export const saysTotal = (text: string): boolean => {
  const plain = plainWord(text);
  return words.totals.some((word) => plain.startsWith(word));
};
/** Belongs into `care-…` alone, wherever it is written. */
export const isRestricted = (text: string): boolean => {
  const plain = plainWord(text) + text.normalize('NFKC').toUpperCase();
  return words.restricted.some((word) => plain.includes(word));
};
/**
 * The code of tag-kinds.json a restricted word stands for; undefined where it stands for none: a faith, a petition, an
 * infection are written down nowhere (domain.md 2.5), and what is not clear is not guessed.
 */
export const restrictedTagOf = (text: string): string | undefined => restrictedTags.get(plainWord(text));
/** What a note or a column says of the room; the first state whose word stands in it. */
export const roomStateIn = (text: string): RoomState | undefined => {
  const states = Object.entries(words.roomStates) as [RoomState, string[]][];
  return states.find(([, list]) => list.some((word) => text.includes(word)))?.[0];
};
/** What follows the word for the day a sheet was filled in, `2026年9月30日`; undefined where no such word stands. */
export const statedDayIn = (text: string): string | undefined => {
  const plain = text.normalize('NFKC');
  const word = words.statedOn.find((one) => plain.includes(one));
  return word === undefined
    ? undefined
    : plain.slice(plain.indexOf(word) + word.length).replace(/^[\s:]+/, '');
};
