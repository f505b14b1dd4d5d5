// The end of her shift with what stands open at the door (leave-shift.ts): her code, her work, her session at the server.
import type { Tablet } from '#lib/storage/tablet.ts';
import { signOutAtServer } from './ask-session.ts';
import type { DoorPlatform } from './device-platform.ts';
import { leaveShift } from './leave-shift.ts';
import type { OpenWork } from './open-work.ts';

export interface ShiftToEnd {
  platform: DoorPlatform;
  tablet: Tablet | undefined;
  /** Empty where nobody was let in yet. */
  user: string;
  work: OpenWork | undefined;
}

/** Throws as `leaveShift` does. */
export function endShift({ platform, tablet, user, work }: ShiftToEnd): Promise<void> {
  const { session, clock } = platform;
  return leaveShift({
    dropPin: async () => (user === '' ? undefined : tablet?.dropPin(user)),
    upload: async () => work?.sync.uploadNow(),
    signOut: () => work?.signOut() ?? signOutAtServer(session),
    clock,
  });
}
