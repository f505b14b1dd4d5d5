// Writes of `batch=ok`, which are answered before they are carried out. Source: Apache CouchDB 3.5, "Batch Mode Writes".
// Invariant: what waits is bounded in number and bytes, whoever sent it; more is not taken.
import { type IncomingDocument } from './document-parse.ts';
import { Refusal } from './refusal.ts';

export interface LaterWrites {
  /** Carries the write of a document out at once or when its turn comes; what is refused then, nobody is told. */
  take(document: IncomingDocument, write: () => Promise<unknown>): 'taken' | 'full';
}

const COUNT_AT_MOST = 1000;

/** `bytesAtMost` must be room for the largest document a request may bring; `log` is told of faults, not of refusals. */
export function createLaterWrites(bytesAtMost: number, log: (line: string) => void): LaterWrites {
  let count = 0;
  let bytes = 0;
  return {
    take(document, write) {
      const size = sizeOf(document);
      if (count >= COUNT_AT_MOST || bytes + size > bytesAtMost) return 'full';
      count++;
      bytes += size;
      void write()
        .catch((failure: unknown) => {
          if (!(failure instanceof Refusal)) log(`fault: a batched write: ${String(failure)}`);
        })
        .finally(() => {
          count--;
          bytes -= size;
        });
      return 'taken';
    },
  };
}

/** About what it takes while it waits. */
function sizeOf({ fields, attachments }: IncomingDocument): number {
  let bytes = JSON.stringify(fields).length;
  for (const attachment of attachments.values())
    if (attachment.kind === 'data') bytes += attachment.data.length;
  return bytes;
}
