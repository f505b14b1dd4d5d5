// Says which parts of a store changed, to this worker and to those of other tabs, after the transaction that changed
// them completed. Bursts are told together: what is told may be more than what changed, never less.
import type { TableName } from './tables.ts';

export interface StoreChange {
  tables: TableName[];
  scopes: string[];
  /** Types of the documents concerned (the part of the id before its colon). */
  types: string[];
  /** Some of it was written by a round of syncing, which lives, in whatever tab it is. */
  ofRound?: true;
}
export type ChangeListener = (change: StoreChange) => void;

/** What is needed of a BroadcastChannel. */
export interface Channel {
  postMessage(message: StoreChange): void;
  onmessage: ((event: MessageEvent<StoreChange>) => void) | null;
  close(): void;
}

export interface ChangeFeed {
  tell(table: TableName, where?: { scope: string; ids: readonly string[] }): void;
  /** A round of syncing has written something, told by its table or not. */
  tellRound(): void;
  listen(listener: ChangeListener): () => void;
  close(): void;
}

/** A quiet feed tells the first change at once and the rest of a burst every so often. */
const BURST_MS = 60;

interface Gathered {
  tables: Set<TableName>;
  scopes: Set<string>;
  types: Set<string>;
  ofRound: boolean;
}
const nothing = (): Gathered => ({ tables: new Set(), scopes: new Set(), types: new Set(), ofRound: false });

export function openChangeFeed(channel: Channel | undefined): ChangeFeed {
  const listeners = new Set<ChangeListener>();
  let gathered = nothing();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastToldAt = -Infinity;
  let closed = false;
  const hear = (change: StoreChange) => listeners.forEach((listener) => listener(change));
  const flush = () => {
    timer = undefined;
    lastToldAt = performance.now();
    const { tables, scopes, types, ofRound } = gathered;
    const change: StoreChange = { tables: [...tables], scopes: [...scopes], types: [...types] };
    if (ofRound) change.ofRound = true;
    gathered = nothing();
    channel?.postMessage(change);
    hear(change);
  };
  const soon = () => {
    timer ??= setTimeout(flush, performance.now() - lastToldAt > BURST_MS ? 0 : BURST_MS);
  };
  if (channel) channel.onmessage = (event) => hear(event.data);
  return {
    tell(table, where) {
      // What ends after the store was closed has nobody to be told to.
      if (closed) return;
      gathered.tables.add(table);
      if (where) gathered.scopes.add(where.scope);
      for (const id of where?.ids ?? []) gathered.types.add(id.slice(0, Math.max(0, id.indexOf(':'))));
      soon();
    },
    tellRound() {
      if (closed) return;
      gathered.ofRound = true;
      soon();
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      listeners.clear();
      channel?.close();
    },
  };
}
