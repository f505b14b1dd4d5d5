// A new grid: its databases with readers and rules first, then its card in the directory, by which tablets learn of it.
import type { Grid } from '#lib/domain/place.ts';
import { beijingDate } from '#lib/domain/time.ts';
import { communityOfGrid } from '#lib/domain/scopes.ts';
import { ensureDirectory } from '../provision/ensure-directory.ts';
import { ensureScope } from '../provision/ensure-scope.ts';
import { planScopes } from '../provision/scope-plan.ts';
import { writeAdministered } from './administered.ts';
import { refused, type Office, type Refused } from './office.ts';
import { hasCommunity, streetOf, type Roll } from './roll.ts';

export type GridAdded = { outcome: 'added' | 'same'; databases: number } | Refused;

const OF_A_GRID = new Set(['grid', 'events', 'care', 'photos']);

export async function addGrid(
  office: Office,
  roll: Roll,
  grid: Pick<Grid, 'code' | 'name' | 'kind'>,
): Promise<GridAdded> {
  const { code, name, kind } = grid;
  const community = communityOfGrid(code);
  if (!/^\d{15}$/.test(code)) return refused('no-such-grid', code);
  if (!hasCommunity(roll, community)) return refused('no-such-community', community);
  if (name.trim() === '') return refused('bad-name', name);
  const known = roll.grids.find((one) => one.code === code);
  if (known && (known.name !== name || known.kind !== kind)) return refused('grid-taken', code);
  const street = {
    code: streetOf(roll, code) ?? '',
    name: '',
    staff: [],
    communities: [{ code: community, name: '', grids: [{ code, name, kind, buildings: [] }] }],
  };
  const scopes = planScopes(street, beijingDate(office.author.now)).filter((one) => OF_A_GRID.has(one.kind));
  const there = await office.couch.listDatabases();
  const missing = scopes.filter((one) => !there.has(one.name));
  if (known && missing.length === 0) return { outcome: 'same', databases: 0 };
  await writeAdministered(office, [community], { did: 'gridAdded', grid: code });
  for (const scope of scopes) await ensureScope(office.couch, scope, there.has(scope.name));
  await ensureDirectory(
    office.couch,
    [{ _id: `grid:${code}`, type: 'grid', code, name, kind }],
    office.author,
  );
  return { outcome: 'added', databases: missing.length };
}
