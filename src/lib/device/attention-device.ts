// What a page can ask about refused work: the part of the device's contract behind 要处理.
import type { RefusedFile, RefusedKey, RefusedRow } from './refused-row.ts';
import type { Live } from './live-data.ts';

export interface AttentionDevice {
  /** Oldest first. */
  watchRefused(): Live<RefusedRow[]>;
  /** Puts it back to wait as it is. `edited`: something newer of it waits, and goes first. */
  sendAgain(row: RefusedKey): Promise<{ outcome: 'waiting' | 'edited' | 'gone' }>;
  /** Everything of it in the clear, names and numbers too: for a file that the administrator reads. */
  refusedFile(row: RefusedKey): Promise<RefusedFile>;
  /** Given up on this tablet, once the file is handed out; the next receipt counts it. */
  setAside(row: RefusedKey): Promise<void>;
  /** How many changes of hers were not kept, as the person they were about was erased at her request. */
  watchErased(): Live<number>;
  /** She has read it: of so many. */
  erasedSeen(count: number): Promise<void>;
}
