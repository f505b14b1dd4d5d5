// One row with a name, read as a person. Invariant: a fact that cannot be read costs that fact alone, never the person.
import { codeOf, type CodeSetName } from '../code-sets.ts';
import type { Membership } from '../people.ts';
import { readPhones } from '../phone.ts';
import { ageOn } from '../time.ts';
import { readIdentity } from './roster-identity.ts';
import type { HeldBack, ResidentFacts, RosterPerson, RosterRemark, Tell } from './roster-record.ts';
import type { RosterRow } from './roster-row.ts';
import { readTags, restrictedTagsIn } from './roster-tags.ts';
import {
  isRestricted,
  residenceOf,
  saysNoNumber,
  saysVacant,
  type ResidenceWord,
  type RosterField,
} from './roster-vocabulary.ts';

export interface PersonRead {
  person: RosterPerson;
  remarks: RosterRemark[];
  heldBack: HeldBack[];
  /** What the row says of where the person lives. */
  residence: ResidenceWord | undefined;
}

const HEAD = '02';
const OTHER_RELATION = '80';

/** Blanks put in to fill a column go, blanks between words stay. Characters are never changed. */
function tidyName(written: string): string {
  const plain = written.trim().replace(/[\s\u3000]+/g, ' ');
  return /^[\p{Script=Han}\s·]+$/u.test(plain) ? plain.replace(/ /g, '') : plain;
}

export function readPerson(row: RosterRow): PersonRead {
  const remarks: RosterRemark[] = [];
  const heldBack: HeldBack[] = [];
  const tell: Tell = (field, remark) => {
    remarks.push({ ...row.place, cell: row.cell(field), ...remark });
  };
  const restricted = new Set<string>();
  const hold: Hold = (field, { codes, toCare }) => {
    for (const code of codes) restricted.add(code);
    heldBack.push({ ...row.place, cell: row.cell(field), field, toCare });
  };
  const name = tidyName(row.text('name'));
  const identity = readIdentity(row, tell);
  const residence = residenceWord(row, tell);
  const note = freeText(row, 'note', { tell, hold });
  const hukou = freeText(row, 'hukou', { tell, hold });
  const facts: ResidentFacts = {
    name,
    ...identity,
    ...coded(row, tell),
    ...workOf(row, { tell, hold }),
    ...phonesOf(row, tell),
    ...(hukou === '' ? {} : { hukou }),
    ...residenceKindOf(residence),
  };
  const person: RosterPerson = {
    place: row.place,
    facts,
    relation: relationOf(row, name, tell),
    ...separationOf(residence),
    tags: tagsOf(row, identity.birth === undefined ? undefined : ageOn(identity.birth, row.today), {
      tell,
      hold,
    }),
    restricted: [...restricted],
    ...(note === '' ? {} : { note }),
  };
  return { person, remarks, heldBack, residence };
}

/** Takes what of a cell goes to `care-…`, and whether that is all of it. */
type Hold = (field: HeldBack['field'], held: { codes: readonly string[]; toCare: boolean }) => void;
interface Told {
  tell: Tell;
  hold: Hold;
}

function codeIn(row: RosterRow, field: RosterField & CodeSetName, tell: Tell): string | undefined {
  const written = row.text(field);
  if (written === '' || saysNoNumber(written)) return undefined;
  const code = codeOf(field, written);
  if (code === undefined) tell(field, { kind: 'wordUnknown', field, written });
  return code;
}

function coded(row: RosterRow, tell: Tell) {
  const facts: Partial<Record<'ethnicity' | 'education' | 'politics' | 'marriage', string>> = {};
  for (const field of ['ethnicity', 'education', 'politics', 'marriage'] as const) {
    const code = codeIn(row, field, tell);
    if (code !== undefined) facts[field] = code;
  }
  return facts;
}

/** One column holds both in most rosters: 退休 is a state of work, 建设银行 an employer. */
function workOf(row: RosterRow, told: Told) {
  const written = freeText(row, 'work', told);
  if (written === '' || saysNoNumber(written)) return {};
  const code = codeOf('work', written);
  return code === undefined ? { employer: written } : { work: code };
}

const LONGEST_TEXT = 500;

/** Text for people, without what is restricted or no note but a paper. */
function freeText(
  row: RosterRow,
  field: Exclude<HeldBack['field'], 'tags'> | 'hukou',
  { tell, hold }: Told,
): string {
  const written = row.text(field);
  if (field !== 'hukou' && isRestricted(written)) {
    const codes = restrictedTagsIn(written);
    hold(field, { codes, toCare: codes.length > 0 });
    return '';
  }
  if (written.length <= LONGEST_TEXT) return written;
  tell(field, { kind: 'textTooLong', field });
  return '';
}

function phonesOf(row: RosterRow, tell: Tell) {
  const { phones, refused } = readPhones(row.text('phone'));
  if (refused.length > 0) tell('phone', { kind: 'phoneWrong' });
  return phones.length > 0 ? { phones } : {};
}

function relationOf(row: RosterRow, name: string, tell: Tell): string {
  const written = row.text('relation').replace(/^之/, '');
  if (written === '' && tidyName(row.text('head')) === name) return HEAD;
  const code = written === '' ? undefined : codeOf('relation', written);
  if (code !== undefined) return code;
  if (written === '') tell('relation', { kind: 'relationMissing' });
  else tell('relation', { kind: 'wordUnknown', field: 'relation', written });
  return OTHER_RELATION;
}

function residenceWord(row: RosterRow, tell: Tell): ResidenceWord | undefined {
  const written = row.text('residence');
  const word = residenceOf(written);
  if (word === undefined && written !== '' && !saysVacant(written)) {
    tell('residence', { kind: 'wordUnknown', field: 'residence', written });
  }
  return word;
}

function residenceKindOf(word: ResidenceWord | undefined): Pick<ResidentFacts, 'residenceKind'> {
  if (word === 'floating' || word === 'lodging' || word === 'unregistered' || word === 'foreign') {
    return { residenceKind: word };
  }
  return word === 'together' || word === 'personElsewhere' || word === 'nominal'
    ? { residenceKind: 'registered' }
    : {};
}

function separationOf(word: ResidenceWord | undefined): Pick<Membership, 'residence' | 'separation'> {
  if (word === 'together') return { residence: '01' };
  if (word === 'personElsewhere' || word === 'registrationElsewhere' || word === 'nominal') {
    return { residence: '02', separation: word };
  }
  return {};
}

function tagsOf(row: RosterRow, age: number | undefined, { tell, hold }: Told): string[] {
  const read = readTags(row.text('tags'), age);
  if (read.heldBack || read.restricted.length > 0)
    hold('tags', { codes: read.restricted, toCare: !read.heldBack });
  for (const written of read.unknown) tell('tags', { kind: 'tagUnknown', written });
  for (const against of read.againstAge) tell('tags', { kind: 'tagAgainstAge', ...against });
  return read.codes;
}
