// What a device needs of the browser it runs in; tests bring their own.
import type { IdSource } from '#lib/domain/document-id.ts';
import type { Clock } from '#lib/protocol/clock.ts';
import type { SessionPort } from './ask-session.ts';
import type { BoundSession } from './bound-session.ts';

export interface DevicePlatform {
  session: SessionPort;
  ids: IdSource;
  clock: Clock;
  /** In [0, 1). */
  chance(): number;
  /**
   * Runs the work with this lock of the tablet held; undefined where another tab holds it, unless it is to be stolen: then
   * that tab is thrown `fenced` when its work has ended.
   */
  exclusively<T>(lock: string, work: () => Promise<T>, steal?: boolean): Promise<T | undefined>;
  /** Is there a network, as the browser knows it. */
  isOnline(): boolean;
  /** For whoever looks after the tablet: codes and scopes, never names. */
  log?(event: string, scope: string): void;
}

/** Behind the door requests say the key of the session. */
export interface DoorPlatform extends DevicePlatform {
  session: BoundSession;
}
