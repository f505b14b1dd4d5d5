// Sends what merging made (sync.md 6): merges, and tombstones that name them. Invariants: only `_revs_diff` says what is
// there; what the server cannot take, or stumbles over, holds up no other and not the round.
import { isStumble, rowVerdict } from '#lib/protocol/error-table.ts';
import type { Remote, RemoteFault } from '#lib/protocol/remote.ts';
import type { Leaf } from '#lib/protocol/replica-store.ts';
import { toRevisionPath, type Revision } from '#lib/protocol/revision.ts';
import { revisionsOf } from './return-lost.ts';
import type { SyncSession } from './sync-session.ts';

export interface SendingMerges {
  remote: Remote;
  session: SyncSession;
}

export interface MadeLeaf {
  id: string;
  leaf: Leaf;
  /** Another of the same document, without which it must not come anywhere. */
  goesWith?: Leaf;
}

export interface MergesSent {
  outcome: 'answered';
  /** Those the server has now, by `revisionName`. */
  there: Set<string>;
  /** What it stumbled over, to be tried again soon. */
  later?: RemoteFault;
}

/** Of a revision of a document: two documents that say the same have the same revision. */
export const revisionName = (id: string, rev: Revision) => `${rev} ${id}`;
const nameOf = ({ id, leaf }: MadeLeaf) => revisionName(id, leaf.rev);

/** So many stumbles in a row over what had seldom failed: the rest of these is left for the next round. */
const STUMBLES = 3;
/** What it has stumbled over so often, sent alone, is tried with each round, and is no trouble of the round's. */
const STUMBLES_OF_ONE = 3;

interface Sending extends SendingMerges {
  sent: MergesSent;
  inARow: number;
}

/** Together, halved where the server cannot take them so; what it stumbled over before goes last, each alone. */
export async function sendMerges(
  { remote, session }: SendingMerges,
  made: readonly MadeLeaf[],
): Promise<MergesSent | RemoteFault> {
  const sending: Sending = {
    remote,
    session,
    sent: { outcome: 'answered', there: new Set() },
    inARow: 0,
  };
  const stumbles = (each: MadeLeaf) => session.stumbledOver.get(nameOf(each)) ?? 0;
  const tried = made.filter((each) => !session.unmerged.has(nameOf(each)));
  const together = tried.filter((each) => stumbles(each) === 0);
  const alone = tried.filter((each) => stumbles(each) > 0).sort((a, b) => stumbles(a) - stumbles(b));
  for (const some of [together, ...alone.map((each) => [each])]) {
    const fault = await send(sending, some);
    if (fault) return fault;
  }
  return sending.sent;
}

/** Answers what came in the way of all. */
async function send(sending: Sending, some: readonly MadeLeaf[]): Promise<RemoteFault | undefined> {
  const { remote, session, sent } = sending;
  if (some.length === 0 || sending.inARow === STUMBLES) return undefined;
  const documents = new Map(some.flatMap(parts).map((each) => [nameOf(each), toDocument(each)]));
  const rows = await remote.bulkDocs([...documents.values()]);
  if (rows.outcome === 'fault') {
    if (rows.kind !== 'too-large' && !isStumble(rows)) return rows;
    if (some.length === 1) return setAside(sending, some[0]!, rows);
    const half = Math.ceil(some.length / 2);
    return (await send(sending, some.slice(0, half))) ?? (await send(sending, some.slice(half)));
  }
  const named = some.flatMap(parts).map(({ id, leaf: { rev } }) => ({ id, rev }));
  const answer = await remote.revsDiff(revisionsOf(named));
  if (answer.outcome === 'fault') return answer;
  sending.inARow = 0;
  const isRefused = ({ error }: { error?: string | undefined }) =>
    error !== undefined && rowVerdict(error) === 'refused';
  const refused = new Set(rows.value.filter(isRefused).map(({ id }) => id));
  for (const each of some) {
    const isMissing = ({ id, leaf }: MadeLeaf) => answer.value[id]?.missing.includes(leaf.rev);
    if (!parts(each).some(isMissing)) sent.there.add(nameOf(each));
    else if (refused.has(each.id)) session.unmerged.add(nameOf(each));
  }
  return undefined;
}

/** One that the server will not take in any company. */
function setAside(sending: Sending, one: MadeLeaf, fault: RemoteFault): undefined {
  const { session, sent } = sending;
  if (!isStumble(fault)) {
    session.unmerged.add(nameOf(one));
    return;
  }
  const stumbles = (session.stumbledOver.get(nameOf(one)) ?? 0) + 1;
  session.stumbledOver.set(nameOf(one), stumbles);
  if (stumbles >= STUMBLES_OF_ONE) return;
  sending.inARow++;
  sent.later ??= fault;
}

const parts = ({ id, leaf, goesWith }: MadeLeaf): MadeLeaf[] =>
  goesWith
    ? [
        { id, leaf: goesWith },
        { id, leaf },
      ]
    : [{ id, leaf }];

const toDocument = ({ id, leaf }: MadeLeaf) => ({
  ...leaf.body,
  _id: id,
  _rev: leaf.rev,
  _revisions: toRevisionPath(leaf.path),
});
