// What one person did on one tablet since she last handed in, as it is counted in a receipt: things done, and the
// documents they consist of. Pure. Invariant: every document is in exactly one action; one moment of saving is one action.
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
}

/** Visits where somebody was there, visits where nobody was, else the type of what was changed. */
export function recordKind(type: string, result?: Visit['result']): string {
  return type === 'visit' && result === 'nobody' ? 'nobody' : type;
}

export const isHers = (document: Authored, { person, tablet, since = '' }: Whose): boolean =>
  document.updatedBy === person && document.device === tablet && document.updatedAt > since;

/** Came in meanwhile: changed by somebody else, or by her elsewhere. */
export const isOthers = (document: Authored, { person, tablet, since }: Whose): boolean =>
  since !== undefined &&
  document.updatedAt > since &&
  (document.updatedBy !== person || document.device !== tablet);

/** Things done by kind: what was saved in one moment is one, and a visit says what it was. */
export function countRecords(
  documents: readonly (Authored & { result?: unknown })[],
): Record<string, number> {
  const actions = new Map<IsoInstant, Authored & { result?: unknown }>();
  for (const document of documents) {
    const known = actions.get(document.updatedAt);
    if (!known || (known.type !== 'visit' && document.type === 'visit'))
      actions.set(document.updatedAt, document);
  }
  const records: Record<string, number> = {};
  for (const { type, result } of actions.values()) {
    const kind = recordKind(type, result as Visit['result']);
    records[kind] = (records[kind] ?? 0) + 1;
  }
  return records;
}
