// Rows this tablet stored after the server had last vouched for its checkpoint: they are listed again, as the server may
// have been set back between, but without bodies, so that a cut line costs no page twice (sync.md 5.1).
// Invariant: only rows are passed over that stand here as the server lists them now, with that one leaf; from the first
// page with any other row on, everything is asked for whole.
import type { Scope } from '#lib/protocol/document.ts';
import type { Checkpoint } from '#lib/protocol/replica-store.ts';
import { isKept } from './pulled-rows.ts';
import { notePulled, type CheckpointPorts } from './server-checkpoint.ts';

/** Where there is something to pull. A fault is left to whoever asks next. */
export async function passOver(
  { store, remote, session }: CheckpointPorts,
  scope: Scope,
  from: Checkpoint,
): Promise<Checkpoint> {
  let checkpoint = from;
  for (;;) {
    const answer = await remote.changes({
      since: checkpoint.since,
      limit: session.pullRows,
      withoutBodies: true,
    });
    if (answer.outcome === 'fault') return checkpoint;
    const { results, last_seq, pending } = answer.value;
    const rows = results.filter(isKept);
    if (rows.some(({ deleted, changes }) => deleted || changes.length !== 1)) return checkpoint;
    const revisions = rows.map(({ id, changes }) => ({ id, rev: changes[0]!.rev }));
    if (results.length === 0 || !(await store.holdsAll(scope, revisions))) return checkpoint;
    notePulled(
      session,
      scope,
      revisions.map((each) => ({ ...each, deleted: false, conflicts: [] })),
    );
    checkpoint = { ...checkpoint, since: last_seq };
    if (pending === 0) return checkpoint;
  }
}
