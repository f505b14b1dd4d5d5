// One person's work, opened: her store, her session upon it, her syncing. Loaded after the first screen is drawn, which
// needs none of it.
import { opaqueReferenceOf } from '#lib/domain/opaque-reference.ts';
import type { IdSource } from '#lib/domain/document-id.ts';
import { hexadecimal } from '#lib/protocol/hexadecimal.ts';
import { openStore } from '#lib/storage/open-store.ts';
import { aesGcmCipher } from '#lib/storage/sealing.ts';
import type { Unlocked } from '#lib/storage/tablet.ts';
import type { DevicePlatform } from './device-platform.ts';
import type { SyncState } from './device-state.ts';
import { guardedFetch } from './guarded-fetch.ts';
import { FieldSession } from './field-session.ts';
import { keptSession, tabletId } from './kept-session.ts';
import { SyncRunner } from './sync-runner.ts';

export interface WorkToOpen {
  platform: DevicePlatform;
  user: string;
  unlocked: Pick<Unlocked, 'storeName' | 'key'>;
  /** As the server just said them; undefined where it was not asked. */
  roles: string[] | undefined;
  changed(): void;
  syncing(state: SyncState): void;
  /** The first download is whole and the roster loaded. */
  downloaded(): void;
  /** The database was closed under us. */
  lost(): void;
}

export interface OpenWork {
  session: FieldSession;
  sync: SyncRunner;
  close(): void;
}

/** Throws StorageFaults. The first round begins at once; where a roster is here, it is loaded before this answers. */
export async function openWork(asked: WorkToOpen): Promise<OpenWork> {
  const { platform, user, unlocked, roles } = asked;
  const { ids, clock } = platform;
  const store = await openStore({
    name: unlocked.storeName,
    cipher: aesGcmCipher(unlocked.key),
    referenceOf: opaqueReferenceOf,
    nowMs: ids.nowMs,
    randomBytes: ids.randomBytes,
    channel: new BroadcastChannel(unlocked.storeName),
    onClosed: () => asked.lost(),
  });
  const kept = await keptSession(store, roles && { roles, confirmedAt: ids.nowMs() });
  const session = new FieldSession({
    store,
    user,
    roles: kept.roles,
    tablet: await tabletId(store, ids),
    ids,
    changed: () => asked.changed(),
    saved: () => sync.saved(),
  });
  const sync = new SyncRunner({
    store,
    session,
    database: platform.session.database,
    fetch: guardedFetch(platform.session, user, roles !== undefined),
    clock,
    chance: platform.chance,
    newNonce: () => nonceOf(ids),
    isOnline: platform.isOnline,
    exclusively: (work) => platform.exclusively(unlocked.storeName, work),
    tell: (state) => asked.syncing(state),
    downloaded: () => asked.downloaded(),
  });
  if (kept.downloaded) await session.load();
  return {
    session,
    sync: await started(sync, kept.downloaded),
    close() {
      sync.stop();
      session.close();
    },
  };
}

const nonceOf = (ids: IdSource) => hexadecimal(ids.randomBytes(16));

async function started(sync: SyncRunner, downloaded: boolean): Promise<SyncRunner> {
  await sync.start(downloaded);
  return sync;
}
