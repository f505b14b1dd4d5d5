// 查找: people by name, pinyin, initials or door, among those who live here now. A plain filter over strings made once:
// ten thousand people take about a millisecond, which no index on disk would better (and none could be sealed).
import { membersOf, tagsOn, type FieldModel } from './field-model.ts';
import type { SearchHit, SearchView } from './field-views.ts';
import { maskPhone } from './phone.ts';
import { doorOf } from './place.ts';
import { byRank } from './tag-kinds.ts';
import { withPlaces } from './telling-places.ts';
import { ageOn, type IsoDate } from './time.ts';
import { gridOfScope } from './scopes.ts';

interface Entry {
  resident: string;
  household: string;
  name: string;
  pinyin: string;
  initials: string;
  door: string;
}

/** Everyone with an open membership, ready to be searched. Made again when the roster changes. */
export type SearchIndex = readonly Entry[];

export function buildSearchIndex(model: FieldModel): SearchIndex {
  const entries: Entry[] = [];
  for (const household of model.households.values()) {
    const room = model.rooms.get(household.room);
    if (!room || household.closedOn !== undefined) continue;
    for (const { resident } of membersOf(model, household)) {
      const syllables = (resident.pinyin ?? '').toLowerCase().split(' ').filter(Boolean);
      entries.push({
        resident: resident._id,
        household: household._id,
        name: resident.name,
        pinyin: syllables.join(''),
        initials: syllables.map((syllable) => syllable.charAt(0)).join(''),
        door: doorOf(room),
      });
    }
  }
  return entries;
}

/** 0 the name begins so, 1 the name contains it, 2 initials or pinyin begin so, 3 the door; undefined no match. */
function matchRank(entry: Entry, term: string): number | undefined {
  if (entry.name.startsWith(term)) return 0;
  if (entry.name.includes(term)) return 1;
  if (/^[a-z]+$/.test(term)) {
    return entry.initials.startsWith(term) || entry.pinyin.startsWith(term) ? 2 : undefined;
  }
  return entry.door === term || entry.door.startsWith(`${term}-`) || entry.door.endsWith(`-${term}`)
    ? 3
    : undefined;
}

/** Full-width letters and digits to half width, `3栋2单元501` to `3-2-501`, lower case. */
function normalised(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(\d)\s*(?:号楼|栋|幢|单元|楼)\s*(?=\d)/g, '$1-')
    .trim();
}

/** At most `limit` hits, best first; terms divided by blanks must all match. */
export function searchPeople(
  model: FieldModel,
  index: SearchIndex,
  query: { text: string; limit: number; today: IsoDate },
): SearchView {
  const terms = normalised(query.text).split(/\s+/).filter(Boolean);
  if (terms.length === 0) return { hits: [], total: 0 };
  const ranked: Entry[][] = [[], [], [], []];
  for (const entry of index) {
    let rank = 0;
    for (const term of terms) {
      const one = matchRank(entry, term);
      if (one === undefined) {
        rank = -1;
        break;
      }
      rank = Math.max(rank, one);
    }
    if (rank >= 0) ranked[rank]!.push(entry);
  }
  const matches = ranked.flat();
  const hits = matches.slice(0, query.limit).map((entry) => hitOf(model, entry, query.today));
  return { hits: withPlaces(model, hits), total: matches.length };
}

function hitOf(model: FieldModel, entry: Entry, today: IsoDate): SearchHit {
  const resident = model.residents.get(entry.resident);
  const phone = resident?.phones?.[0];
  const tags = tagsOn(model, entry.household, today).filter(
    (tag) => !tag.resident || tag.resident === entry.resident,
  );
  return {
    resident: entry.resident,
    household: entry.household,
    name: entry.name,
    ...(resident?.birth ? { age: ageOn(resident.birth, today) } : {}),
    ...(resident?.sex ? { sex: resident.sex } : {}),
    door: entry.door,
    grid: gridOfScope(model.scopes.get(entry.household) ?? '') ?? '',
    ...(phone ? { maskedPhone: maskPhone(phone) } : {}),
    tags: byRank(tags.map((tag) => tag.code)),
  };
}
