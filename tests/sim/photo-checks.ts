// Invariant 14: a photo of a saved visit is on its tablet, whole and counted as unsent, until the server has named the digest
// it had when it was taken; then it counts as sent, and what the server loses it gets again.
import type { Scope } from '#lib/protocol/document.ts';
import type { RevisionedDocument } from '#lib/protocol/remote.ts';
import { digestIn, type LedgerPhoto } from './photo-ledger.ts';
import { PHOTOS } from './photo-plan.ts';
import type { SimDevice } from './sim-device.ts';
import { violate, type World } from './world.ts';

/** Told by the server of each new revision. */
export function notePhotoWrite(world: World, scope: Scope, { _id, _rev }: RevisionedDocument): void {
  if (scope !== PHOTOS) return;
  const record = world.server.databases.get(scope)?.documents.get(_id);
  if (_id.startsWith('photo:') && record && record.leaves().length > 1)
    violate(world, 3, `the photo ${_id} has ${String(record.leaves().length)} leaves`);
  const digest = digestIn(record?.body(_rev));
  if (digest !== undefined) world.photos.everThere.add(`${_id} ${digest}`);
}

const wasThere = (world: World, { id, digest }: LedgerPhoto) => world.photos.everThere.has(`${id} ${digest}`);

function isThere(world: World, { id, digest }: LedgerPhoto): boolean {
  const record = world.server.databases.get(PHOTOS)?.documents.get(id);
  return record?.leaves().some(({ rev }) => digestIn(record.body(rev)) === digest) ?? false;
}

/** She gave the visit up, and its photos with it. */
const isGivenUp = (world: World, { action }: LedgerPhoto) =>
  action.tokens.some(({ token }) => world.givenUp.has(token));

/** After each step, of the photos whose rows changed in it. */
export function checkPhotos(world: World, device: SimDevice): void {
  const { view } = device;
  for (const id of view.dirtyPhotos) {
    const photo = world.photos.taken.get(id);
    if (photo?.device === device.name && photo.life === device.life) checkPhoto(world, device, photo);
  }
  view.dirtyPhotos.clear();
}

function checkPhoto(world: World, { name, view }: SimDevice, photo: LedgerPhoto): void {
  const { id, digest, action } = photo;
  const row = view.photos.get(id);
  if (row && view.photoBytes.get(id) !== digest)
    violate(world, 14, `${name} holds other bytes of ${id} than were taken, or none`);
  if (row?.state === 'sent' && !wasThere(world, photo))
    violate(world, 14, `${id} counts as sent on ${name}, and the server never had it`);
  if (row?.state === 'refused' && ![...world.photos.everThere].some((each) => each.startsWith(`${id} `)))
    violate(world, 13, `${id} was never refused, yet ${name} says so`);
  const isUnsent = row?.state === 'waiting' || row?.state === 'refused';
  if (action.state === 'saved' && !isUnsent && !wasThere(world, photo) && !isGivenUp(world, photo))
    violate(
      world,
      14,
      `${id} of a saved visit is ${row?.state ?? 'gone'} on ${name}, and the server never had it`,
    );
}

/** When all is quiet: on the server, or the visit says why not. */
export function checkPhotosThrough(world: World): void {
  for (const photo of world.photos.taken.values()) {
    if (photo.action.state !== 'saved' || isGivenUp(world, photo)) continue;
    if (isThere(world, photo)) {
      world.counts.photos++;
      continue;
    }
    const device = world.devices.find(({ name }) => name === photo.device)!;
    if (device.life !== photo.life || !world.server.roles.get(device.name)?.has(PHOTOS)) continue;
    checkNotThere(world, device, photo);
  }
}

function checkNotThere(world: World, { name, view }: SimDevice, photo: LedgerPhoto): void {
  const { id, visit } = photo;
  const state = view.photos.get(id)?.state;
  if (state === 'refused') return;
  const visitWaits = view.edits.has(visit) || (view.rejections.get(visit)?.size ?? 0) > 0;
  if (state === 'waiting' && visitWaits) return;
  // Long confirmed by the tablet's clock, its copy was let go before the server lost it.
  const mayBeGone = wasThere(world, photo) && world.plan.faults['clock-jumped'] !== undefined;
  const copyWasDropped = wasThere(world, photo) && world.shutOut.has(`${name}|${PHOTOS}`);
  // Looked at again since, what is here is a copy as a colleague has it, with no document to send it by.
  const wasLetGo = state === undefined || state === 'fetched';
  if (wasLetGo && world.setBack.has(PHOTOS) && (mayBeGone || copyWasDropped)) return;
  violate(world, 14, `${id} is not on the server, and ${state ?? 'gone'} on ${name}`);
}
