// What a tablet shows while nobody's work is open on it. Invariant: names alone are told; they are all it knows.
import { countOn, leaseHasEnded, type Lease } from '#lib/domain/lease.ts';
import type { Tablet } from '#lib/storage/tablet.ts';
import type { DevicePhase, PersonName, SignInReason } from './device-state.ts';

/** The cover where somebody's shift is open on this tablet, else the sign-in. */
export function closedDoor(
  known: readonly (PersonName & { pinTriesLeft: number })[],
  reason?: SignInReason,
): DevicePhase {
  const people = known.map(({ pinTriesLeft: _, ...person }) => person);
  // One shift at a time; who was last here by the clock is no matter, it may have been wrong.
  const at = known.findIndex(({ pinTriesLeft }) => pinTriesLeft > 0);
  const [person, triesLeft] = [people[at], known[at]?.pinTriesLeft ?? 0];
  if (person && reason === undefined)
    return { phase: 'covered', person, triesLeft, people: people.filter((one) => one !== person) };
  return { phase: 'signIn', people, ...(reason ? { reason } : {}) };
}

/** Those known here as a screen calls them, last used first. */
async function namesOf(tablet: Tablet): Promise<(PersonName & { pinTriesLeft: number })[]> {
  const people = await tablet.listPeople();
  return Promise.all(
    people.map(async ({ userName, displayName = userName, pinTriesLeft, endedAt }) => ({
      ...{ user: userName, name: displayName, pinTriesLeft },
      ...(endedAt !== undefined && { ended: { unsent: await unsentOf(tablet, userName) } }),
    })),
  );
}

/** Under whatever password of hers. */
async function unsentOf(tablet: Tablet, user: string): Promise<number> {
  const [current, former] = await Promise.all([
    tablet.countSealedWork(user, 'current'),
    tablet.countSealedWork(user, 'former'),
  ]);
  return current.unsent + former.unsent;
}

/** Somebody whom the server no longer knows as its own, by what this tablet was told; undefined for all others. */
export async function endedHere(
  tablet: Tablet | undefined,
  user: string,
): Promise<{ outcome: 'personEnded'; unsent: number } | undefined> {
  const known = (await tablet?.listPeople())?.find(({ userName }) => userName === user);
  if (!tablet || known?.endedAt === undefined) return undefined;
  return { outcome: 'personEnded', unsent: await unsentOf(tablet, user) };
}

/**
 * One shift at a time: she who begins drops the codes of the others; answers who is known. A
 * code that no screen asks for any more is only a way in for others.
 */
export async function dropOtherPins(tablet: Tablet, user: string): Promise<PersonName[]> {
  const known = await namesOf(tablet);
  for (const other of known) {
    if (other.pinTriesLeft > 0 && other.user !== user) await tablet.dropPin(other.user);
  }
  return known;
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
  const ended =
    door.phase === 'signIn' && reason === 'personEnded' ? door.people.find((one) => one.ended) : undefined;
  if (ended?.ended && door.phase === 'signIn') return { ...door, unsent: ended.ended.unsent };
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
