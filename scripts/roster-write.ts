// What an import plans to write, written: buildings, then each grid, then what is restricted of it. Invariant: a restricted
// fact goes to `care-…` alone, and after the people it is about.
import type { RosterPlan } from '#lib/domain/roster/roster-documents.ts';
import { DIRECTORY } from '#lib/domain/scopes.ts';
import type { CouchClient } from './couch-client.ts';
import { writeDocuments, type Body, type RefusedDocument } from './roster-server.ts';
import { serverWords } from './roster-words.ts';

export interface GridPlan {
  scope: string;
  care: string;
  plan: RosterPlan;
}

export interface Written {
  refused: RefusedDocument[];
  /** Grids whose restricted tags wait, because not all of the roster they are about was taken. */
  waiting: ReadonlySet<GridPlan>;
}

/**
 * Buildings first: rooms name them. Where one is refused, nothing that stands on it is written. What is restricted last,
 * and only where all of its grid was taken: it names people by their ids, who must be there, and run again it comes.
 */
export async function writePlans(
  client: CouchClient,
  plans: readonly GridPlan[],
  say: (line: string) => void,
): Promise<Written> {
  const buildings = plans.flatMap(({ plan }) => plan.directory);
  const inGrids = plans.reduce((total, { plan }) => total + plan.grid.length + plan.care.length, 0);
  const of = buildings.length + inGrids;
  let done = 0;
  const onBatch = (documents: number) => say(serverWords.writing((done += documents), of));
  const into = (scope: string, documents: readonly Body[]) =>
    writeDocuments(client, { scope, documents }, onBatch);
  const refused = await into(DIRECTORY, buildings);
  if (refused.length > 0) return { refused, waiting: new Set(plans) };
  const waiting = new Set<GridPlan>();
  for (const grid of plans) {
    const there = await into(grid.scope, grid.plan.grid);
    refused.push(...there);
    if (there.length > 0) waiting.add(grid);
    else refused.push(...(await into(grid.care, grid.plan.care)));
  }
  return { refused, waiting };
}
