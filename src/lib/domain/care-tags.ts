// 敏感事项: the restricted tags of one person, put on and taken off. Pure. Invariants: a tag is never deleted, only ended, and
// not without a reason; of a kind one stands at a time; what is no restricted tag does not come in here.
import { changedBy, headOf, type Author } from './document-head.ts';
import { newDocumentId, type IdSource } from './document-id.ts';
import type { Tag } from './people.ts';
import { byRank, isRestrictedTag, RESTRICTED_TAGS } from './tag-kinds.ts';
import { beijingDate, type IsoDate } from './time.ts';

export interface CareItem {
  tag: string;
  /** A code of tag-kinds.json. */
  code: string;
  since?: IsoDate;
  evidence?: string;
  /** Who put it on, as a screen calls her. */
  by: string;
  until?: IsoDate;
  reasonText?: string;
}

export interface CareView {
  on: CareItem[];
  /** Taken off, the last one first. */
  ended: CareItem[];
  /** Codes that can be put on. */
  free: string[];
}

/** Off from the day on which it was taken off. */
const isOn = ({ until }: Pick<Tag, 'until'>, today: IsoDate) => until === undefined || until > today;

export function careView(
  tags: readonly Tag[],
  { today, nameOf }: { today: IsoDate; nameOf(user: string): string },
): CareView {
  const restricted = tags.filter(({ code }) => isRestrictedTag(code));
  const items = restricted.map((tag): CareItem & { isOn: boolean } => ({
    tag: tag._id,
    code: tag.code,
    ...(tag.since === undefined ? {} : { since: tag.since }),
    ...(tag.evidence === undefined ? {} : { evidence: tag.evidence }),
    by: nameOf(tag.createdBy),
    ...(tag.until === undefined ? {} : { until: tag.until }),
    ...(tag.reasonText === undefined ? {} : { reasonText: tag.reasonText }),
    isOn: isOn(tag, today),
  }));
  const plain = ({ isOn: _isOn, ...item }: CareItem & { isOn: boolean }): CareItem => item;
  const on = items.filter((item) => item.isOn).map(plain);
  const order = byRank(on.map(({ code }) => code));
  return {
    on: on.sort((a, b) => order.indexOf(a.code) - order.indexOf(b.code)),
    ended: items
      .filter((item) => !item.isOn)
      .map(plain)
      .sort((a, b) => (b.until ?? '').localeCompare(a.until ?? '')),
    free: RESTRICTED_TAGS.filter((code) => !on.some((item) => item.code === code)),
  };
}

export interface CareTagWanted {
  resident: string;
  household: string;
  code: string;
  /** As typed; blank: none. */
  evidence: string;
}

const LONGEST_TEXT = 200;

/** Undefined where it is no restricted tag, or stands already. */
export function putCareTag(
  { resident, household, code, evidence }: CareTagWanted,
  tags: readonly Tag[],
  { author, ids }: { author: Author; ids: IdSource },
): Tag | undefined {
  const since = beijingDate(author.now);
  if (!isRestrictedTag(code) || tags.some((tag) => tag.code === code && isOn(tag, since))) return undefined;
  const written = evidence.trim().slice(0, LONGEST_TEXT);
  const tag = {
    _id: newDocumentId('tag', ids),
    type: 'tag' as const,
    ...headOf(author, ids),
    ...{ household, resident, code, since, source: 'worker' },
    ...(written === '' ? {} : { evidence: written }),
  };
  return changedBy({ ...author, generation: 1 }, undefined, tag);
}

/** `change.generation` is that of the revision it makes. Undefined without a reason, and where it is off already. */
export function endCareTag<T extends Tag>(
  tag: T,
  reasonText: string,
  change: Author & { generation: number },
): T | undefined {
  const until = beijingDate(change.now);
  const written = reasonText.trim().slice(0, LONGEST_TEXT);
  if (written === '' || !isOn(tag, until)) return undefined;
  return changedBy(change, tag, { ...tag, until, reasonText: written });
}
