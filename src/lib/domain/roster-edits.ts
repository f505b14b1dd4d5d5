// Edits of the roster on their way into one transaction. Invariant: a document is written once, however many answers
// touch it, from the state it was read in to the state after all of them.
import { sameJson } from './same-json.ts';
import type { PlannedWrite } from './visit-plan.ts';
import type { Visit } from './visit.ts';

type GridWrite = Extract<PlannedWrite, { scope: 'grid' }>;
type RosterDocument = GridWrite['after'];

export interface RosterEdits {
  /** Changes fields of a document; undefined takes a field away. */
  change<T extends RosterDocument>(document: T, fields: Partial<T>): void;
  add(document: RosterDocument): void;
  /** In the order they were made; what came out as it was is not there. */
  writes(): GridWrite[];
}

export function rosterEdits(): RosterEdits {
  const edited = new Map<string, { before?: RosterDocument; after: RosterDocument }>();
  return {
    change(document, fields) {
      const known = edited.get(document._id) ?? { before: document, after: document };
      edited.set(document._id, { ...known, after: { ...known.after, ...fields } as RosterDocument });
    },
    add(document) {
      edited.set(document._id, { after: document });
    },
    writes: () =>
      [...edited.values()]
        .filter(({ before, after }) => !sameJson(before, after))
        .map((write) => ({ scope: 'grid', ...write }) as GridWrite),
  };
}

/** Facts of the roster: not who wrote a document when, and not what can be read off the visits themselves. */
const FACTS_OF: Record<RosterDocument['type'], readonly string[]> = {
  household: ['rosterVerifiedOn'],
  room: ['state'],
  resident: ['name', 'birth', 'phones', 'residenceKind'],
  membership: ['household', 'resident', 'relation', 'from', 'to', 'reason', 'reasonText'],
  task: [],
};

/** Every roster fact these writes change, with what stood before. */
export function rosterChanges(writes: readonly GridWrite[]): Visit['changes'] {
  return writes.flatMap(({ before, after }) =>
    FACTS_OF[after.type].flatMap((field) => {
      const was = (before as Record<string, unknown> | undefined)?.[field];
      const is = (after as Record<string, unknown>)[field];
      if (sameJson(was, is)) return [];
      return {
        document: after._id,
        field,
        ...(was === undefined ? {} : { before: was }),
        ...(is === undefined ? {} : { after: is }),
      };
    }),
  );
}
