// What a page can ask about clashes: the part of the device's contract behind 两边不一样，请选.
import type { ClashDecision, ClashRow } from '#lib/domain/clashes.ts';
import type { Live } from './live-data.ts';

/** `unfit`: what she wrote does not fit the field. */
export type SettleOutcome = { outcome: 'settled' | 'moved' | 'unfit' | 'full' };

export interface ClashDevice {
  /** Newest first; numbers of people are masked. */
  watchClashes(): Live<ClashRow[]>;
  /** Answers after the edit is on this tablet. */
  settleClash(document: string, decision: ClashDecision): Promise<SettleOutcome>;
}
