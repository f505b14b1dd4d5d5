// 应急查看: her lease has ended, no server is near, and people have to be found all the same. Invariants: nothing is answered
// before the audit of it is on the medium; a lease is looked at once more a single time, for 24 hours as the lease is
// counted; her store is closed again before the answer, and nothing can be written by this way but that audit.
import { evacuationList } from '#lib/domain/evacuation.ts';
import { beginLastLook, countOn, lastLookOf, type LastLook, type Lease } from '#lib/domain/lease.ts';
import type { Tablet, Unlocked } from '#lib/storage/tablet.ts';
import { auditDesk } from './audit-desk.ts';
import { signInFault } from './broken-reason.ts';
import type { DevicePlatform } from './device-platform.ts';
import { FieldSession } from './field-session.ts';
import { keptSession, tabletId } from './kept-session.ts';
import type { LastLookOutcome } from './last-look-device.ts';
import { openHerStore } from './open-her-store.ts';

const LEAST_REASON = 4;

export interface AskedLook {
  platform: DevicePlatform;
  tablet: Tablet;
  user: string;
  password: string;
  why: string;
}

export async function lookOnce(asked: AskedLook): Promise<LastLookOutcome> {
  const { tablet, platform, user } = asked;
  try {
    const unlocked = await tablet.unlockByPassword(user, asked.password);
    if (unlocked.outcome !== 'open') return { outcome: 'wrongPassword' };
    const look = await stateOf(tablet, user, platform.ids.nowMs());
    if (look.state === 'notEnded' || look.state === 'over') return { outcome: look.state };
    const why = asked.why.trim();
    if (look.state === 'mayBegin' && why.length < LEAST_REASON) return { outcome: 'reasonNeeded' };
    return await lookIn(asked, unlocked, why);
  } catch (error) {
    return { outcome: signInFault(error) };
  }
}

/** Counted on to now. */
async function stateOf(tablet: Tablet, user: string, nowMs: number): Promise<LastLook> {
  const known = (await tablet.listPeople()).find(({ userName }) => userName === user);
  // Nothing has begun where the server was never heard.
  if (!known?.lease) return { state: 'notEnded' };
  const lease = await tablet.changeLease(user, (now) => countOn(now ?? known.lease!, nowMs));
  return lease ? lastLookOf(lease) : { state: 'notEnded' };
}

async function lookIn(asked: AskedLook, unlocked: Unlocked, why: string): Promise<LastLookOutcome> {
  const { platform, user } = asked;
  const { ids } = platform;
  const store = await openHerStore(platform, unlocked, () => undefined);
  const kept = await keptSession(store);
  const session = new FieldSession({
    store,
    user,
    roles: kept.roles,
    tablet: await tabletId(store, ids),
    ids,
    place: () => undefined,
    changed: () => undefined,
    saved: () => Promise.resolve(),
  });
  try {
    if (!kept.downloaded) return { outcome: 'noRoster' };
    await session.load();
    const audit = auditDesk({ store, session, ids });
    const written = await audit.record({ what: 'lastLook', ...(why !== '' && { why }) });
    if (written === 'nowhere') return { outcome: 'noRoster' };
    if (written !== 'kept') return { outcome: written === 'full' ? 'storageFull' : 'storageBroken' };
    const leftMs = await begin(asked);
    const { today, rows } = session.todayView();
    const { name } = session.person();
    const buildings = evacuationList(session.model, today);
    return { outcome: 'shown', look: { name, today, leftMs, rows, buildings } };
  } finally {
    session.close();
  }
}

/** How much of it is left; of one that goes on it stays as it was begun. */
async function begin({ tablet, user }: AskedLook): Promise<number> {
  const lease = await tablet.changeLease(user, (now) => beginLastLook(now as Lease));
  const look = lease && lastLookOf(lease);
  return look?.state === 'running' ? look.leftMs : 0;
}
