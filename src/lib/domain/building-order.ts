// The order of buildings in every list, so that a street is walked once: grid by grid, the compounds that have a name
// before houses without one, numbers as people count (2 before 10), and last the shelf of those whose door is unknown.
import type { Building } from './place.ts';
import unplaced from './unplaced-building.json' with { type: 'json' };

/** The number of the building that households without a known door wait in. */
export const UNPLACED_BUILDING = unplaced.number;

const naturally = new Intl.Collator('zh-CN', { numeric: true });

export const byNumber = (a: string, b: string): number => naturally.compare(a, b);

type Ordered = Pick<Building, 'grid' | 'number'> & { compound?: string | undefined };

/** For `sort`. */
export function byBuilding(a: Ordered, b: Ordered): number {
  return (
    a.grid.localeCompare(b.grid) ||
    Number(a.number === UNPLACED_BUILDING) - Number(b.number === UNPLACED_BUILDING) ||
    Number(!a.compound) - Number(!b.compound) ||
    byNumber(a.compound ?? '', b.compound ?? '') ||
    byNumber(a.number, b.number)
  );
}
