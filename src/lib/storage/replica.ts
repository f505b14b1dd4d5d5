// The ReplicaStore of one turn of syncing over a person's store.
import type { Scope } from '#lib/protocol/document.ts';
import type { PhotoQueue } from '#lib/protocol/photo-queue.ts';
import type { Checkpoint, ReplicaStore } from '#lib/protocol/replica-store.ts';
import type { TurnContext } from './settle.ts';
import type { StoreContext } from './store-context.ts';
import { eraseDocuments } from './erase-documents.ts';
import { listConflicted } from './conflicted.ts';
import { countDocuments, dropScope, listHeldScopes } from './held-scopes.ts';
import { forgetConfirmed, listUnproven, markProven } from './repair-confirmed.ts';
import { holdsAll, listHeld, readHeld } from './repair-held.ts';
import { rewrite } from './repair-rewrite.ts';
import { withRoom } from './photo-copies.ts';
import { photoQueueOf } from './photo-sending.ts';
import { preparePulled, storeMerged, storePulled } from './store-pulled.ts';
import type { Tables } from './tables.ts';
import { confirm, reject } from './verdicts.ts';
import { listWaiting, listWaitingScopes, markAttempted, postpone, readWaiting } from './waiting.ts';

/** The store as one turn of syncing sees it. */
export interface Turn extends ReplicaStore {
  photos: PhotoQueue;
}

/** Begins a turn: what an earlier turn still writes is refused from now on (a tab that thaws with the lock gone). */
export async function beginTurn(store: StoreContext): Promise<Turn> {
  const turn = await withRoom(store, () =>
    store.tables.transaction({ mode: 'strict', tables: ['meta'] }, async ({ meta }) => {
      const next = Number((await meta.get('turn'))?.value ?? 0) + 1;
      await meta.put({ key: 'turn', value: next });
      return next;
    }),
  );
  return replicaOf({ ...store, tables: tellingOfRound(store), turn, firstPulls: new Map() });
}

/** Whatever the turn has written is a sign of life to a tab that waits for its own. */
function tellingOfRound({ tables, feed }: StoreContext): Tables {
  return {
    ...tables,
    async transaction(how, work) {
      const answer = await tables.transaction(how, work);
      if (how.turn !== undefined) feed.tellRound();
      return answer;
    },
  };
}

function replicaOf(store: TurnContext): Turn {
  return {
    photos: photoQueueOf(store),
    replicaId: () => readReplicaId(store),
    readCheckpoint: (scope) => readCheckpoint(store, scope),
    putCheckpoint: (scope, checkpoint) => putCheckpoint(store, scope, checkpoint),
    countDocuments: (scope) => countDocuments(store, scope),
    listHeldScopes: () => listHeldScopes(store),
    dropScope: async (scope) => void (await dropScope(store, scope, { turn: store.turn })),
    listWaitingScopes: () => listWaitingScopes(store),
    listWaiting: (scope) => listWaiting(store, scope),
    readWaiting: (scope, ids, maxBytes) => readWaiting(store, { scope, ids }, maxBytes),
    markAttempted: (scope, sent) => markAttempted(store, scope, sent),
    confirm: (scope, confirmed) => confirm(store, scope, confirmed),
    reject: (scope, refused) => reject(store, scope, refused),
    postpone: (scope, later) => postpone(store, scope, later),
    listHeld: (scope, from) => listHeld(store, scope, from),
    readHeld: (scope, wanted) => readHeld(store, scope, wanted),
    holdsAll: (scope, revisions) => holdsAll(store, scope, revisions),
    listUnproven: (scope) => listUnproven(store, scope),
    markProven: (scope, proven) => markProven(store, scope, proven),
    rewrite: (scope, rewritings) => rewrite(store, scope, rewritings),
    preparePulled: (scope, rows, expectNothing) => preparePulled(store, scope, { rows, expectNothing }),
    storePulled: (prepared, checkpoint) => storePulled(store, prepared, checkpoint),
    erase: (scope, ids) => eraseDocuments(store, scope, ids),
    forgetConfirmed: (scope, ids) => forgetConfirmed(store, scope, ids),
    listConflicted: (scope) => listConflicted(store, scope),
    storeMerged: (scope, rows) => storeMerged(store, scope, rows),
  };
}

async function readReplicaId({ tables }: StoreContext): Promise<string> {
  const row = await tables.transaction({ mode: 'read', tables: ['meta'] }, ({ meta }) =>
    meta.get('replicaId'),
  );
  return String(row?.value);
}

async function readCheckpoint({ tables }: StoreContext, scope: Scope): Promise<Checkpoint | undefined> {
  const row = await tables.transaction({ mode: 'read', tables: ['checkpoints'] }, ({ checkpoints }) =>
    checkpoints.get(scope),
  );
  if (!row) return undefined;
  const { scope: _scope, ...checkpoint } = row;
  return checkpoint;
}

async function putCheckpoint(
  store: TurnContext,
  scope: Scope,
  checkpoint: Checkpoint | undefined,
): Promise<void> {
  await store.tables.transaction(
    { mode: 'strict', tables: ['checkpoints'], turn: store.turn },
    async ({ checkpoints }) => {
      if (checkpoint) await checkpoints.put({ ...checkpoint, scope });
      else await checkpoints.delete(scope);
    },
  );
  store.feed.tell('checkpoints', { scope, ids: [] });
}
