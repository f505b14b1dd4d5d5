// Photos in a history: which visits are saved with some, what befalls them, and when a tablet is short of room. Drawn from
// dice of their own, so that histories without photos are what they were.
import { diceOf } from './dice.ts';

/** Where the photos of the grid go. */
export const PHOTOS = 'photos-110101001001001';

export const PHOTO_FAULTS = [
  /** The upload breaks off in the middle. */
  'photo-cut',
  /** The server is given other bytes than were sent. */
  'photo-damaged',
  /** No room as the picture is put. */
  'full-at-photo',
] as const;
export type PhotoFault = (typeof PHOTO_FAULTS)[number];
export type PhotoFaultRates = Partial<Record<PhotoFault, number>>;

/** So many histories have photos. */
const SHARE = 0.25;

interface PhotoAct {
  do: 'tidy-photos' | 'look-at-photo';
  device: number;
  die: number;
}

type Added = PhotoAct & { afterMs: number };

interface Drawn<C> {
  seed: number;
  devices: number;
  commands: C[];
}

export function withPhotos<C extends { do: string }, P extends Drawn<C>>(
  plan: P & Drawn<C>,
): P & Drawn<C | Added> & { photos?: PhotoFaultRates } {
  const dice = diceOf(`photos of ${String(plan.seed)}`);
  if (!dice.hits(SHARE)) return plan;
  const faults = PHOTO_FAULTS.filter(() => dice.hits(0.25)).map((kind) => [kind, 0.05 + 0.4 * dice.next()]);
  const commands = plan.commands.flatMap((command): (C | Added)[] => {
    const device = dice.below(plan.devices);
    const act = dice.pick(['tidy-photos', 'look-at-photo'] as const);
    const more: Added[] = dice.hits(0.12) ? [{ do: act, device, die: dice.next(), afterMs: 500 }] : [];
    if (command.do !== 'visit' || !dice.hits(0.7)) return [command, ...more];
    const photos = Array.from({ length: 1 + dice.below(3) }, () => dice.delay(120, 4000));
    return [{ ...command, photos }, ...more];
  });
  return { ...plan, commands, photos: Object.fromEntries(faults) as PhotoFaultRates };
}
