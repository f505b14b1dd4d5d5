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
  const gridsOf = (compound: string) =>
    new Set(here.filter((one) => one.compound === compound).map(({ grid }) => grid)).size;
  const isShared = new Map(
    here.flatMap(({ compound }) => (compound ? [[compound, gridsOf(compound) > 1] as const] : [])),
  );
  const wordsFor = ({ grid, compound }: Building): string[] => {
    const name = names.get(grid) ?? grid;
    if (!compound) return [name];
    const whole = `${name} ${compound}`;
    return isShared.get(compound) ? [name, whole] : [compound, whole];
  };
  const places = new Map<string, string>();
  for (const building of here) {
    const twins = here.filter((one) => one !== building && one.number === building.number);
    if (!severalGrids && twins.length === 0) continue;
    const words = wordsFor(building);
    const tells = words.find((word) => twins.every((twin) => wordsFor(twin)[0] !== word));
    places.set(building._id, tells ?? words.at(-1)!);
  }
  return places;
}
