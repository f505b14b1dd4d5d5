// What an unfinished form is known by.

/** Key of a draft: one unfinished form of one kind for one household (or one resident of it). */
export interface DraftKey {
  form: 'f1' | 'f2';
  household: string;
  resident?: string;
  /** The refused visit that is filled in again. */
  mend?: string;
}
