// What people do with photos in a history: take them for a visit that is about to be saved, look at a colleague's, and
// clear up where the tablet is short of room. Bytes are made of the photo's name, so that every photo is another.
import { attachmentDigest } from '#lib/protocol/attachment.ts';
import { PHOTOS_PER_VISIT } from '#lib/domain/photo.ts';
import type { PhotoPut } from '#lib/storage/photo-saving.ts';
import { photoBytes } from '#tests/fixtures/photo-device.ts';
import type { SavedAction } from './ledger.ts';
import { digestIn } from './photo-ledger.ts';
import { PHOTOS } from './photo-plan.ts';
import { EVENTS } from './plan.ts';
import type { SimDevice, Tab } from './sim-device.ts';
import { keyOf, tell, type World } from './world.ts';

export interface Taking {
  device: SimDevice;
  tab: Tab;
  action: SavedAction;
  /** Of each, bytes. */
  sizes: readonly number[];
}

export interface TakenPhotos {
  draftKey: string;
  /** As the visit names them. */
  named: { photo: string; digest: string }[];
  puts: PhotoPut[];
}

export const visitId = (device: SimDevice, action: SavedAction) =>
  `visit:${device.name}-${String(action.number)}`;

/** Takes them into the draft of a form; those for which there is no room are not there. */
export async function takePhotos(world: World, { device, tab, action, sizes }: Taking): Promise<TakenPhotos> {
  const draftKey = `draft-${device.name}-${String(action.number)}`;
  const event = { scope: EVENTS, id: visitId(device, action) };
  const taken: TakenPhotos = { draftKey, named: [], puts: [] };
  for (const [n, size] of sizes.entries()) {
    const id = `photo:${device.name}-${String(action.number)}-${String(n)}`;
    const bytes = photoBytes(id, Math.max(size, 100));
    const digest = attachmentDigest(bytes);
    const photo = { id, draftKey, bytes, digest, width: 4, height: 3 };
    const kept = await tab.store.photos.keepDraft(photo, PHOTOS_PER_VISIT);
    if (kept.outcome !== 'kept') continue;
    const visit = keyOf(event.scope, event.id);
    world.photos.taken.set(id, { id, device: device.name, life: device.life, digest, bytes, visit, action });
    taken.named.push({ photo: id, digest });
    taken.puts.push({ scope: PHOTOS, body: photoBody(world, id, event.id), event });
  }
  return taken;
}

function photoBody(world: World, id: string, event: string): PhotoPut['body'] {
  const takenAt = new Date(world.time.nowMs()).toISOString();
  return { _id: id, type: 'photo', event, takenAt, width: 4, height: 3 };
}

/** A picture the server has is kept as a copy: the bytes that were taken, for nothing else is ever fetched. */
export async function lookAtPhoto(world: World, { name }: SimDevice, tab: Tab, die: number): Promise<void> {
  const there = [...(world.server.databases.get(PHOTOS)?.documents ?? [])];
  const [id, record] = there[Math.floor(die * there.length)] ?? [];
  const photo = id === undefined ? undefined : world.photos.taken.get(id);
  if (!photo || digestIn(record!.body(record!.leaves()[0]!.rev)) !== photo.digest) return;
  const of = photo.visit.slice(photo.visit.indexOf('|') + 1);
  tell(world, `${name} looks at ${photo.id}`);
  await tab.store.photos.keepFetched(
    { id: photo.id, scope: PHOTOS, of, digest: photo.digest, bytes: photo.bytes },
    NO_ROOM,
  );
}

/** Nothing is free: every copy that may go goes. */
const NO_ROOM = { quota: 1000, usage: 1_000_000 };

export async function tidyPhotos(world: World, { name }: SimDevice, tab: Tab): Promise<void> {
  const gone = await tab.store.photos.tidy(NO_ROOM);
  tell(world, `${name} lets ${String(gone)} copies go`);
}
