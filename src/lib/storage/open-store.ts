// The store of one person on this tablet: everything of hers, sealed, in one IndexedDB database. What is saved here is
// saved; what waits to be sent is one table; nothing in it can be read without her key.
import type { DocumentBody, Scope } from '#lib/protocol/document.ts';
import type { Leaf } from '#lib/protocol/replica-store.ts';
import type { DatabaseFactory, Loss } from './connections.ts';
import type { EnvelopeCrypto } from './envelope-sealer.ts';
import { openChangeFeed, type ChangeListener, type Channel } from './change-feed.ts';
import { deleteDraft, listDrafts, putDraft, readDraft, type Draft, type DraftOutcome } from './drafts.ts';
import { acknowledgeErasedEdits, countErasedEdits } from './erase-documents.ts';
import { nextCount } from './counters.ts';
import { readOwnOrder, type OwnOrder } from './own-order.ts';
import type { PhotoPut } from './photo-saving.ts';
import { giveUpRejection } from './photo-refused.ts';
import { photoStoreOf, type PhotoStore } from './photo-store.ts';
import {
  listByReference,
  listByType,
  readDocument,
  readDocuments,
  readLeaves,
  type DocumentList,
  type StoredDocument,
} from './reads.ts';
import {
  dropRejection,
  listRejections,
  retryRejection,
  type Rejection,
  type RejectionKey,
} from './rejections.ts';
import { beginTurn, type Turn } from './replica.ts';
import { STORE_SCHEMA } from './rows.ts';
import { newSaveGate } from './save-gate.ts';
import { saveNumbered } from './numbered-save.ts';
import { lastNumber } from './numbers-given.ts';
import { saveAction, type Put, type SaveOutcome } from './save-action.ts';
import { keepSealed } from './seal-unsent.ts';
import { checkCanary, putNote, readNote } from './sealed-notes.ts';
import type { Cipher } from './sealing.ts';
import type { StoreContext } from './store-context.ts';
import { openTables, type Tables } from './tables.ts';
import { countDocuments, dropScope, listHeldScopes } from './held-scopes.ts';
import { listUnsentActions, type UnsentActions } from './unsent-actions.ts';
import { countWaiting, listWaitingSummary, type WaitingCount, type WaitingSummary } from './waiting.ts';

/** Every method may throw a StorageFault; expected outcomes are in the answers. */
export interface DeviceStore {
  /** Nothing lay here when it was opened. Where somebody has worked before, the browser has cleared her work away. */
  isNew: boolean;
  readDocument(scope: Scope, id: string): Promise<StoredDocument | undefined>;
  /** Those of these that there are. */
  readDocuments(scope: Scope, ids: readonly string[]): Promise<DocumentList>;
  listByType(scope: Scope, type: string): Promise<DocumentList>;
  listByReference(ref: string): Promise<DocumentList>;
  /** Losing leaves the server named beside it. */
  readLeaves(scope: Scope, id: string): Promise<Leaf[]>;
  /**
   * All puts, photos of the draft and the end of the draft in one strict transaction, answered after it completed. What
   * the draft has of photos beside these goes with it. A put that `mends` takes the place of what the server refused.
   */
  saveAction(puts: readonly Put[], draftKey?: string, photos?: readonly PhotoPut[]): Promise<SaveOutcome>;
  /**
   * One new document that bears the next number of this store, in the transaction that gives the number: none is given
   * twice, none without its document. Never `moved`.
   */
  saveNumbered(make: (number: number) => Put): Promise<SaveOutcome>;
  /** The last number given; 0: none yet. */
  lastNumber(): Promise<number>;
  photos: PhotoStore;

  putDraft(key: string, value: unknown): Promise<DraftOutcome>;
  readDraft(key: string): Promise<Draft | undefined>;
  deleteDraft(key: string): Promise<void>;
  listDrafts(): Promise<{ key: string; savedAt: number }[]>;

  countWaiting(): Promise<WaitingCount>;
  /** The same by what a person did: one visit is one, whatever it changed. */
  listUnsentActions(): Promise<UnsentActions>;
  /** Oldest first. */
  listWaitingSummary(limit: number): Promise<WaitingSummary[]>;
  /** In which order what she did here was done, whatever clocks say. */
  readOwnOrder(): Promise<OwnOrder>;
  listRejections(): Promise<Rejection[]>;
  /** Forgets what was refused; photos that waited for it stay. */
  dropRejection(key: RejectionKey): Promise<void>;
  /** Gives it up, and the photos that waited for it; answers those. */
  giveUpRejection(key: RejectionKey): Promise<string[]>;
  retryRejection(key: RejectionKey): Promise<'waiting' | 'edited' | 'gone' | 'damaged'>;

  /** Changes of hers that went with somebody who was erased, since she last said that she had read it. */
  countErasedEdits(): Promise<number>;
  acknowledgeErasedEdits(count: number): Promise<void>;

  /** Small sealed things beside the documents: the last confirmed session, say. */
  putNote(name: string, value: unknown): Promise<void>;
  readNote(name: string): Promise<unknown>;

