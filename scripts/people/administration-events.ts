// The ids of what administrators do, in the audit of a community: their own, and numbered one after another.

export const ADMINISTRATION_EVENTS = 'audit:administration-';

const DIGITS = 9;

export const administrationEventId = (code12: string, number: number): string =>
  `${ADMINISTRATION_EVENTS}${code12}-${String(number).padStart(DIGITS, '0')}`;

/** Undefined for what is no such id. */
export function administrationEventNumber(id: string): number | undefined {
  const digits = /^audit:administration-\d{12}-(\d{9})$/.exec(id)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
