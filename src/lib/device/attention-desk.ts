// 要处理 of one open device. Invariant: every call sees the roster as it stands then.
import { listRefused, refusedFile, sendAgain, setAside } from './attention.ts';
import type { AttentionParts, RefusedFile, RefusedKey, RefusedRow } from './refused-row.ts';

export interface AttentionDesk {
  list(): Promise<RefusedRow[]>;
  sendAgain(row: RefusedKey): ReturnType<typeof sendAgain>;
  file(row: RefusedKey): Promise<RefusedFile>;
  setAside(row: RefusedKey): Promise<void>;
  /** Changes of hers that went with somebody who was erased, not yet read. */
  erased(): Promise<number>;
  erasedSeen(count: number): Promise<void>;
}

export function attentionDesk(parts: () => AttentionParts): AttentionDesk {
  return {
    list: () => listRefused(parts()),
    sendAgain: (row) => sendAgain(parts(), row),
    file: (row) => refusedFile(parts(), row),
    setAside: (row) => setAside(parts(), row),
    erased: () => parts().store.countErasedEdits(),
    erasedSeen: (count) => parts().store.acknowledgeErasedEdits(count),
  };
}
