// What waits, a line for each thing somebody did: a visit and what it changed are one line, as they are one in the count.
import { typeOfId } from '#lib/domain/document-id.ts';
import type { UnsentAction, UnsentActions } from '#lib/storage/unsent-actions.ts';
import type { WaitingRow } from './device-state.ts';

const MOST = 100;

/** What somebody came for says more than what followed from it. */
function sayingType(ids: readonly string[]): string {
  const types = ids.map(typeOfId);
  return types.find((type) => type === 'visit') ?? types[0] ?? '';
}

const rowOf = ({ savedAt, ids, tries }: UnsentAction): WaitingRow => ({
  type: sayingType(ids),
  savedAt: new Date(savedAt).toISOString(),
  tries,
});

/** Refused ones first, each with the server's words of its documents; then those that wait, oldest first. */
export function waitingRows(
  { waiting, refused }: UnsentActions,
  rejections: readonly { savedAt: number; reason: string }[],
): WaitingRow[] {
  const reasonOf = ({ savedAt }: UnsentAction) => [
    ...new Set(rejections.filter((each) => each.savedAt === savedAt).map(({ reason }) => reason)),
  ];
  return [
    ...refused.map((action) => ({ ...rowOf(action), refused: reasonOf(action).join('; ') })),
    ...waiting.slice(0, MOST).map(rowOf),
  ];
}
