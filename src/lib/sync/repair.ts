// Compares what this device holds of a scope with what the server holds, and mends both (sync.md 8). Invariants: the
// server gets back what it lost before anything of its own is stored here; a server that is empty or far smaller, with no
// word of a restore, is left alone and told of; nothing is ever deleted here but by a tombstone the server shows.
import { mergeRuleOf } from '#lib/domain/merge/merge-rules.ts';
import { rebase } from '#lib/domain/rebase.ts';
import { sameJson } from '#lib/domain/same-json.ts';
import type { DocumentBody, Scope } from '#lib/protocol/document.ts';
import type { Remote, RemoteAnswer, RemoteFault } from '#lib/protocol/remote.ts';
import type {
  Checkpoint,
  HeldRevision,
  Leaf,
  PulledDocument,
  ReplicaStore,
  Rewriting,
} from '#lib/protocol/replica-store.ts';
import { generationOf, type Revision } from '#lib/protocol/revision.ts';
import { erasePulled } from './erase-pulled.ts';
import { returnLost, revisionsOf, type Lost } from './return-lost.ts';
import { EPOCH_ID, fetchWinners, isFarSmaller, listServer, type Inventory } from './server-inventory.ts';
import { notePulled } from './server-checkpoint.ts';
import type { SyncSession } from './sync-session.ts';

export interface RepairPorts {
  store: ReplicaStore;
  remote: Remote;
  session: SyncSession;
}

export interface RepairReport {
  /** Revisions of this device that the server had lost and has again. */
  returned: number;
  /** Lost ones it has no place for any more: to go up anew, as edits. */
  rewritten: number;
  /** Lost ones it would not take. */
  refused: number;
  /** Lost ones that are damaged here, or went meanwhile. */
  gone: number;
  /** Documents that had been missed here. */
  fetched: number;
  /** Nothing was done: see `Checkpoint.epoch`. */
  serverSmaller: boolean;
  /** The revision of `meta:epoch` on the server. */
  epoch?: Revision;
  fault?: RemoteFault;
}

interface Repairing extends RepairPorts {
  scope: Scope;
  report: RepairReport;
}

/** Documents a request of `_revs_diff` or for missed documents. */
const ASKED_AT_ONCE = 500;
const FETCHED_AT_ONCE = 100;

/**
 * `refill`: give back alone, as everything is pulled anew afterwards. `whole`: fetch what was missed, too; it is stored
 * beside `checkpoint`, which does not move.
 */
export async function repairScope(
  ports: RepairPorts,
  scope: Scope,
  { how, checkpoint }: { how: 'refill' | 'whole'; checkpoint: Checkpoint },
): Promise<RepairReport> {
  const counts = { returned: 0, rewritten: 0, refused: 0, gone: 0, fetched: 0 };
  const report: RepairReport = { ...counts, serverSmaller: false };
  const repairing: Repairing = { ...ports, scope, report };
  const listed = await listServer(ports);
  if (listed.outcome === 'fault') return { ...report, fault: listed };
  const inventory = listed.value;
  const epoch = inventory.get(EPOCH_ID);
  if (epoch !== undefined) report.epoch = epoch;
  const held = await listAllHeld(ports.store, scope);
  const documents = new Map(held.filter(({ as }) => as === 'document').map(({ id, rev }) => [id, rev]));
  const announced = epoch !== undefined && epoch !== checkpoint.epoch;
  if (!announced && isFarSmaller(inventory.size, documents.size)) return { ...report, serverSmaller: true };
  const lost = await withoutErased(repairing, await findLost(repairing, held, inventory), inventory);
  if (lost.outcome === 'fault') return { ...report, fault: lost };
  const fault =
    (await giveBack(repairing, lost.value, held)) ??
    (how === 'whole'
      ? await fetchMissed(repairing, missedIds(inventory, documents, lost.value), checkpoint)
      : undefined) ??
    (await letGo(repairing, lost.value));
  return fault ? { ...report, fault } : report;
}

/**
 * Own work the server had lost and has not taken back, though it was offered or goes up anew, is not asked after until the
 * next repair: or every round would find the server set back.
 */
async function letGo(
  { store, remote, scope }: Repairing,
  lost: readonly Lost[],
): Promise<RemoteFault | undefined> {
  const names = new Set(lost.map(({ id, rev }) => `${rev} ${id}`));
  const unproven = (await store.listUnproven(scope)).filter(({ id, rev }) => names.has(`${rev} ${id}`));
  for (let from = 0; from < unproven.length; from += ASKED_AT_ONCE) {
    const some = unproven.slice(from, from + ASKED_AT_ONCE);
    const answer = await remote.revsDiff(revisionsOf(some));
    if (answer.outcome === 'fault') return answer;
    const left = some.filter(({ id, rev }) => answer.value[id]?.missing.includes(rev));
    if (left.length > 0) await store.markProven(scope, left);
  }
  return undefined;
}

async function listAllHeld(store: ReplicaStore, scope: Scope): Promise<HeldRevision[]> {
  const held: HeldRevision[] = [];
  let from: string | undefined;
  do {
    const page = await store.listHeld(scope, from);
    held.push(...page.held);
    from = page.next;
  } while (from !== undefined);
  return held;
}

