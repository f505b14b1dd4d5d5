// 重点人群, several in a cell: split and mapped to codes of tag-kinds.json. Invariant: a restricted word becomes no ordinary
// tag and is not repeated: it is one of `care-…`, or held back; a tag that cannot be true of this age is not put on.
import { isRestricted, restrictedTagOf, tagOf, type TagWord } from './roster-vocabulary.ts';

export interface TagsRead {
  codes: string[];
  /** For `care-…` alone. */
  restricted: string[];
  /** Something restricted stands there that is no tag of any kind. */
  heldBack: boolean;
  unknown: string[];
  againstAge: { written: string; age: number }[];
}

const AGED = 60;
const VERY_AGED = 80;
const GROWN_UP = 18;
const SCHOOL_AGE = 7;

const ELDERS = new Set<TagWord>(['alone', 'emptyNest', 'elder', 'disabledElder']);
const CHILDREN = new Set<TagWord>(['leftBehindChild', 'childInNeed']);

/** `age` in whole years today; undefined where no birthday is known. */
export function readTags(written: string, age: number | undefined): TagsRead {
  const read: TagsRead = { codes: [], restricted: [], heldBack: false, unknown: [], againstAge: [] };
  const words = new Set<TagWord>();
  for (const part of partsOf(written)) {
    const word = tagOf(part);
    const restricted = restrictedTagOf(part);
    if (restricted !== undefined) read.restricted.push(restricted);
    else if (isRestricted(part)) read.heldBack = true;
    else if (word === undefined) read.unknown.push(part);
    else if (age !== undefined && isAgainstAge(word, age)) read.againstAge.push({ written: part, age });
    else words.add(word);
  }
  const veryAged = age === undefined ? words.has('elder') : age >= VERY_AGED;
  read.codes = [...words].map((word) => (word !== 'alone' ? word : veryAged ? 'alone80' : 'aloneElder'));
  return read;
}

/** The restricted tags of a text that says nothing but such; none where it says anything else, which may deny them. */
export function restrictedTagsIn(written: string): string[] {
  const codes = partsOf(written).map(restrictedTagOf);
  return codes.every((code) => code !== undefined) ? codes : [];
}

const partsOf = (written: string): string[] =>
  written
    .normalize('NFKC')
    .split(/[,，、;；。/|\s+]+/)
    .filter((part) => part !== '' && !/^(?:无|否|-)$/.test(part));

function isAgainstAge(word: TagWord, age: number): boolean {
  if (ELDERS.has(word)) return age < AGED;
  if (CHILDREN.has(word)) return age >= GROWN_UP;
  return word === 'infant' && age >= SCHOOL_AGE;
}
