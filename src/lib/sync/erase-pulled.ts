// What the server says was erased goes from here before the page that says so counts as stored: a tab that dies in between
// is told once more (ADR 0010). A tombstone ends its own document; the directory's word of an erasure names all of them, and
// comes before anything is sent, so that no unsent work brings somebody back.
import { typeOfId } from '#lib/domain/document-id.ts';
import { DIRECTORY } from '#lib/domain/scopes.ts';
import type { Scope } from '#lib/protocol/document.ts';
import type { PulledDocument, ReplicaStore } from '#lib/protocol/replica-store.ts';

export async function erasePulled(
  store: ReplicaStore,
  scope: Scope,
  documents: readonly PulledDocument[],
): Promise<void> {
  const ids = documents.filter(({ erased }) => erased).map(({ id }) => id);
  if (ids.length > 0) await store.erase(scope, ids);
  const listed = scope === DIRECTORY ? documents.flatMap(listedIn) : [];
  if (listed.length === 0) return;
  const scopes = new Set([...(await store.listHeldScopes()), ...(await store.listWaitingScopes())]);
  for (const each of scopes) await store.erase(each, listed);
}

/** Administrators alone write these. */
function listedIn({ id, deleted, body }: PulledDocument): string[] {
  if (typeOfId(id) !== 'erasure' || deleted || !Array.isArray(body.ids)) return [];
  return body.ids.filter((each) => typeof each === 'string');
}
