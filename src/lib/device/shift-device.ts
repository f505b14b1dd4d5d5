// What a page can ask about the shift: the part of the device's contract behind 交班, 出发前检查 and the board.
import type { BoardView } from '#lib/domain/shift-board.ts';
import type { Live } from './live-data.ts';
import type { HandInOutcome } from './hand-in.ts';
import type { ReceiptView } from './receipt-view.ts';
import type { RoundFacts } from './round-facts.ts';

export interface ShiftDevice {
  /** Waits for the network: everything up, asked for, and a receipt; or what is in its way. `notHers`: nobody asks her to. */
  handIn(): Promise<HandInOutcome | { outcome: 'notHers' }>;
  /** Newest first. */
  watchReceipts(): Live<ReceiptView[]>;
  /** `scanned`: the shift of a receipt whose code was scanned; the view tells what is here of it. */
  watchBoard(scanned: () => string | undefined): Live<BoardView>;
  watchRoundFacts(): Live<RoundFacts>;
}
