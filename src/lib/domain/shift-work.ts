// What one person did on one tablet since she last handed in, as it is counted in a receipt: things done, and the
// documents they consist of. Pure. Invariant: what was saved in one moment is never counted as two things.
import type { Visit } from './visit.ts';
import type { IsoInstant } from './time.ts';

/** What is looked at of any document of the field. */
export interface Authored {
  _id: string;
  type: string;
  updatedAt: IsoInstant;
  updatedBy: string;
  device: string;
}

export interface Whose {
  person: string;
  /** Opaque id of the tablet. */
  tablet: string;
  /** Later than this; undefined: all. */
  since?: IsoInstant | undefined;
  /** Saved after the save of this number, where that is known: the clock may have been wrong (shift.ts). */
  upTo?: number | undefined;
}

/** Visits where somebody was there, visits where nobody was, else the type of what was changed. */
function recordKind(type: string, result?: Visit['result']): string {
  return type === 'visit' && result === 'nobody' ? 'nobody' : type;
}

/** `ordinal`: the number of the save on this tablet, where it is known. */
export function isHers(document: Authored, whose: Whose, ordinal?: number): boolean {
  const { person, tablet, since = '', upTo } = whose;
  if (document.updatedBy !== person || document.device !== tablet) return false;
  return upTo === undefined || ordinal === undefined ? document.updatedAt > since : ordinal > upTo;
}

/** Came in meanwhile: changed by somebody else, or by her elsewhere. */
export const isOthers = (document: Authored, { person, tablet, since }: Whose): boolean =>
  since !== undefined &&
  document.updatedAt > since &&
  (document.updatedBy !== person || document.device !== tablet);

/** Things done by kind: a visit with what it changed is one; what else was saved in one moment is one. */
export function countRecords(
  documents: readonly (Authored & { createdAt: IsoInstant; result?: unknown })[],
): Record<string, number> {
  const visits = documents.filter(({ type }) => type === 'visit');
  // A visit that was mended has two moments: what it changed at first, and what mending it changed.
  const ofVisits = new Set(visits.flatMap(({ createdAt, updatedAt }) => [createdAt, updatedAt]));
  const others = documents.filter(({ type, updatedAt }) => type !== 'visit' && !ofVisits.has(updatedAt));
  const moments = new Map(others.map(({ type, updatedAt }) => [updatedAt, recordKind(type)]));
  const records: Record<string, number> = {};
  const kinds = visits.map(({ type, result }) => recordKind(type, result as Visit['result']));
  for (const kind of [...kinds, ...moments.values()]) records[kind] = (records[kind] ?? 0) + 1;
  return records;
}
