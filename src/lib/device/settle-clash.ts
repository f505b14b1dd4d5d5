// A clash settled: her decision becomes an ordinary edit of the document as it stands now. Invariant: what is written is a
// document this build can read; where it moved meanwhile, nothing is written and she is asked to look again.
import type { SettleOutcome } from './clash-device.ts';
import { settleClash, type ClashDecision } from '#lib/domain/clashes.ts';
import { typeOfId } from '#lib/domain/document-id.ts';
import { parseDocument, type DocumentType } from '#lib/domain/parse-document.ts';
import { generationOf } from '#lib/protocol/revision.ts';
import type { OpenWork } from './open-work.ts';

export async function settle(
  { store, session, sync }: Pick<OpenWork, 'store' | 'session' | 'sync'>,
  document: string,
  decision: ClashDecision,
): Promise<SettleOutcome> {
  const scope = session.model.scopes.get(document);
  const stored = scope === undefined ? undefined : await store.readDocument(scope, document);
  if (scope === undefined || !stored) return { outcome: 'moved' };
  const change = { ...session.author(), generation: generationOf(stored.rev) + 1 };
  const settlement = settleClash(stored.body, decision, change);
  if (settlement.outcome === 'moved') return { outcome: 'moved' };
  const body = { ...settlement.body, _id: document };
  const reads = parseDocument(typeOfId(document) as DocumentType, body).outcome === 'read';
  if (!('_deleted' in body) && !reads) return { outcome: 'unfit' };
  const { outcome } = await store.saveAction([{ scope, body, basedOn: stored.rev }]);
  if (outcome !== 'saved') return { outcome };
  sync.saved();
  return { outcome: 'settled' };
}