/** Of what the server's list does not show, what it does not know at all. */
async function findLost(
  { remote }: Repairing,
  held: readonly HeldRevision[],
  inventory: Inventory,
): Promise<RemoteAnswer<Lost[]>> {
  const unseen = new Map(
    held.filter(({ id, rev }) => inventory.get(id) !== rev).map((each) => [`${each.rev} ${each.id}`, each]),
  );
  const asked = [...unseen.values()];
  const lost: Lost[] = [];
  for (let from = 0; from < asked.length; from += ASKED_AT_ONCE) {
    const some = asked.slice(from, from + ASKED_AT_ONCE);
    const answer = await remote.revsDiff(revisionsOf(some));
    if (answer.outcome === 'fault') return answer;
    for (const { id, rev } of some) {
      const said = answer.value[id];
      if (said?.missing.includes(rev)) lost.push({ id, rev, ancestors: said.possible_ancestors ?? [] });
    }
  }
  return { outcome: 'answered', value: lost };
}

/** What the server erased it has not lost: nothing of it goes back there, and nothing of it stays here (ADR 0010). */
async function withoutErased(
  { store, remote, session, scope }: Repairing,
  lost: RemoteAnswer<Lost[]>,
  inventory: Inventory,
): Promise<RemoteAnswer<Lost[]>> {
  if (lost.outcome === 'fault') return lost;
  const ended = [...new Set(lost.value.map(({ id }) => id))].filter((id) => !inventory.has(id));
  const erased = new Set<string>();
  for (let from = 0; from < ended.length; from += FETCHED_AT_ONCE) {
    const found = await fetchWinners({ remote, session }, ended.slice(from, from + FETCHED_AT_ONCE));
    if (found.outcome === 'fault') return found;
    await erasePulled(store, scope, found.value);
    for (const each of found.value) if (each.erased) erased.add(each.id);
  }
  return { outcome: 'answered', value: lost.value.filter(({ id }) => !erased.has(id)) };
}

async function giveBack(
  repairing: Repairing,
  lost: readonly Lost[],
  held: readonly HeldRevision[],
): Promise<RemoteFault | undefined> {
  const { store, remote, scope, session, report } = repairing;
  const given = await returnLost({ store, remote, scope, maxBytes: session.pushBytes }, lost);
  report.returned += given.returned;
  report.refused += given.refused;
  report.gone += given.gone;
  if (given.fault) return given.fault;
  return rewriteUnjoined(repairing, given.unjoined, held);
}

/**
 * What has no place in the server's tree goes up as an edit on what it has now: of each document the one body that was
 * seen here, put together with the server's. A tombstone of the server's stands; losing leaves and tombstones of our own
 * are not written over a winner, nor is what is never merged.
 */
async function rewriteUnjoined(
  { store, remote, session, scope, report }: Repairing,
  unjoined: readonly (Leaf & { id: string })[],
  held: readonly HeldRevision[],
): Promise<RemoteFault | undefined> {
  const shown = new Map(held.filter(({ as }) => as === 'document').map(({ id, rev }) => [id, rev]));
  const isShown = ({ id, rev, deleted }: Leaf & { id: string }) => !deleted && (shown.get(id) ?? rev) === rev;
  const bodies = unjoined.filter(isShown);
  report.refused += unjoined.length - bodies.length;
  for (let from = 0; from < bodies.length; from += FETCHED_AT_ONCE) {
    const some = bodies.slice(from, from + FETCHED_AT_ONCE);
    const found = await fetchWinners(
      { remote, session },
      some.map(({ id }) => id),
    );
    if (found.outcome === 'fault') return found;
    const winners = new Map(found.value.map((winner) => [winner.id, winner]));
    const rewritings = some.flatMap(({ id, body }): Rewriting[] => {
      const winner = winners.get(id);
      const together = winner ? onWinner(body, winner) : body;
      return together ? [{ id, body: together, winner }] : [];
    });
    report.rewritten += await store.rewrite(scope, rewritings);
  }
  return undefined;
}

/** Both grew from nothing that is known: what differs is said by both. Undefined: the server's stands. */
function onWinner(
  body: DocumentBody,
  { rev, deleted, body: theirs }: PulledDocument,
): DocumentBody | undefined {
  if (deleted || mergeRuleOf(theirs.type) === undefined) return undefined;
  const together = rebase({ base: {}, mine: body, theirs, generation: generationOf(rev) + 1 });
  return sameJson(together, theirs) ? undefined : together;
}

/** Another revision wins there than the one held, or none: then it was deleted, unless the server had lost it. */
function missedIds(
  inventory: Inventory,
  documents: ReadonlyMap<string, Revision>,
  lost: readonly Lost[],
): string[] {
  const unknown = new Set(lost.map(({ id }) => id));
  const other = [...inventory].filter(([id, rev]) => documents.get(id) !== rev).map(([id]) => id);
  const deleted = [...documents.keys()].filter((id) => !inventory.has(id) && !unknown.has(id));
  return [...other, ...deleted];
}

async function fetchMissed(
  { store, remote, session, scope, report }: Repairing,
  ids: readonly string[],
  checkpoint: Checkpoint,
): Promise<RemoteFault | undefined> {
  for (let from = 0; from < ids.length; from += FETCHED_AT_ONCE) {
    const found = await fetchWinners({ remote, session }, ids.slice(from, from + FETCHED_AT_ONCE));
    if (found.outcome === 'fault') return found;
    await erasePulled(store, scope, found.value);
    await store.storePulled(await store.preparePulled(scope, found.value, false), checkpoint);
    notePulled(session, scope, found.value);
    report.fetched += found.value.length;
  }
  return undefined;
}
