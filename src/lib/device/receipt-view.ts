// A receipt as a screen shows it: of a `shift` document, with the number that follows from its revision.
import { receiptNumber, recordCount } from '#lib/domain/shift.ts';
import type { OwnShift } from './own-work.ts';

export interface ReceiptView {
  shift: string;
  /** `407 118`: to be read out. */
  number: string;
  on: string;
  at: string;
  since?: string;
  /** Things done, by kind; `total` of them. */
  records: Record<string, number>;
  total: number;
  documents: number;
  photos?: { confirmed: number; total: number };
  setAside: number;
  received: number;
  /** It is not on the server yet: no receipt, only the promise of one. */
  waiting: boolean;
}

export function receiptView({ shift, rev, waiting }: OwnShift): ReceiptView {
  const { on, handedInAt, since, records, documents, photos, setAside, received } = shift;
  return {
    shift: shift._id,
    number: receiptNumber(rev),
    on,
    at: handedInAt,
    ...(since === undefined ? {} : { since }),
    records,
    total: recordCount(shift),
    documents,
    ...(photos ? { photos: { confirmed: photos.confirmed, total: photos.total } } : {}),
    setAside,
    received,
    waiting,
  };
}
