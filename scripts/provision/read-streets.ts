// The streets a server already holds, as its directory describes them: what a later start brings up to date (this year's
// databases, newer write rules). Invariant: nobody's account follows from it: people are an administrator's to change.
import { parseDocument, type DocumentOf } from '#lib/domain/parse-document.ts';
import { communityOfGrid, DIRECTORY, streetOfGrid } from '#lib/domain/scopes.ts';
import type { CouchClient } from '../couch-client.ts';
import { couchAdministrator, type StoredDocument } from './couch-administrator.ts';
import type { CommunityDescription, StreetDescription } from './street-description.ts';

/** Without buildings and staff. Undefined where the server has no directory: nothing was ever provisioned. */
export async function readStreets(client: CouchClient): Promise<StreetDescription[] | undefined> {
  const couch = couchAdministrator(client);
  if (!(await couch.listDatabases()).has(DIRECTORY)) return undefined;
  const documents = await couch.listDocuments(DIRECTORY);
  const units = documents.flatMap((document) => readAs('unit', document));
  const grids = documents.flatMap((document) => readAs('grid', document));
  return units
    .filter(({ level }) => level === 'street')
    .map(({ code, name }) => ({
      code,
      name,
      staff: [],
      communities: units
        .filter((unit) => unit.level === 'community' && streetOfGrid(unit.code) === code)
        .map((community) => communityOf(community, grids)),
    }));
}

function readAs<T extends 'unit' | 'grid'>(type: T, document: StoredDocument): DocumentOf<T>[] {
  if (document.type !== type) return [];
  const parsed = parseDocument(type, document);
  return parsed.outcome === 'read' ? [parsed.document] : [];
}

function communityOf(
  { code, name }: DocumentOf<'unit'>,
  grids: readonly DocumentOf<'grid'>[],
): CommunityDescription {
  return {
    code,
    name,
    grids: grids
      .filter((grid) => communityOfGrid(grid.code) === code)
      .map((grid) => ({ code: grid.code, name: grid.name, kind: grid.kind, buildings: [] })),
  };
}
