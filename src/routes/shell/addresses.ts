// Where things are in the app: ids of documents stand in the path, percent-encoded.

export interface VisitAddress {
  household: string;
  form: 'f1' | 'f2';
  resident?: string | undefined;
}

/** The name in an address of a building without units. */
const WHOLE_BUILDING = '-';

export const householdHref = (household: string): string => `/households/${encodeURIComponent(household)}`;

export function visitHref({ household, form, resident }: VisitAddress, result?: 'nobody'): string {
  const query = new URLSearchParams();
  if (resident) query.set('resident', resident);
  if (result) query.set('result', result);
  const asked = query.toString();
  return `${householdHref(household)}/visit/${form}${asked ? `?${asked}` : ''}`;
}

/** Where a visit is told to be saved. */
export const savedHref = (household: string, visit: string): string =>
  `${householdHref(household)}/saved/${encodeURIComponent(visit)}`;

/** A visit to be read. */
export const pastVisitHref = (household: string, visit: string): string =>
  `${householdHref(household)}/visits/${encodeURIComponent(visit)}`;

/** The form with nobody at home already answered. */
export const nobodyHref = (address: VisitAddress): string => visitHref(address, 'nobody');

/** Its form with the answers the server did not take. */
export function mendHref({ mend, ...address }: VisitAddress & { mend?: string }): string {
  const href = visitHref(address);
  return `${href}${href.includes('?') ? '&' : '?'}mend=${encodeURIComponent(mend ?? '')}`;
}

/** What the code of a receipt says: the board, opened at it. An id is all it tells. */
export const receiptHref = (origin: string, shift: string): string =>
  `${origin}/board?shift=${encodeURIComponent(shift)}`;

/** Where what two people say of a document is settled. */
export const clashHref = (document: string): string => `/clashes/${encodeURIComponent(document)}`;

export const unitHref = (building: string, unit: string): string =>
  `/buildings/${encodeURIComponent(building)}/${encodeURIComponent(unit === '' ? WHOLE_BUILDING : unit)}`;

/** The unit's number from its name in an address. */
export const unitOfAddress = (name: string): string => (name === WHOLE_BUILDING ? '' : name);

/** 接待台, or one of its lists. */
export const deskHref = (list: string): string => (list === 'all' ? '/desk' : `/desk?list=${list}`);

export const requestHref = (request: string): string => `/desk/requests/${encodeURIComponent(request)}`;

/** Where a request that was just taken tells its number. */
export const takenHref = (request: string): string => `/desk/taken/${encodeURIComponent(request)}`;

/** A form, and what it says when it is saved, have the screen to themselves. */
export const isForm = (path: string): boolean =>
  path.includes('/visit/') ||
  path.includes('/saved/') ||
  path.startsWith('/desk/new') ||
  path.includes('/taken/');
