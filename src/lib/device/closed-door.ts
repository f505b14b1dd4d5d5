// What a tablet shows while nobody's work is open on it. Invariant: names alone are told; they are all it knows.
import type { Tablet } from '#lib/storage/tablet.ts';
import type { DevicePhase, PersonName } from './device-state.ts';

/** The cover where somebody's shift is open on this tablet, else the sign-in. */
export function closedDoor(
  known: readonly (PersonName & { pinTriesLeft: number })[],
  reason?: 'pinSpent' | 'shiftEnded',
): DevicePhase {
  const people = known.map(({ user, name }) => ({ user, name }));
  // One shift at a time; who was last here by the clock is no matter, it may have been wrong.
  const at = known.findIndex(({ pinTriesLeft }) => pinTriesLeft > 0);
  const [person, triesLeft] = [people[at], known[at]?.pinTriesLeft ?? 0];
  if (person && reason === undefined)
    return { phase: 'covered', person, triesLeft, people: people.filter((one) => one !== person) };
  return { phase: 'signIn', people, ...(reason ? { reason } : {}) };
}

/** Those known here as a screen calls them, last used first. */
export async function namesOf(tablet: Tablet): Promise<(PersonName & { pinTriesLeft: number })[]> {
  const people = await tablet.listPeople();
  return people.map(({ userName, displayName = userName, pinTriesLeft }) => ({
    user: userName,
    name: displayName,
    pinTriesLeft,
  }));
}
