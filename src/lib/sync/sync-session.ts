// What one run of syncing remembers between its rounds, in memory alone: how much the line carries, and when each
// server's checkpoint was last looked at. Begun anew with every unlock.
import type { Moment } from '#lib/protocol/clock.ts';
import type { Scope } from '#lib/protocol/document.ts';
import type { Revision } from '#lib/protocol/revision.ts';
import type { Sequence } from '#lib/protocol/wire.ts';

export interface SyncSession {
  /** Bytes of JSON a push sends at once: halved where a request did not come back, a quarter more where it did. */
  pushBytes: number;
  /** Rows a pull asks for at once, likewise. */
  pullRows: number;
  /** By scope: when its checkpoint on the server was last looked at. */
  vouched: Map<Scope, Moment>;
  /** By scope and id the revisions of its `_local` documents, as last seen or written; undefined: there is none. */
  localRevs: Map<string, string | undefined>;
  /** By scope the last revisions pulled since the server vouched for any, by id. */
  unproven: Map<Scope, { id: string; rev: Revision }[]>;
  /** By scope the documents whose tombstones were pulled since: own work on them is kept until the server has vouched. */
  ended: Map<Scope, Set<string>>;
  /** Where the last pull of a scope ended that came to its end. */
  pulledTo: Map<Scope, Sequence>;
  /** Scopes to compare with the server, document by document, before their week is over: roles changed, a restore was announced. */
  compare: Set<Scope>;
  /** Scopes whose last push the server forbade as a whole: asked with one document before the rest is sent. */
  closed: Set<Scope>;
  /** Revisions the server named and could not show, by id, and how often it was asked. */
  unshown: Map<string, number>;
  /** Merges the server would not have, by revision and id: not tried again, somebody else may. */
  unmerged: Set<string>;
  /** Merges the server stumbled over though they were sent alone, by revision and id, and how often. */
  stumbledOver: Map<string, number>;
}

const PUSH_BYTES = { least: 64_000, most: 2_000_000 };
const PULL_ROWS = { least: 100, most: 1000 };

export function newSyncSession(): SyncSession {
  return {
    pushBytes: PUSH_BYTES.most,
    pullRows: PULL_ROWS.most,
    vouched: new Map(),
    localRevs: new Map(),
    unproven: new Map(),
    ended: new Map(),
    pulledTo: new Map(),
    compare: new Set(),
    closed: new Set(),
    unshown: new Map(),
    unmerged: new Set(),
    stumbledOver: new Map(),
  };
}

export function tellPushed(session: SyncSession, cameBack: boolean): void {
  session.pushBytes = adapted(session.pushBytes, cameBack, PUSH_BYTES);
}

export function tellPulled(session: SyncSession, cameBack: boolean): void {
  session.pullRows = adapted(session.pullRows, cameBack, PULL_ROWS);
}

function adapted(size: number, cameBack: boolean, { least, most }: { least: number; most: number }): number {
  return Math.floor(cameBack ? Math.min(most, size * 1.25) : Math.max(least, size / 2));
}
