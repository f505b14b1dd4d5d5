// Which word tells a door from another of the same number: the compound's or the grid's name. One grid whose buildings
// all have numbers of their own needs none, and its lists stay short.
import type { FieldModel } from './field-model.ts';
import type { Building } from './place.ts';

/** The buildings that have rooms on this tablet; the directory knows all of the street. */
export function buildingsHere(model: FieldModel): Building[] {
  return [...model.buildings.values()].filter((building) => (model.roomsOf.get(building._id)?.size ?? 0) > 0);
}

/** Names of grids by code. */
export const gridNames = (model: FieldModel): Map<string, string> =>
  new Map([...model.grids.values()].map((grid) => [grid.code, grid.name]));

/** The word by id of the building; none for a building that needs none. */
export function tellingPlaces(model: FieldModel): ReadonlyMap<string, string> {
  const here = buildingsHere(model);
  const names = gridNames(model);
  const severalGrids = new Set(here.map(({ grid }) => grid)).size > 1;
  const gridOf = new Map(here.map(({ compound, grid }) => [compound, grid]));
  const shared = new Set(
    here.filter((one) => gridOf.get(one.compound) !== one.grid).map((one) => one.compound),
  );
  const sameNumber = new Map<string, Building[]>();
  for (const building of here) {
    sameNumber.set(building.number, [...(sameNumber.get(building.number) ?? []), building]);
  }
  const wordsFor = ({ grid, compound }: Building): string[] => {
    const name = names.get(grid) ?? grid;
    if (!compound) return [name];
    const whole = `${name} ${compound}`;
    return shared.has(compound) ? [name, whole] : [compound, whole];
  };
  const places = new Map<string, string>();
  for (const building of here) {
    const twins = sameNumber.get(building.number)!.filter((one) => one !== building);
    if (!severalGrids && twins.length === 0) continue;
    const words = wordsFor(building);
    const tells = words.find((word) => twins.every((twin) => wordsFor(twin)[0] !== word));
    places.set(building._id, tells ?? words.at(-1)!);
  }
  return places;
}

/** The rows, each with the word of its household's building where it needs one. */
export function withPlaces<Row extends { household: string }>(
  model: FieldModel,
  rows: readonly Row[],
): (Row & { place?: string })[] {
  const places = tellingPlaces(model);
  return rows.map((row) => {
    const room = model.rooms.get(model.households.get(row.household)?.room ?? '');
    const place = places.get(room?.building ?? '');
    return place === undefined ? row : { ...row, place };
  });
}
