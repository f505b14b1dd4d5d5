// What waits, a line for each thing somebody did: a visit and what it changed are one line, as they are one in the count.
import { typeOfId } from '#lib/domain/document-id.ts';
import type { AnyBody, HouseholdTitle } from '#lib/domain/household-title.ts';
import type { RefusedPhoto, UnsentPhoto, UnsentPhotos } from '#lib/storage/photo-counts.ts';
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
  photos: { unsent: UnsentPhotos; refused: readonly RefusedPhoto[] };
}

const rowOf = ({ savedAt, ids, tries }: UnsentAction, about: HouseholdTitle | undefined): WaitingRow => ({
  type: sayingType(ids),
  ...(about ? { about } : {}),
  savedAt: new Date(savedAt).toISOString(),
  tries,
});

/** Photos of one visit are one line, beside the visit's own: they go up after it. */
function photoRows(photos: readonly UnsentPhoto[]): (WaitingRow & { of: string })[] {
  const rows = new Map<string, WaitingRow & { of: string }>();
  for (const { of, savedAt, tries } of photos) {
    const known = rows.get(of);
    const count = (known?.count ?? 0) + 1;
    const row = { of, type: 'photo', count, savedAt: new Date(savedAt).toISOString() };
    rows.set(of, { ...row, tries: Math.max(tries, known?.tries ?? 0) });
  }
  return [...rows.values()];
}

function photoLines({ unsent, refused }: WaitingSource['photos']) {
  const reasonOf = (visit: string) => [
    ...new Set(refused.filter(({ of }) => of === visit).map(({ reason }) => reason)),
  ];
  const plain = ({ of: _of, ...row }: WaitingRow & { of: string }): WaitingRow => row;
  return {
    refused: photoRows(unsent.refused).map((row) => ({
      ...plain(row),
      refused: reasonOf(row.of).join('; '),
    })),
    waiting: photoRows(unsent.waiting).slice(0, MOST).map(plain),
  };
}

/** Refused ones first, each with the server's words of its documents; then those that wait, oldest first, then photos. */
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
  const photos = photoLines(source.photos);
  return [...refused, ...photos.refused, ...(await Promise.all(waiting)), ...photos.waiting];
}
