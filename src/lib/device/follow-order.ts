// A tablet that was reported lost: everything on it goes, at once and with whatever was not uploaded, and the server is told.
// Invariants: each step stands on the disk before the next begins, so that a page killed in the middle goes on from there;
// it says that it was wiped only when nothing is left; the report is repeated until it is answered.
import { TABLET_HEADER } from '#lib/domain/tablet-name.ts';
import { clearTablet } from '#lib/storage/clear-tablet.ts';
import { putTabletFacts, type TabletFacts } from '#lib/storage/tablet-facts.ts';
import type { DevicePlatform } from './device-platform.ts';

const AGAIN_MS = 30_000;

export interface FollowingOrder {
  facts: TabletFacts;
  platform: Pick<DevicePlatform, 'session' | 'ids' | 'clock'>;
  close(): Promise<void>;
  /** A step further. */
  told(facts: TabletFacts): void;
}

/** Begins, and goes on by itself; what it answers tries again now. */
export function followOrder(following: FollowingOrder): () => void {
  const { platform, close, told } = following;
  let { facts } = following;
  let going = false;

  const stands = async (wipe: TabletFacts['wipe']) => {
    const next: TabletFacts = { ...facts, ...(wipe && { wipe }) };
    await putTabletFacts({}, next);
    facts = next;
    told(facts);
  };

  async function nextSteps(order: string): Promise<void> {
    if (facts.wipe?.wipedAt === undefined) {
      await close();
      await clearTablet();
      await stands({ order, wipedAt: platform.ids.nowMs() });
    }
    if (await report(order, following)) await stands({ ...facts.wipe, order, reported: true });
  }

  async function goOn(): Promise<void> {
    const { order, reported } = facts.wipe ?? {};
    if (going || reported || order === undefined) return;
    going = true;
    // A database that is held, a line that is cut: how far it came stands on the disk, and the rest is tried again.
    await nextSteps(order).catch(() => undefined);
    going = false;
    if (!facts.wipe?.reported) platform.clock.after(AGAIN_MS, () => void goOn());
  }

  void goOn();
  return () => void goOn();
}

/** Throws where nobody answers. */
async function report(order: string, { facts, platform }: FollowingOrder): Promise<boolean> {
  const { database, fetch } = platform.session;
  const answer = await fetch(`${database}/_tablet`, {
    method: 'POST',
    cache: 'no-store',
    redirect: 'manual',
    headers: { 'content-type': 'application/json', [TABLET_HEADER]: facts.id },
    body: JSON.stringify({ wiped: order }),
  });
  return isAnswered(answer);
}

/** Written down, or never asked for: an administrator may have taken the order back, or made her server anew. */
async function isAnswered(answer: Response): Promise<boolean> {
  const said = (await answer.json().catch(() => undefined)) as { ok?: unknown; error?: unknown } | undefined;
  return (answer.status === 200 && said?.ok === true) || said?.error === 'unknown_order';
}
