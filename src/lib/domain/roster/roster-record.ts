// What a roster says, as records: households with their people, rooms nobody lives in, and what could not be taken as
// written. Invariant: everything in a record stands in the sheet; what is doubtful is said beside it, never mended.
import type { Door } from '../door.ts';
import type { Household, Membership, Resident } from '../people.ts';
import type { RoomState } from '../place.ts';
import type { DateFault } from '../written-date.ts';
import type { IdNumberFault } from '../id-number.ts';
import type { IsoDate } from '../time.ts';
import type { RosterField } from './roster-vocabulary.ts';

/** Where it stands: the sheet's name and the row as spreadsheets count, from 1. */
export interface RosterPlace {
  sheet: string;
  row: number;
}

/** Facts of a resident document, as far as the sheet states them. */
export type ResidentFacts = Pick<
  Resident,
  | 'name'
  | 'idType'
  | 'idNumber'
  | 'documentNumber'
  | 'sex'
  | 'birth'
  | 'ethnicity'
  | 'education'
  | 'politics'
  | 'marriage'
  | 'work'
  | 'employer'
  | 'phones'
  | 'hukou'
  | 'residenceKind'
>;

export interface RosterPerson {
  place: RosterPlace;
  facts: ResidentFacts;
  /** GB/T 4761. */
  relation: string;
  residence?: Membership['residence'];
  separation?: Membership['separation'];
  /** Codes of tag-kinds.json. */
  tags: string[];
  /** The same, of what stands in `care-…` alone. */
  restricted: string[];
  note?: string;
}

export interface RosterHousehold {
  place: RosterPlace;
  /** Undefined where none is written: the household waits to be placed. */
  door: Door | undefined;
  number?: string;
  kind: Household['kind'];
  residence?: Household['residence'];
  /** The head first, then as written. */
  people: [RosterPerson, ...RosterPerson[]];
  /** Whether the first of the people is its head, or merely stands first. */
  headKnown: boolean;
  notes: string[];
  /** The day the sheet says it was filled in or checked. */
  verifiedOn?: IsoDate;
  /** The day of a visit, where the sheet has a column for it. */
  visitedOn?: IsoDate;
  room: RosterRoom;
}

export interface RosterRoom {
  /** Absent where nothing is said of it. */
  state?: RoomState;
  areaSquareMetres?: number;
  landlord?: { name?: string; phones?: string[] };
}

export interface VacantRoom {
  place: RosterPlace;
  cell: string;
  door: Door;
  room: RosterRoom;
}

/** Why something is told. The words for it are the caller's. */
export type RemarkKind =
  // refused: a row that makes no record
  | { kind: 'noName' }
  | { kind: 'nameTooLong' }
  | { kind: 'vacantWithoutDoor' }
  // doubtful: the record is made without what is named here
  | { kind: 'idMissing' }
  | { kind: 'idLostDigits' }
  | { kind: 'idWrong'; reason: Exclude<IdNumberFault, 'empty'> }
  | { kind: 'idTaken'; by: RosterPlace }
  | { kind: 'dateWrong'; field: RosterField; reason: Exclude<DateFault, 'empty'> }
  | { kind: 'phoneWrong' }
  | { kind: 'wordUnknown'; field: RosterField; written: string }
  | { kind: 'relationMissing' }
  | { kind: 'tagUnknown'; written: string }
  | { kind: 'tagAgainstAge'; written: string; age: number }
  | { kind: 'areaWrong' }
  | { kind: 'textTooLong'; field: RosterField }
  // doubtful: the record is made as written
  | { kind: 'sexDiffers' }
  | { kind: 'birthDiffers' }
  | { kind: 'bornAfterSheet'; statedOn: IsoDate }
  | { kind: 'alsoElsewhere'; other: RosterPlace }
  | { kind: 'doorMissing'; before?: string; after?: string }
  | { kind: 'headMissing' }
  | { kind: 'secondHead' }
  | { kind: 'vacantButLivedIn' }
  | { kind: 'repeatDiffers'; field: string };

/** One remark, with the cell it is about: `{sheet: '第一网格', row: 44, cell: 'J44', kind: 'idMissing'}`. */
export type RosterRemark = RosterPlace & { cell: string } & RemarkKind;

/** Takes a remark about a field of the row in hand. */
export type Tell = (field: RosterField, remark: RemarkKind) => void;

/**
 * Kept out of the ordinary roster. `toCare`: all that is restricted in the cell is a tag of `care-…`; else somebody with that
 * role has to see to it. Says where, never what.
 */
export type HeldBack = RosterPlace & { cell: string; field: 'tags' | 'note' | 'work'; toCare: boolean };

/** A row that says of a person what an earlier row said: taken once. */
export type RosterRepeat = RosterPlace & { cell: string; of: RosterPlace };

export interface RosterTotal extends RosterPlace {
  cell: string;
  what: 'households' | 'people';
  stated: number;
  /** What was read in the rows above it. */
  counted: number;
  /** For households: rooms listed, lived in and vacant, and rooms the buildings have by their floors. */
  roomsListed?: number;
  roomsByLayout?: number;
  matches: boolean;
}
