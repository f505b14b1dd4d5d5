// The photos a receipt tells of, apart from its records (sync.md 7). Invariants: a photo is confirmed where the server has
// it, and never where it waits, was refused or was given up; a receipt is written once, what came later is in the next.
import type { AnyBody } from '#lib/domain/household-title.ts';
import type { Shift } from '#lib/domain/shift.ts';
import type { Whose } from '#lib/domain/shift-work.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import { photosGivenUp } from './attention-photos.ts';
import { readOwnWork, sinceShift, type OwnShift, type WorkSource } from './own-work.ts';

export type ReceiptPhotos = Shift['photos'];

/** The ids of the photos a visit names. */
const photosNamed = ({ photos }: AnyBody): string[] =>
  (Array.isArray(photos) ? (photos as { photo?: unknown }[]) : []).flatMap(({ photo }) =>
    typeof photo === 'string' ? [photo] : [],
  );

/** Those of these documents. What waits goes up by itself. Undefined where none was taken. */
export async function photosOf(store: DeviceStore, documents: readonly AnyBody[]): Promise<ReceiptPhotos> {
  const named = new Set(documents.flatMap(photosNamed));
  if (named.size === 0) return undefined;
  const { waiting, refused } = await store.photos.listUnsent();
  const unsent = new Set([...[...waiting, ...refused].map(({ id }) => id), ...(await photosGivenUp(store))]);
  const missing = [...named].filter((photo) => unsent.has(photo)).length;
  return { confirmed: named.size - missing, total: named.size };
}

/**
 * Those of the newest of these receipts as they stand now, nothing having been saved since; undefined where it told of
 * them all, or no more of them are confirmed than it told. `receipts`: newest first.
 */
export async function photosSince(
  source: WorkSource,
  whose: Whose,
  receipts: readonly OwnShift[],
): Promise<ReceiptPhotos> {
  const told = receipts[0]?.shift.photos;
  if (!told || told.confirmed >= told.total) return undefined;
  // Those that tell of photos alone count no documents: the visits are those of the one before.
  const counting = receipts.findIndex(({ shift }) => shift.documents > 0);
  const before = counting < 0 ? undefined : receipts[counting + 1];
  const { documents } = await readOwnWork(source, sinceShift(whose, before));
  const now = await photosOf(
    source.store,
    documents.map(({ body }) => body),
  );
  if (!now) return undefined;
  const confirmed = told.total - Math.min(told.total, now.total - now.confirmed);
  return confirmed > told.confirmed ? { confirmed, total: told.total } : undefined;
}
