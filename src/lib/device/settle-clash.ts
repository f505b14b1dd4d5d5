// Clashes of one open device: which there are, and one settled: her decision becomes an ordinary edit of the document as it
// stands now. Invariant: what is written is a document this build can read; where it moved meanwhile, nothing is written
// and she is asked to look again.
import type { SettleOutcome } from './clash-device.ts';
import { listClashes, settleClash, type ClashDecision, type ClashRow } from '#lib/domain/clashes.ts';
import { typeOfId } from '#lib/domain/document-id.ts';
import { parseDocument, type DocumentType } from '#lib/domain/parse-document.ts';
import { generationOf } from '#lib/protocol/revision.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import type { FieldSession } from './field-session.ts';
import type { SyncRunner } from './sync-runner.ts';

export interface ClashDesk {
  list(): ClashRow[];
  settle(document: string, decision: ClashDecision): Promise<SettleOutcome>;
}

interface ClashParts {
  store: DeviceStore;
  session: FieldSession;
  sync: Pick<SyncRunner, 'saved'>;
}

export const clashDesk = (parts: ClashParts): ClashDesk => ({
  list: () => listClashes(parts.session.model),
  settle: (document, decision) => settle(parts, document, decision),
});

async function settle(
  { store, session, sync }: ClashParts,
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
  await sync.saved();
  return { outcome: 'settled' };
}
