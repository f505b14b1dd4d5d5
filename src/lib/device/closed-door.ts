// What a tablet shows while nobody's work is open on it. Invariant: names alone are told; they are all it knows.
import { countOn, leaseHasEnded, type Lease } from '#lib/domain/lease.ts';
import type { Tablet } from '#lib/storage/tablet.ts';
import type { DevicePhase, PersonName, SignInReason } from './device-state.ts';

/** The cover where somebody's shift is open on this tablet, else the sign-in. */
export function closedDoor(
  known: readonly (PersonName & { pinTriesLeft: number })[],
  reason?: SignInReason,
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

/** One shift at a time: a code that no screen asks for any more is only a way in for others. */
export async function dropOtherPins(
  tablet: Tablet,
  user: string,
  known: readonly { user: string; pinTriesLeft: number }[],
): Promise<void> {
  for (const other of known) {
    if (other.pinTriesLeft > 0 && other.user !== user) await tablet.dropPin(other.user);
  }
}

/** What this tablet shows: of whoever's lease has run out the code goes, and what she has not sent is counted. */
export async function doorOf(tablet: Tablet, nowMs: number, reason?: SignInReason): Promise<DevicePhase> {
  const known = await tablet.listPeople();
  let left: string | undefined;
  for (const { userName, pinTriesLeft } of known) {
    if (pinTriesLeft === 0 || !(await hasLeaseEnded(tablet, userName, nowMs))) continue;
    await tablet.dropPin(userName);
    left ??= userName;
  }
  if (reason === 'leaseEnded') left ??= known[0]?.userName;
  const door = closedDoor(await namesOf(tablet), reason ?? (left === undefined ? undefined : 'leaseEnded'));
  if (left === undefined || door.phase !== 'signIn') return door;
  return { ...door, unsent: (await tablet.countSealedWork(left, 'current')).unsent };
}

/** Counts on to now. Where the server has never been heard, it has not begun. */
export async function hasLeaseEnded(tablet: Tablet, user: string, nowMs: number): Promise<boolean> {
  let counted: Lease | undefined;
  const known = (await tablet.listPeople()).find(({ userName }) => userName === user);
  if (known?.lease)
    counted = await tablet.changeLease(user, (lease) => countOn(lease ?? known.lease!, nowMs));
  return counted !== undefined && leaseHasEnded(counted);
}
