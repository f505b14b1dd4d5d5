// 重点人群标签 and how often each asks for a visit (domain.md 2.5): data of tag-kinds.json, looked up by code.
import data from './tag-kinds.json' with { type: 'json' };

export interface TagKind {
  code: string;
  zh: string;
  en: string;
  /** Days between visits; absent for tags that ask for none. */
  intervalDays?: number;
  form: 'f1' | 'f2';
  /** 1 is what people at the door must know first. */
  rank: number;
  /** Lives in `care-…`, needs the role for it, and stands on no card, list, badge, print or desk tablet. */
  restricted?: true;
}

const kinds = new Map((data.kinds as TagKind[]).map((kind) => [kind.code, kind]));

export const ORDINARY_INTERVAL_DAYS = data.ordinaryIntervalDays;

export const tagKind = (code: string): TagKind | undefined => kinds.get(code);

/** Never to be shown beside others, wherever it was written. */
export const isRestrictedTag = (code: string): boolean => kinds.get(code)?.restricted === true;

export const RESTRICTED_TAGS: readonly string[] = [...kinds.values()].flatMap(({ code, restricted }) =>
  restricted ? [code] : [],
);

/** Codes by rank, each once; unknown ones last. */
export function byRank(codes: Iterable<string>): string[] {
  return [...new Set(codes)].sort((a, b) => (kinds.get(a)?.rank ?? 99) - (kinds.get(b)?.rank ?? 99));
}