  /** One more than the last time of this name, never the same twice; the first is 1. */
  nextCount(name: string): Promise<number>;

  countDocuments(scope: Scope): Promise<number>;
  listHeldScopes(): Promise<Scope[]>;
  /** Takes the server's documents of a scope away, unsent work and refused edits excepted. */
  dropScope(scope: Scope): Promise<void>;
  /** The same where nothing of it is unsent or refused, or was confirmed in the last week; else it stays, whole: false. */
  dropScopeIfSent(scope: Scope): Promise<boolean>;

  /** Begins a turn of syncing; writes of earlier turns are refused from now on. */
  beginTurn(): Promise<Turn>;
  /** Told after a change completed, here or in another tab. Answers how to stop. */
  onChange(listener: ChangeListener): () => void;
  close(): void;
}

export interface StoreParts {
  /** What seals unsent work to the organisation, too; absent: nothing does. */
  envelopes?: EnvelopeCrypto | undefined;
  cipher: Cipher;
  referenceOf(body: DocumentBody): string | undefined;
  nowMs(): number;
  randomBytes(length: number): Uint8Array;
  /** Between the tabs of this tablet; absent: changes are told within this worker only. */
  channel?: Channel;
}

export interface StoreOptions extends StoreParts, DatabaseFactory {
  /** The database's name; opaque, from the tablet's list of people. */
  name: string;
  /** The database went away and does not come back: told once. What the browser closes is opened again by itself, once. */
  onClosed?(loss: Loss): void;
}

/** Throws StorageFaults: `unavailable`, `blocked`, `newer-schema`, `wrong-key`, `full`. */
export async function openStore(options: StoreOptions): Promise<DeviceStore> {
  return openStoreOver(await openTables(options.name, options, (loss) => options.onClosed?.(loss)), options);
}

/** The same over tables that are open already; closes them where it throws, and with the store. */
export async function openStoreOver(tables: Tables, options: StoreParts): Promise<DeviceStore> {
  const { cipher, referenceOf, nowMs } = options;
  const store: StoreContext = {
    tables,
    cipher,
    referenceOf,
    nowMs,
    feed: openChangeFeed(options.channel),
    saves: newSaveGate(),
    outbox: { crypto: options.envelopes, sealer: undefined },
  };
  const close = () => {
    store.feed.close();
    tables.close();
  };
  try {
    const isNew = await firstRows(tables, options);
    await checkCanary(store);
    await keepSealed(store);
    return { ...methodsOf(store), isNew, close };
  } catch (error) {
    close();
    throw error;
  }
}

function methodsOf(store: StoreContext): Omit<DeviceStore, 'close' | 'isNew'> {
  return {
    readDocument: (scope, id) => readDocument(store, scope, id),
    readDocuments: (scope, ids) => readDocuments(store, scope, ids),
    listByType: (scope, type) => listByType(store, scope, type),
    listByReference: (ref) => listByReference(store, ref),
    readLeaves: (scope, id) => readLeaves(store, scope, id),
    saveAction: (puts, key, photos) => store.saves.pass(() => saveAction(store, puts, { key, photos })),
    saveNumbered: (make) => store.saves.pass(() => saveNumbered(store, make)),
    lastNumber: () => lastNumber(store),
    photos: photoStoreOf(store),
    putDraft: (key, value) => putDraft(store, key, value),
    readDraft: (key) => readDraft(store, key),
    deleteDraft: (key) => deleteDraft(store, key),
    listDrafts: () => listDrafts(store),
    countWaiting: () => countWaiting(store),
    listUnsentActions: () => listUnsentActions(store.tables),
    listWaitingSummary: (limit) => listWaitingSummary(store, limit),
    readOwnOrder: () => readOwnOrder(store),
    listRejections: () => listRejections(store),
    dropRejection: (key) => dropRejection(store, key),
    giveUpRejection: (key) => giveUpRejection(store, key),
    retryRejection: (key) => retryRejection(store, key),
    countErasedEdits: () => countErasedEdits(store),
    acknowledgeErasedEdits: (count) => acknowledgeErasedEdits(store, count),
    putNote: (name, value) => putNote(store, name, value),
    readNote: (name) => readNote(store, name),
    nextCount: (name) => nextCount(store, name),
    countDocuments: (scope) => countDocuments(store, scope),
    listHeldScopes: () => listHeldScopes(store),
    dropScope: async (scope) => void (await dropScope(store, scope)),
    dropScopeIfSent: (scope) => dropScope(store, scope, { ifSent: true }),
    beginTurn: () => beginTurn(store),
    onChange: (listener) => store.feed.listen(listener),
  };
}

/** What a new database begins with. Answers whether it is new. */
async function firstRows(tables: Tables, { randomBytes }: StoreParts): Promise<boolean> {
  const replicaId = Array.from(randomBytes(16), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return tables.transaction({ mode: 'strict', tables: ['meta'] }, async ({ meta }) => {
    if ((await meta.get('replicaId')) !== undefined) return false;
    await meta.bulkPut([
      { key: 'schema', value: STORE_SCHEMA },
      { key: 'replicaId', value: replicaId },
    ]);
    return true;
  });
}
