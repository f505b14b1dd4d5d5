// What a person may choose where both of two values of a coded field are wrong: every value the field can hold, with its
// word. Invariant: what is offered is what the document's schema takes.
import { listCodes, type CodeSetName } from '#lib/domain/code-sets.ts';
import { ROOM_STATES } from '#lib/domain/place.ts';
import { rosterWord } from './roster-words.ts';

export interface ClashChoice {
  value: string;
  word: string;
}

const KINDS = ['family', 'collective', 'registeredOnly', 'residing'];

const codes = (set: CodeSetName) => listCodes(set).map(({ code }) => code);

/** What a field can hold, by type and field. */
const VALUES: Readonly<Record<string, () => readonly string[]>> = {
  'room state': () => ROOM_STATES,
  'household kind': () => KINDS,
  'household residence': () => codes('residence'),
  'membership relation': () => codes('relation'),
  'membership residence': () => codes('residence'),
  'membership separation': () => ['personElsewhere', 'registrationElsewhere', 'nominal'],
  'resident sex': () => codes('sex'),
  'resident marriage': () => codes('marriage'),
  'resident education': () => codes('education'),
  'resident politics': () => codes('politics'),
  'resident ethnicity': () => codes('ethnicity'),
  'resident work': () => codes('work'),
  'resident residenceKind': () => ['registered', 'floating', 'lodging', 'unregistered', 'foreign'],
};

/** Undefined for a field that is no choice. `names`: of the members of its household, by id. */
export function clashChoices(
  type: string,
  field: string,
  names: ReadonlyMap<string, string>,
): ClashChoice[] | undefined {
  if (type === 'household' && field === 'head') return [...names].map(([value, word]) => ({ value, word }));
  return VALUES[`${type} ${field}`]?.().map((value) => ({ value, word: rosterWord(field, value) ?? value }));
}
