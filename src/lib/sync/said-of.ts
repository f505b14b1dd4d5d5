// What a server's rows of `_bulk_docs` say of one document.
import type { BulkDocsRows } from '#lib/protocol/wire.ts';

/** `missing` where no row is about it; a validation function may have thrown anything as its reason. */
export function saidOf({ id }: { id: string }, rows: BulkDocsRows): { error: string; reason: string } {
  const row = rows.find((each) => each.id === id && each.error !== undefined);
  const reason = typeof row?.reason === 'string' ? row.reason : JSON.stringify(row?.reason ?? '');
  return { error: row?.error ?? 'missing', reason };
}
