// From what IndexedDB and Dexie throw to a StorageFault: one table, so that a full disk is never taken for a bug.
import { StorageFault, type StorageFaultKind } from '#lib/protocol/storage-fault.ts';

const KINDS: Readonly<Record<string, StorageFaultKind>> = {
  QuotaExceededError: 'full',
  DatabaseClosedError: 'closed',
  InvalidStateError: 'closed',
  MissingAPIError: 'unavailable',
  SecurityError: 'unavailable',
  OpenFailedError: 'unavailable',
  VersionError: 'newer-schema',
};

/** Errors of Dexie wrap the browser's: `inner` of one, `failures` of a bulk write, `cause` of the standard. */
interface Wrapping {
  name?: string;
  message?: string;
  inner?: unknown;
  cause?: unknown;
  failures?: unknown[];
}

function chainOf(error: unknown): Wrapping[] {
  const found: Wrapping[] = [];
  const waiting: unknown[] = [error];
  while (waiting.length > 0 && found.length < 20) {
    const next = waiting.shift();
    if (typeof next !== 'object' || next === null) continue;
    const wrapping = next as Wrapping;
    found.push(wrapping);
    waiting.push(wrapping.inner, wrapping.cause, wrapping.failures?.[0]);
  }
  return found;
}

/**
 * The innermost name that is known leads: an aborted transaction whose inner error is a full quota is `full`. `ofAll` is
 * the error of the transaction itself.
 */
export function toStorageFault(error: unknown, ofAll?: DOMException | null): StorageFault {
  if (error instanceof StorageFault) return error;
  const chain = [...chainOf(error), ...chainOf(ofAll)];
  const fault = chain.find((each) => each instanceof StorageFault);
  if (fault instanceof StorageFault) return fault;
  const kinds = chain.map((each) => KINDS[each.name ?? '']).filter((kind) => kind !== undefined);
  const kind = kinds.includes('full') ? 'full' : (kinds.at(-1) ?? 'broken');
  return new StorageFault(kind, chain[0]?.message ?? String(error), error);
}
