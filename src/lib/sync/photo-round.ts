// The photos' part of a round: once in a while whether the server still has what it had, then whatever waits.
import { momentOf, passedMs, type Clock, type Moment } from '#lib/protocol/clock.ts';
import type { Scope } from '#lib/protocol/document.ts';
import type { PhotoQueue } from '#lib/protocol/photo-queue.ts';
import type { Remote } from '#lib/protocol/remote.ts';
import { pushPhotos, type PhotoReport } from './photo-push.ts';
import { recheckPhotos } from './photo-recheck.ts';

/** What is remembered between rounds, in memory alone. */
export interface PhotoSession {
  /** When the server was last asked whether it still has them. */
  photosChecked?: Moment;
}

export interface PhotoRoundPorts {
  queue: PhotoQueue;
  remoteOf(scope: Scope): Remote;
  session: PhotoSession;
  clock: Clock;
  /** Ask now whether the server still has them: a receipt is to be written. */
  lookAgain?: boolean;
  isInterrupted(): Promise<boolean>;
  onProgress(done: number, total: number): void;
}

/** As often as the server's checkpoints are looked at (sync.md 5.1). */
const RECHECK_MS = 3_600_000;

/** Throws StorageFaults. */
export async function photoRound(ports: PhotoRoundPorts): Promise<PhotoReport> {
  const { session, clock } = ports;
  const { photosChecked } = session;
  if (ports.lookAgain || !photosChecked || passedMs(clock, photosChecked) >= RECHECK_MS) {
    const fault = await recheckPhotos(ports);
    if (fault && fault.kind !== 'forbidden' && fault.kind !== 'missing')
      return { sent: 0, refused: 0, left: 0, fault };
    session.photosChecked = momentOf(clock);
  }
  return pushPhotos(ports);
}
