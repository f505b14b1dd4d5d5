// One person's work, opened: her store, her session upon it, her syncing. Loaded after the first screen is drawn, which
// needs none of it.
import type { Audited } from '#lib/domain/audit-event.ts';
import type { IdSource } from '#lib/domain/document-id.ts';
import { gridOfScope } from '#lib/domain/scopes.ts';
import { hexadecimal } from '#lib/protocol/hexadecimal.ts';
import type { Loss } from '#lib/storage/connections.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import type { Unlocked } from '#lib/storage/tablet.ts';
import { signOutAtServer } from './ask-session.ts';
import { auditDesk, type AuditDesk } from './audit-desk.ts';
import { attentionDesk, type AttentionDesk } from './attention-desk.ts';
import { heldKey, type BoundSession, type HeldKey } from './bound-session.ts';
import type { CareDevice } from './care-device.ts';
import type { DeskWork } from './desk-work.ts';
import type { DevicePlatform, DoorPlatform } from './device-platform.ts';
import type { SyncState } from './device-state.ts';
import { guardedFetch, type GuardedFetch } from './guarded-fetch.ts';
import { FieldSession, type FieldSessionOptions } from './field-session.ts';
import { keptSession, tabletId } from './kept-session.ts';
import { LeaseWatch, type LeaseWatchOptions } from './lease-watch.ts';
import { openHerStore } from './open-her-store.ts';
import { browserRoom, redraw } from './photo-redraw.ts';
import { photoWork, type PhotoWork } from './photo-work.ts';
import { revealNumber, type AskedNumber, type NumberRevealed } from './reveal-desk.ts';
import { serverAnswers } from './server-session.ts';
import { clashDesk, type ClashDesk } from './settle-clash.ts';
import { ShiftDesk } from './shift-desk.ts';
import { SyncRunner } from './sync-runner.ts';

export interface WorkToOpen {
  platform: DoorPlatform;
  user: string;
  unlocked: Pick<Unlocked, 'storeName' | 'key'>;
  /** As the server just said them; undefined where it was not asked. */
  roles: string[] | undefined;
  /** Where the tablet stands now. */
  place: FieldSessionOptions['place'];
  /** How she came in, for the audit. */
  entered: Audited;
  /** See `SyncState.sealed`. */
  countSealed(): Promise<number>;
  /** Of hers on this tablet. */
  changeLease: LeaseWatchOptions['change'];
  leaseEnded(): void;
  changed(): void;
  syncing(state: SyncState): void;
  /** The first download is whole and the roster loaded. */
  downloaded(): void;
  /** The database was taken from under us. */
  lost(loss: Loss): void;
}

export interface OpenWork {
  storeName: string;
  store: DeviceStore;
  session: FieldSession;
  sync: SyncRunner;
  photos: PhotoWork;
  shift: ShiftDesk;
  attention: AttentionDesk;
  clashes: ClashDesk;
  /** Requests: loaded and read when first asked for; a script that did not come is asked for again. */
  desk(): Promise<DeskWork>;
  /** What is restricted: read when it is asked for; a script that did not come is asked for again. */
  care(): Promise<CareDevice>;
  audit: AuditDesk;
  reveal(asked: AskedNumber): Promise<NumberRevealed>;
  /** She has signed in anew; the server said these roles. */
  renewed(roles: string[]): Promise<void>;
  /** Her session at the server ends, whether it hears of it or not. */
  signOut(): Promise<void>;
  close(): void;
}

/** Throws StorageFaults; then nothing is left open. The first round begins at once; a roster that is here is loaded first. */
export async function openWork(asked: WorkToOpen): Promise<OpenWork> {
  const store = await openHerStore(asked.platform, asked.unlocked, (loss) => asked.lost(loss));
  try {
    const work = await workUpon(store, asked);
    // Nobody is kept from her work where it cannot be written down: the tablet may be full of it.
    void work.audit.record(asked.entered).catch(() => undefined);
    // Copies that are too old; that there is no room for it is no matter.
    void work.photos.tidy().catch(() => undefined);
    return { storeName: asked.unlocked.storeName, ...work };
  } catch (error) {
    store.close();
    throw error;
  }
}

