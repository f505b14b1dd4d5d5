// Whether somebody has to say why before she sees something whole: what the office set, as this tablet holds it.
import { parseDocument } from '#lib/domain/parse-document.ts';
import { asksReason, REASONS_SETTING, type ReasonField } from '#lib/domain/reasons-setting.ts';
import { DIRECTORY } from '#lib/domain/scopes.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';

/** True where a reason is asked for and none is given. */
export async function needsWhy(
  store: Pick<DeviceStore, 'readDocument'>,
  field: ReasonField,
  why: string | undefined,
): Promise<boolean> {
  if (why !== undefined && why.trim() !== '') return false;
  const stored = await store.readDocument(DIRECTORY, REASONS_SETTING).catch((error: unknown) => {
    // Where nothing can be read no audit can be written, and so nothing is shown.
    if (storageFaultKind(error) === undefined) throw error;
    return undefined;
  });
  const parsed = stored && parseDocument('setting', stored.body);
  return asksReason(parsed?.outcome === 'read' ? parsed.document : undefined, field);
}
