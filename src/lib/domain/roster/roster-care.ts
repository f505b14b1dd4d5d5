// Restricted tags of an import, for `care-<15>` and nowhere else. Invariants: where that database is not there (or not for
// this user) the tag is written nowhere and counted; a tag somebody took off stays off; what is counted names nobody.
import { parseDocument } from '../parse-document.ts';
import { isRestrictedTag } from '../tag-kinds.ts';
import type { RosterPlace } from './roster-record.ts';
import { rosterWriter, type WriteContext } from './roster-writes.ts';

export interface TagSaid {
  household: string;
  resident: string;
  code: string;
  place: RosterPlace;
}

/** In tags. */
export interface CareCount {
  /** To be written. */
  created: number;
  /** There already, on or taken off. */
  unchanged: number;
  /** There is no place to write them. */
  withheld: number;
}

export interface CareTags {
  documents: Record<string, unknown>[];
  count: CareCount;
  /** Tags this build cannot read: what it does not see it would write twice. */
  unreadable: number;
  put(said: TagSaid): void;
}

/** `care` are the documents of the scope; absent: nothing is written. */
export function careTags({
  care,
  ...context
}: WriteContext & { care?: readonly Readonly<Record<string, unknown>>[] }): CareTags {
  const tags = (care ?? []).filter(({ type }) => type === 'tag').map((body) => parseDocument('tag', body));
  const known = new Set(
    tags.flatMap((tag) => (tag.outcome === 'read' ? [keyOf(tag.document.resident, tag.document.code)] : [])),
  );
  const writer = rosterWriter(context);
  const count: CareCount = { created: 0, unchanged: 0, withheld: 0 };
  return {
    documents: writer.writes.documents,
    count,
    unreadable: tags.filter(({ outcome }) => outcome === 'unreadable').length,
    put({ place, ...said }) {
      if (!isRestrictedTag(said.code)) throw new RangeError('an ordinary tag has its place in the roster');
      const key = keyOf(said.resident, said.code);
      if (!care) count.withheld += 1;
      else if (known.has(key)) count.unchanged += 1;
      else {
        known.add(key);
        writer.put('tag', undefined, { place, fields: { ...said, source: 'roster' } });
        count.created += 1;
      }
    },
  };
}

/** Of a person with two homes a tag stands once. */
const keyOf = (resident: string | undefined, code: string) => `${resident ?? ''}|${code}`;
