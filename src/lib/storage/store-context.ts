// What every part of a person's store works with. Made once by openStore.
import type { DocumentBody } from '#lib/protocol/document.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Outbox } from './outbox.ts';
import type { SaveGate } from './save-gate.ts';
import type { Cipher } from './sealing.ts';
import type { Tables } from './tables.ts';

export interface StoreContext {
  tables: Tables;
  cipher: Cipher;
  feed: ChangeFeed;
  saves: SaveGate;
  outbox: Outbox;
  /** The opaque reference that stands in the clear as index key. */
  referenceOf(body: DocumentBody): string | undefined;
  nowMs(): number;
}
