// What waits to be sent: the table of edits, read as push needs it and as a person wants to see it.
import type { Scope } from '#lib/protocol/document.ts';
import type { WaitingEdit, WaitingPlace } from '#lib/protocol/replica-store.ts';
import { generationOf, type Revision } from '#lib/protocol/revision.ts';
import { unlessDamaged } from './damaged.ts';
import { unsealEdit } from './document-records.ts';
import { rowsAt } from './rows-at.ts';
import type { EditRow } from './rows.ts';
import { sealJson, unsealJson } from './sealing.ts';
import type { TurnContext } from './settle.ts';
import type { StoreContext } from './store-context.ts';
import type { TableName } from './tables.ts';
import { wholePath } from './whole-path.ts';

export interface WaitingCount {
  /** Documents with unsent work. */
  waiting: number;
  /** Edits the server refused, kept until a person acts. */
  refused: number;
}

export interface WaitingSummary {
  scope: Scope;
  id: string;
  /** Milliseconds since 1970 by this device's clock. */
  savedAt: number;
  tries: number;
  /** The server's last answer, for the log. */
  answer?: string;
}

export function countWaiting(store: StoreContext): Promise<WaitingCount> {
  return store.tables.transaction({ mode: 'read', tables: ['edits', 'rejections'] }, async (rows) => {
    const [waiting, refused] = await Promise.all([rows.edits.count(), rows.rejections.count()]);
    return { waiting, refused };
  });
}

/** Oldest first. */
export async function listWaitingSummary(store: StoreContext, limit: number): Promise<WaitingSummary[]> {
  const edits = await store.tables.transaction({ mode: 'read', tables: ['edits'] }, (rows) =>
    rows.edits.toArray(),
  );
  edits.sort((a, b) => a.ordinal - b.ordinal);
  return Promise.all(
    edits.slice(0, limit).map(async (edit) => {
      const { scope, id, savedAt, tries } = edit;
      const answer =
        edit.answer &&
        (await unlessDamaged(unsealJson<string>(store.cipher, placeOfAnswer(edit), edit.answer)));
      return { scope, id, savedAt, tries, ...(answer !== undefined && { answer }) };
    }),
  );
}

const placeOfAnswer = ({ scope, id }: { scope: string; id: string }) => ({
  table: 'answers' as const,
  scope,
  id,
});

export async function listWaitingScopes(store: StoreContext): Promise<Scope[]> {
  const keys = await store.tables.transaction({ mode: 'read', tables: ['edits'] }, (rows) =>
    rows.edits.toCollection().primaryKeys(),
  );
  return [...new Set(keys.map(([scope]) => scope))];
}

export async function listWaiting(store: StoreContext, scope: Scope): Promise<WaitingPlace[]> {
  const edits = await store.tables.transaction({ mode: 'read', tables: ['edits'] }, (rows) =>
    rows.edits.where('[scope+tries+ordinal]').between([scope, 0, 0], [scope, Infinity, Infinity]).toArray(),
  );
  return edits.map(({ id, tries }) => ({ id, tries }));
}

/** Damaged ones are set aside. */
export async function readWaiting(
  store: TurnContext,
  which: { scope: Scope; ids: readonly string[] },
  maxBytes: number,
): Promise<WaitingEdit[]> {
  const edits = await readEdits(store, which.scope, which.ids);
  const taken: WaitingEdit[] = [];
  const damaged: EditRow[] = [];
  let bytes = 0;
  for (const edit of edits) {
    // Sealed bytes are the body's, its base's and a little more: more than what will be sent, never less.
    bytes += edit.sealed.byteLength;
    if (taken.length > 0 && bytes > maxBytes) break;
    const content = await unlessDamaged(unsealEdit(store, edit));
    if (content) taken.push({ id: edit.id, tries: edit.tries, body: content.body, path: wholePath(content) });
    else damaged.push(edit);
  }
  if (damaged.length > 0) await setAside(store, which.scope, damaged);
  return taken;
}

/**
 * Work that can no longer be read, to the rejections as it lies: there a person sees that it was, and nothing tries to
 * send it; its envelope, which may be whole, goes with it. Where it was saved anew meanwhile, it is left waiting.
 */
async function setAside(store: TurnContext, scope: Scope, damaged: readonly EditRow[]): Promise<void> {
  const keys = damaged.map(({ id }): [string, string] => [scope, id]);
  const how = { mode: 'strict' as const, tables: ['edits', 'rejections'] as TableName[], turn: store.turn };
  await store.tables.transaction(how, async (rows) => {
    const now = await rows.edits.bulkGet(keys);
    const still = damaged.filter(({ version, rev }, n) => now[n]?.version === version && now[n].rev === rev);
    const refusedAt = store.nowMs();
    await rows.rejections.bulkPut(
      still.map(({ id, rev, savedAt, sealed, envelope }) => ({
        ...{ scope, id, rev, savedAt, refusedAt, sealed },
        ...(envelope && { envelope }),
      })),
    );
    await rows.edits.bulkDelete(still.map(({ id }): [string, string] => [scope, id]));
  });
  for (const table of ['edits', 'rejections'] as const)
    store.feed.tell(table, { scope, ids: damaged.map(({ id }) => id) });
}

async function readEdits(store: StoreContext, scope: Scope, ids: readonly string[]): Promise<EditRow[]> {
  const keys = ids.map((id): [string, string] => [scope, id]);
  const found = await store.tables.transaction({ mode: 'read', tables: ['edits'] }, (rows) =>
    rowsAt(rows.edits, keys),
  );
  return found.filter((edit) => edit !== undefined);
}

export async function markAttempted(
  store: TurnContext,
  scope: Scope,
  sent: readonly { id: string; rev: Revision }[],
): Promise<string[]> {
  const keys = sent.map(({ id }): [string, string] => [scope, id]);
  return store.tables.transaction({ mode: 'strict', tables: ['edits'], turn: store.turn }, async (rows) => {
    const edits = await rowsAt(rows.edits, keys);
    const still = edits.filter((edit, n) => edit !== undefined && edit.rev === sent[n]?.rev) as EditRow[];
    const fresh = still.filter(
      (edit) => !edit.attempted || generationOf(edit.attempted) < generationOf(edit.rev),
    );
    await rows.edits.bulkPut(
      fresh.map((edit) => ({ ...edit, attempted: edit.rev, version: edit.version + 1 })),
    );
    return still.map((edit) => edit.id);
  });
}

export async function postpone(
  store: TurnContext,
  scope: Scope,
  later: readonly { id: string; answer: string }[],
): Promise<void> {
  const answers = await Promise.all(
    later.map(({ id, answer }) => sealJson(store.cipher, placeOfAnswer({ scope, id }), answer)),
  );
  const keys = later.map(({ id }): [string, string] => [scope, id]);
  await store.tables.transaction({ mode: 'relaxed', tables: ['edits'], turn: store.turn }, async (rows) => {
    const edits = await rows.edits.bulkGet(keys);
    const changed = edits.flatMap((edit, n) =>
      edit ? [{ ...edit, tries: edit.tries + 1, answer: answers[n]!, version: edit.version + 1 }] : [],
    );
    await rows.edits.bulkPut(changed);
  });
  store.feed.tell('edits', { scope, ids: later.map(({ id }) => id) });
}
