// The way in: what the server says of name and password, and what opens on this tablet with it. Invariants: what lies
// here opens by its own password alone, whatever the server says; nothing of it is given up without being counted first.
import type { Tablet, Unlocked } from '#lib/storage/tablet.ts';
import { signOutAtServer } from './ask-session.ts';
import { endedHere, hasLeaseEnded } from './closed-door.ts';
import type { DoorPlatform } from './device-platform.ts';
import type { SignInOutcome } from './device-state.ts';
import { signInAtServer, type ServerSignIn } from './server-session.ts';

export interface Entering {
  name: string;
  password: string;
  /** What opened this tablet before the password was changed at the server. */
  oldPassword?: string | undefined;
  /** The old one is forgotten: begin with an empty store. */
  anew?: boolean;
}

type ServerAnswer =
  Exclude<ServerSignIn, { outcome: 'wrongPassword' }> | { outcome: 'serverSilent' } | { outcome: 'notStaff' };
type WrongPassword = Extract<ServerSignIn, { outcome: 'wrongPassword' }>;

/** `unreachable` where the tablet has no network; where it has one, the server is silent. */
export async function askServer(
  { session, isOnline }: DoorPlatform,
  { name: user, password }: Entering,
): Promise<ServerAnswer | WrongPassword> {
  const key = session.newKey();
  const answer = await signInAtServer(session, { user, password, key });
  if (answer.outcome === 'unreachable' && isOnline()) return { outcome: 'serverSilent' };
  if (answer.outcome !== 'accepted') return answer;
  if (answer.roles.includes('staff')) {
    session.key = key;
    return answer;
  }
  await signOutAtServer(session);
  return { outcome: 'notStaff' };
}

type NotOpened = Exclude<SignInOutcome, { outcome: 'open' | 'choosePin' }>;

/** Throws StorageFaults. */
export async function unlockHere(
  tablet: Tablet,
  entering: Entering & { nowMs: number },
  answer: Exclude<ServerAnswer, { outcome: 'notStaff' }>,
): Promise<{ outcome: 'open'; unlocked: Unlocked } | NotOpened> {
  const { name, password } = entering;
  const here = await tablet.unlockByPassword(name, password);
  const ended = await endedHere(tablet, name);
  if (ended && answer.outcome !== 'accepted') return ended;
  if (ended) await tablet.takeBack(name);
  if (here.outcome === 'open') {
    if (answer.outcome === 'accepted' || !(await hasLeaseEnded(tablet, name, entering.nowMs)))
      return { outcome: 'open', unlocked: here };
    const { unsent } = await tablet.countSealedWork(name, 'current');
    return { outcome: 'leaseEnded', unsent };
  }
  if (answer.outcome !== 'accepted') {
    if (here.outcome === 'wrong') return { outcome: 'wrongPassword' };
    return { outcome: answer.outcome };
  }
  if (here.outcome === 'unknown') {
    const enrolled = await tablet.enrol(name, password);
    if (enrolled.outcome === 'open') return { outcome: 'open', unlocked: enrolled };
  }
  if (entering.anew) return { outcome: 'open', unlocked: await tablet.startAnew(name, password) };
  return unlockByOld(tablet, entering);
}

/** The password was changed at the server: from now on the new one opens what the old one did. */
async function unlockByOld(
  tablet: Tablet,
  { name, password, oldPassword }: Entering,
): Promise<{ outcome: 'open'; unlocked: Unlocked } | NotOpened> {
  const byOld = oldPassword === undefined ? undefined : await tablet.unlockByPassword(name, oldPassword);
  if (byOld?.outcome === 'open') {
    await byOld.wrapForPassword(password);
    return { outcome: 'open', unlocked: byOld };
  }
  const current = await tablet.countSealedWork(name, 'current');
  return { outcome: 'oldPasswordNeeded', ...current, wrong: byOld !== undefined };
}
