// Every photo that was taken in a history, with the digest it had then, and what the server ever had of it. It is kept
// outside of all tablets.
import type { DocumentBody, Scope } from '#lib/protocol/document.ts';
import { PHOTO_ATTACHMENT } from '#lib/domain/photo.ts';
import { diceOf, type Dice } from './dice.ts';
import type { SavedAction } from './ledger.ts';
import { PHOTOS, type PhotoFault } from './photo-plan.ts';
import { SCOPES, type Plan } from './plan.ts';

export interface LedgerPhoto {
  id: string;
  device: string;
  /** The life of the tablet's database it was put into. */
  life: number;
  /** At capture, and the bytes it is of: whoever has the photo has these. */
  digest: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** `scope|id` of the visit. */
  visit: string;
  action: SavedAction;
}

export interface PhotoLedger {
  /** What befalls photos, apart from everything else. */
  dice: Dice;
  taken: Map<string, LedgerPhoto>;
  /** `id digest` of everything the server had at any time. */
  everThere: Set<string>;
}

/** Of the server of such a history. */
export const databasesOf = ({ photos }: Plan): Scope[] => [...SCOPES, ...(photos ? [PHOTOS] : [])];

/** Whether this befalls a photo now. */
export function befallsPhoto(
  { photos, faultsOn, plan }: { photos: PhotoLedger; faultsOn: boolean; plan: Plan },
  kind: PhotoFault,
): boolean {
  return photos.dice.hits((faultsOn && plan.photos?.[kind]) || 0);
}

export const newPhotoLedger = (seed: number): PhotoLedger => ({
  dice: diceOf(`photo faults ${String(seed)}`),
  taken: new Map(),
  everThere: new Set(),
});

/** The digest the server names for a photo's document. */
export function digestIn(body: DocumentBody | undefined): string | undefined {
  const attachments = body?._attachments as Record<string, { digest?: string }> | undefined;
  return attachments?.[PHOTO_ATTACHMENT]?.digest;
}
