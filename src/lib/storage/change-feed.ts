// Says which parts of a store changed, to this worker and to those of other tabs, after the transaction that changed
// them completed. Bursts are told together, with the ids of the documents while these are not too many: what is told may
// be more than what changed, never less.
import { typeOfId } from '#lib/domain/document-id.ts';
import type { TableName } from './tables.ts';

export interface StoreChange {
  tables: TableName[];
  scopes: string[];
  /** Types of the documents concerned (the part of the id before its colon). */
  types: string[];
  /** By scope the documents concerned. Of a scope that is not here any of these types: there were too many to name. */
  ids?: ReadonlyMap<string, readonly string[]>;
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

/** Documents of one scope; `types`: whichever of these types. */
export type ChangedWhere = { scope: string } & ({ ids: readonly string[] } | { types: readonly string[] });

export interface ChangeFeed {
  tell(table: TableName, where?: ChangedWhere): void;
  /** A round of syncing has written something, told by its table or not. */
  tellRound(): void;
  listen(listener: ChangeListener): () => void;
  close(): void;
}

/** A quiet feed tells the first change at once and the rest of a burst every so often. */
const BURST_MS = 60;
/** Of one scope in one telling. Above, whoever reads again reads all of a type rather than each by its name. */
const NAMED_AT_MOST = 1_000;

interface Gathered {
  tables: Set<TableName>;
  scopes: Set<string>;
  types: Set<string>;
  ids: Map<string, Set<string> | 'any'>;
  ofRound: boolean;
}
const nothing = (): Gathered => ({
  tables: new Set(),
  scopes: new Set(),
  types: new Set(),
  ids: new Map(),
  ofRound: false,
});

function gather({ scopes, types, ids }: Gathered, where: ChangedWhere): void {
  const { scope } = where;
  scopes.add(scope);
  if ('types' in where) {
    ids.set(scope, 'any');
    for (const type of where.types) types.add(type);
    return;
  }
  const known = ids.get(scope) ?? new Set<string>();
  for (const id of where.ids) {
    types.add(typeOfId(id));
    if (known !== 'any') known.add(id);
  }
  ids.set(scope, known !== 'any' && known.size > NAMED_AT_MOST ? 'any' : known);
}

function toldOf({ tables, scopes, types, ids, ofRound }: Gathered): StoreChange {
  const named = [...ids].flatMap(([scope, known]): [string, string[]][] =>
    known === 'any' ? [] : [[scope, [...known]]],
  );
  return {
    ...{ tables: [...tables], scopes: [...scopes], types: [...types], ids: new Map(named) },
    ...(ofRound && { ofRound }),
  };
}

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
    const change = toldOf(gathered);
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
      if (where) gather(gathered, where);
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