async function workUpon(store: DeviceStore, asked: WorkToOpen): Promise<Omit<OpenWork, 'storeName'>> {
  const { platform, user, roles } = asked;
  const { ids } = platform;
  const kept = await keptSession(store, roles && { roles, confirmedAt: ids.nowMs() });
  const session = new FieldSession({
    ...{ store, user, ids, place: asked.place, roles: kept.roles },
    tablet: await tabletId(store, ids),
    changed: () => asked.changed(),
    saved: () => sync.saved(),
  });
  const held = heldKey(store, platform.session);
  await (roles ? held.keep() : held.takeKept());
  const lease = herLease(store, asked);
  const { nowMs } = platform.clock;
  const fetch = guardedFetch(platform.session, user, {
    nowMs,
    contact: (ms) => lease.contact(ms),
    anotherKey: () => held.takeKept(),
  });
  const photos = herPhotos(platform, { store, session, fetch });
  const sync: SyncRunner = herSyncing(asked, { store, session, fetch, lease });
  const shift = new ShiftDesk({ store, session, sync, ids });
  const desk = herDesk(asked, { store, session, sync });
  lease.begin(roles !== undefined);
  if (kept.downloaded) await session.load();
  await sync.start(kept.downloaded);
  return {
    store,
    session,
    sync,
    photos,
    shift,
    attention: herAttention(store, session, ids),
    clashes: clashDesk({ store, session, sync }),
    desk: desk.get,
    ...herServerSession(platform.session, held, sync),
    ...watchedNumbers({ store, session, ids, sync, desk: desk.get }),
    close() {
      held.forget();
      for (const begun of [lease, sync]) begun.stop();
      for (const open of [shift, desk, session]) open.close();
    },
  };
}

function herSyncing(
  asked: WorkToOpen,
  parts: { store: DeviceStore; session: FieldSession; fetch: GuardedFetch; lease: LeaseWatch },
): SyncRunner {
  const { platform, unlocked } = asked;
  const { lease, ...upon } = parts;
  return new SyncRunner({
    ...upon,
    database: platform.session.database,
    clock: platform.clock,
    chance: platform.chance,
    newNonce: () => hexadecimal(platform.ids.randomBytes(16)),
    isOnline: platform.isOnline,
    countSealed: asked.countSealed,
    answers: () => serverAnswers(platform.session),
    exclusively: (work, steal) => platform.exclusively(unlocked.storeName, work, steal),
    log: (event, scope) => platform.log?.(event, scope),
    tell: (state) => asked.syncing(lease.with(state)),
    downloaded: () => asked.downloaded(),
  });
}

const herServerSession = (
  session: BoundSession,
  held: HeldKey,
  sync: SyncRunner,
): Pick<OpenWork, 'renewed' | 'signOut'> => ({
  async renewed(roles) {
    await held.keep();
    await sync.renewed(roles);
  },
  async signOut() {
    // Where the disk takes nothing more the key stays, sealed.
    await Promise.all([signOutAtServer(session), held.drop().catch(() => undefined)]);
  },
});

const herAttention = (store: DeviceStore, session: FieldSession, { nowMs }: IdSource): AttentionDesk =>
  attentionDesk(() => ({ store, model: session.model, eventScopes: session.eventScopes(), nowMs }));

function herDesk({ platform, changed }: WorkToOpen, upon: Pick<OpenWork, 'store' | 'session' | 'sync'>) {
  const { ids, chance } = platform;
  return whenAsked(async () => {
    const { openDesk } = await import('./desk-work.ts');
    return openDesk({ ...upon, ids, chance, changed });
  });
}

/** Made once; where that failed, the next asking tries again. */
function whenAsked<T extends { close(): void }>(make: () => Promise<T>) {
  let made: Promise<T> | undefined;
  let closed = false;
  const begin = async () => {
    const thing = await make();
    if (closed) thing.close();
    return thing;
  };
  return {
    get: () =>
      (made ??= begin().catch((error: unknown) => {
        made = undefined;
        throw error;
      })),
    close() {
      closed = true;
      void made?.then(
        (thing) => thing.close(),
        () => undefined,
      );
    },
  };
}

function herLease(store: DeviceStore, asked: WorkToOpen): LeaseWatch {
  const { ids, clock } = asked.platform;
  return new LeaseWatch({
    store,
    nowMs: ids.nowMs,
    clock,
    change: asked.changeLease,
    syncing: (state) => asked.syncing(state),
    ended: () => asked.leaseEnded(),
  });
}

/** What she sees whole, and the audit that it is written to first. */
function watchedNumbers(parts: {
  store: DeviceStore;
  session: FieldSession;
  ids: IdSource;
  sync: SyncRunner;
  desk: OpenWork['desk'];
}): Pick<OpenWork, 'audit' | 'reveal' | 'care'> {
  const audit = auditDesk(parts);
  const applicantsPhone = async (request: string) => (await parts.desk()).phoneOf(request);
  return {
    audit,
    reveal: (asked) => revealNumber({ ...parts, audit, applicantsPhone }, asked),
    care: async () => (await import('./care-desk.ts')).careDesk({ ...parts, audit }),
  };
}

function herPhotos(
  { ids, clock, session: server, isOnline }: DevicePlatform,
  { store, session, fetch }: { store: DeviceStore; session: FieldSession; fetch: GuardedFetch },
): PhotoWork {
  return photoWork({
    photos: store.photos,
    ids,
    clock,
    database: server.database,
    fetch: (url, init) => fetch.fetch(url, init),
    isOnline,
    gridOf: (household) => gridOfScope(session.model.scopes.get(household) ?? ''),
    redraw,
    room: browserRoom,
  });
}
