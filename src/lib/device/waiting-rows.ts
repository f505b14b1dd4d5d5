// What waits, a line for each thing somebody did: a visit and what it changed are one line, as they are one in the count.
import { typeOfId } from '#lib/domain/document-id.ts';
import type { AnyBody, HouseholdTitle } from '#lib/domain/household-title.ts';
import type { UnsentAction, UnsentActions } from '#lib/storage/unsent-actions.ts';
import type { WaitingRow } from './device-state.ts';

const MOST = 100;

/** What somebody came for says more than what followed from it. */
function sayingType(ids: readonly string[]): string {
  const types = ids.map(typeOfId);
  return types.find((type) => type === 'visit') ?? types[0] ?? '';
}

export interface WaitingSource {
  unsent: UnsentActions;
  rejections: readonly { savedAt: number; reason: string; body: AnyBody }[];
  /** Which household these documents are about, of those held here. */
  aboutAction(ids: readonly string[]): Promise<HouseholdTitle | undefined>;
  aboutBody(body: AnyBody): HouseholdTitle | undefined;
}

const rowOf = ({ savedAt, ids, tries }: UnsentAction, about: HouseholdTitle | undefined): WaitingRow => ({
  type: sayingType(ids),
  ...(about ? { about } : {}),
  savedAt: new Date(savedAt).toISOString(),
  tries,
});

/** Refused ones first, each with the server's words of its documents; then those that wait, oldest first. */
export async function waitingRows(source: WaitingSource): Promise<WaitingRow[]> {
  const { unsent, rejections, aboutAction, aboutBody } = source;
  const refused = unsent.refused.map((action) => {
    const of = rejections.filter(({ savedAt }) => savedAt === action.savedAt);
    const about = of.map(({ body }) => aboutBody(body)).find((each) => each !== undefined);
    return { ...rowOf(action, about), refused: [...new Set(of.map(({ reason }) => reason))].join('; ') };
  });
  const waiting = unsent.waiting
    .slice(0, MOST)
    .map(async (action) => rowOf(action, await aboutAction(action.ids)));
  return [...refused, ...(await Promise.all(waiting))];
}
