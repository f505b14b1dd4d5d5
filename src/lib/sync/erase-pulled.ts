// What the server says was erased goes from here before the page that says so counts as stored: a tab that dies in between
// is told once more (ADR 0010).
import type { Scope } from '#lib/protocol/document.ts';
import type { PulledDocument, ReplicaStore } from '#lib/protocol/replica-store.ts';

export async function erasePulled(
  store: ReplicaStore,
  scope: Scope,
  documents: readonly Pick<PulledDocument, 'id' | 'erased'>[],
): Promise<void> {
  const ids = documents.filter(({ erased }) => erased).map(({ id }) => id);
  if (ids.length > 0) await store.erase(scope, ids);
}
