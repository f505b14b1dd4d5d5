// What the directory says of a street: units, grids, buildings, staff cards, and the product's own code sets, the years'
// working-day calendars and the desk's matters.
// Invariant: ids follow from public facts (codes, user names), so that the same street is the same documents.
import codeSets from '#lib/domain/code-sets.json' with { type: 'json' };
import tagKinds from '#lib/domain/tag-kinds.json' with { type: 'json' };
import matters from '#lib/domain/matters.json' with { type: 'json' };
import calendars from '#lib/domain/working-days.json' with { type: 'json' };
import { buildingId, type GridDescription, type StreetDescription } from './street-description.ts';

/** A document without its head; `_id` and `type` are there. */
export type DirectoryBody = { _id: string; type: string } & Record<string, unknown>;

export function directoryDocuments(street: StreetDescription): DirectoryBody[] {
  return [
    { _id: 'code-sets:standard', ...codeSets, type: 'code-sets' },
    { _id: 'tag-kinds:standard', ...tagKinds, type: 'tag-kinds' },
    ...calendars.map((calendar) => ({ ...calendar, type: 'calendar' })),
    ...matters.map((matter, order) => ({ _id: `matter:${matter.code}`, type: 'matter', ...matter, order })),
    { _id: unitId(street.code), type: 'unit', level: 'street', code: street.code, name: street.name },
    ...street.communities.flatMap((community) => [
      {
        _id: unitId(community.code),
        type: 'unit',
        level: 'community',
        code: community.code,
        name: community.name,
        parent: street.code,
      },
      ...community.grids.flatMap(gridDocuments),
    ]),
    ...street.staff.map(({ user, name, role, grids, community, phone }) => ({
      _id: `staff:${user}`,
      type: 'staff',
      user,
      name,
      role,
      grids,
      ...(community ? { community } : {}),
      ...(phone ? { phone } : {}),
    })),
  ];
}

const unitId = (code: string) => `unit:${code}`;

function gridDocuments({ buildings, ...grid }: GridDescription): DirectoryBody[] {
  return [
    { _id: `grid:${grid.code}`, type: 'grid', ...grid },
    ...buildings.map((building) => ({
      _id: buildingId(grid.code, building.number),
      type: 'building',
      grid: grid.code,
      ...building,
    })),
  ];
}
