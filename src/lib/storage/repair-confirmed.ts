// Own confirmed work, kept apart from what is pulled over it: should the server come back without it, it is still here
// (sync.md 8). Invariant: what is kept was on the server; it goes with its scope, with a tombstone of
// a server that knew it, or when it is old.
import type { Scope } from '#lib/protocol/document.ts';
import { generationOf, type Revision } from '#lib/protocol/revision.ts';
import { keptPath } from './whole-path.ts';
import type { Base, ConfirmedContent, ConfirmedRow } from './rows.ts';
import { sealJson } from './sealing.ts';
import type { TurnContext } from './settle.ts';
import type { StoreContext } from './store-context.ts';
import type { RowTables } from './tables.ts';

/** Kept so long at least. */
const KEPT_MS = 7 * 86_400_000;
/** So many are kept however old they seem: a clock that jumps by ten years takes none of this week's work. */
const KEPT_ALWAYS = 2000;

export async function sealConfirmed(
  store: StoreContext,
  { scope, id, ordinal }: { scope: Scope; id: string; ordinal: number },
  { rev, body, path }: Base,
): Promise<ConfirmedRow> {
  const content: ConfirmedContent = { body, path: keptPath(path) };
  const sealed = await sealJson(store.cipher, { table: 'confirmed', scope, id, rev }, content);
  const deleted = Boolean(body._deleted);
  return { scope, id, rev, confirmedAt: store.nowMs(), ordinal, deleted, unproven: 1, sealed };
}

/** Takes the place of its own ancestors. Inside a transaction over `confirmed`; `path` is that of each row. */
export async function keepConfirmed(
  { confirmed }: RowTables,
  kept: readonly { row: ConfirmedRow; path: readonly string[] }[],
  nowMs: number,
): Promise<void> {
  if (kept.length === 0) return;
  const superseded = kept
    .filter(({ row }) => generationOf(row.rev) > 1)
    .flatMap(({ row: { scope, id }, path }) =>
      path.slice(1).map((rev): [string, string, string] => [scope, id, rev]),
    );
  await confirmed.bulkDelete(superseded);
  await confirmed.bulkPut(kept.map(({ row }) => row));
  const tooMany = (await confirmed.count()) - KEPT_ALWAYS;
  if (tooMany <= 0) return;
  const oldest = await confirmed.orderBy('confirmedAt').limit(tooMany).toArray();
  const old = oldest.filter(({ confirmedAt }) => nowMs - confirmedAt > KEPT_MS);
  await confirmed.bulkDelete(old.map(({ scope, id, rev }): [string, string, string] => [scope, id, rev]));
}

const unprovenOf = ({ confirmed }: RowTables, scope: Scope) =>
  confirmed.where('[scope+unproven]').equals([scope, 1]);

export async function listUnproven({ tables }: StoreContext, scope: Scope): Promise<UnprovenRevision[]> {
  const keys = await tables.transaction({ mode: 'read', tables: ['confirmed'] }, (rows) =>
    unprovenOf(rows, scope).primaryKeys(),
  );
  return keys.map(([, id, rev]) => ({ id, rev }));
}

interface UnprovenRevision {
  id: string;
  rev: Revision;
}

export async function markProven(
  store: TurnContext,
  scope: Scope,
  proven: readonly UnprovenRevision[],
): Promise<void> {
  const revisions = new Set(proven.map(({ id, rev }) => `${rev} ${id}`));
  await store.tables.transaction(
    { mode: 'relaxed', tables: ['confirmed'], turn: store.turn },
    async (rows) => {
      const known = await unprovenOf(rows, scope).toArray();
      const now = known.filter(({ id, rev }) => revisions.has(`${rev} ${id}`));
      await rows.confirmed.bulkPut(now.map(({ unproven: _unproven, ...row }) => row));
    },
  );
}

/** These documents are gone from the server by a tombstone: no body of theirs stays behind. Own tombstones do. */
export async function forgetConfirmed(
  store: TurnContext,
  scope: Scope,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await store.tables.transaction(
    { mode: 'relaxed', tables: ['confirmed'], turn: store.turn },
    async (rows) => {
      for (const id of ids)
        await rows.confirmed
          .where('[scope+id+rev]')
          .between([scope, id], [scope, id, []])
          .and(({ deleted }) => !deleted)
          .delete();
    },
  );
}
