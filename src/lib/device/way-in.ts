// How somebody came in, as the audit tells it: by her password or her code, and after how many wrong tries on this tablet.
import type { Audited } from '#lib/domain/audit-event.ts';
import { PIN_TRIES } from '#lib/storage/pin-tries.ts';
import type { DevicePhase } from './device-state.ts';

/** `phase`: what was shown when she was let in. */
export function wayIn(phase: DevicePhase, byPassword: boolean): Pick<Audited, 'what' | 'count'> {
  return { what: byPassword ? 'signedIn' : 'unlocked', count: wrongTries(phase) };
}

function wrongTries(phase: DevicePhase): number {
  if (phase.phase === 'covered') return PIN_TRIES - phase.triesLeft;
  return phase.phase === 'signIn' && phase.reason === 'pinSpent' ? PIN_TRIES : 0;
}
