// What waits, as the person who did it counts it: a visit saved at a door is one, however many documents it changed.
// Invariant: an action is counted until the last of its documents is confirmed. Needs no key: the moment of saving stands
// in the clear, the same in all documents of one action. What the tablet writes down for an auditor nobody did, and nobody
// waits for: it goes up with the rest and is not counted.
import { isPushOnly } from '#lib/domain/scopes.ts';
import type { Tables } from './tables.ts';

/** One thing somebody saved. */
export interface UnsentAction {
  /** Milliseconds since 1970 by this device's clock. */
  savedAt: number;
  /** Its documents that are not confirmed yet. */
  ids: string[];
  /** Of the document that was tried most often. */
  tries: number;
}

export interface UnsentActions {
  /** Oldest first. */
  waiting: UnsentAction[];
  /** Those with a document the server refused, oldest first; they may wait with another. */
  refused: UnsentAction[];
}

export function listUnsentActions(tables: Tables): Promise<UnsentActions> {
  return tables.transaction({ mode: 'read', tables: ['edits', 'rejections'] }, async (rows) => {
    const [edits, rejections] = await Promise.all([rows.edits.toArray(), rows.rejections.toArray()]);
    edits.sort((a, b) => a.ordinal - b.ordinal);
    return { waiting: byMoment(edits), refused: byMoment(rejections) };
  });
}

function byMoment(
  rows: readonly { scope: string; id: string; savedAt: number; tries?: number }[],
): UnsentAction[] {
  const actions = new Map<number, UnsentAction>();
  for (const { scope, id, savedAt, tries = 1 } of rows) {
    if (isPushOnly(scope)) continue;
    const known = actions.get(savedAt);
    if (!known) actions.set(savedAt, { savedAt, ids: [id], tries });
    else {
      known.ids.push(id);
      known.tries = Math.max(known.tries, tries);
    }
  }
  return [...actions.values()];
}
