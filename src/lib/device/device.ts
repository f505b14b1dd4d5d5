// The device as a screen sees it: the contract between routes and everything below them. Made once in the root layout
// and handed down by context. Invariants: no method waits for the network but `signIn` and `uploadNow`; "saved" is
// answered only after the transaction completed; while `phase` is not `open`, no query answers anything.
import { getContext, setContext } from 'svelte';
import type {
  BuildingRow,
  HouseholdView,
  MatrixView,
  SearchView,
  TodayView,
} from '#lib/domain/field-views.ts';
import type { Looked } from '#lib/domain/news-scopes.ts';
import type { DraftKey } from './draft-key.ts';
import type { Live } from './live-data.ts';
import type { AskedNumber, NumberRevealed } from './reveal-desk.ts';
import type { VisitStart } from './visit-start.ts';
import type { AskedPhoto, PhotoRead, PhotoTaken } from './photo-state.ts';
import type { AdministrationDevice } from './administration-device.ts';
import type { TabletPlace } from '#lib/storage/tablet-place.ts';
import type { PlaceChanged } from './place-of-tablet.ts';
import type { CareDevice } from './care-device.ts';
import type { AttentionDevice } from './attention-device.ts';
import type { ClashDevice } from './clash-device.ts';
import type { DeskDevice } from './desk-device.ts';
import type { LastLookDevice } from './last-look-device.ts';
import type { LeftWorkDevice } from './left-work-device.ts';
import type { ShiftDevice } from './shift-device.ts';
import type {
  DevicePhase,
  FormerUpload,
  SaveOutcome,
  SignInOutcome,
  SyncState,
  Unreadable,
  UnlockOutcome,
  VisitToSave,
  WaitingRow,
} from './device-state.ts';

export interface Device
  extends
    AdministrationDevice,
    AttentionDevice,
    CareDevice,
    ClashDevice,
    DeskDevice,
    ShiftDevice,
    LeftWorkDevice,
    LastLookDevice {
  /** Reactive. */
  readonly phase: DevicePhase;
  /** Reactive. */
  readonly sync: SyncState;

  /** With the server where it answers; else the local unlock by password where this person was here before. */
  signIn(user: string, password: string, oldPassword?: string): Promise<SignInOutcome>;
  /**
   * Where the old password is forgotten: the server takes this one, and she begins with an empty tablet. What she had
   * stays sealed beside it; `uploadFormer` sends it once the old password is known again.
   */
  startAnew(user: string, password: string): Promise<SignInOutcome>;
  /** `place`: where this tablet stands, from whoever is the first to say it. */
  choosePin(pin: string, place?: TabletPlace): Promise<void>;
  /** Undefined until somebody has said it. */
  tabletPlace(): Promise<TabletPlace | undefined>;
  /** With the password of whoever is signed in. To a desk: what is restricted goes from this tablet at once. */
  changePlace(place: TabletPlace, password: string): Promise<PlaceChanged>;
  unlock(pin: string): Promise<UnlockOutcome>;
  /** Covers at once; the key leaves memory. By hand: in the other tabs of this tablet, too. */
  lock(by: 'hand' | 'idleness'): Promise<void>;
  /** Leaves the tablet: the PIN no longer opens, the password is asked next time. Unsent work stays and is counted. */
  endShift(): Promise<void>;

  /** Live queries; call during component initialisation. The function is re-run when its reactive inputs or the store change. */
  watchToday(): Live<TodayView>;
  watchBuildings(): Live<BuildingRow[]>;
  watchMatrix(which: () => { building: string; unit: string }): Live<MatrixView | null>;
  watchHousehold(id: () => string): Live<HouseholdView | null>;
  /** Empty text answers nothing. Names, pinyin, initials, doors; at most `limit` hits. */
  search(text: string, limit: number): Promise<SearchView>;
  /** The whole number, after it was written down who saw it; without that, none. */
  reveal(asked: AskedNumber): Promise<NumberRevealed>;

  startVisit(key: DraftKey): Promise<VisitStart | null>;
  saveDraft(
    key: DraftKey,
    value: unknown,
    startedAt: string,
  ): Promise<{ outcome: 'kept' | 'full' | 'failed' }>;
  dropDraft(key: DraftKey): Promise<void>;
  saveVisit(visit: VisitToSave): Promise<SaveOutcome>;

  /** Draws a picture anew, small and without what tells of its place, and keeps it sealed with the unfinished form. */
  takePhoto(key: DraftKey, picture: Blob): Promise<PhotoTaken>;
  /** From its unfinished form; it can be put back until that is saved or dropped. */
  removePhoto(photo: string): Promise<'done' | 'gone'>;
  restorePhoto(photo: string): Promise<'done' | 'gone'>;
  /** From this tablet, else from the server; waits for the network at most a minute. */
  readPhoto(asked: AskedPhoto): Promise<PhotoRead>;

  watchUnreadable(): Live<Unreadable>;
  uploadFormer(formerPassword: string): Promise<FormerUpload>;

  /** What this tablet is called between people and by an administrator; undefined where the browser keeps nothing. */
  tabletNumber(): Promise<string | undefined>;
  /** A tablet that was wiped, and has said so, begins as a new one. */
  beginAnew(): Promise<void>;

  /** Ages of what waits: oldest first, at most 100. */
  listWaiting(): Promise<WaitingRow[]>;
  /** While this component is drawn and the page is seen, what others do there comes within seconds. In initialisation. */
  followNews(looked: Looked): void;
  uploadNow(): Promise<void>;
}

const KEY = Symbol('device');
export const provideDevice = (device: Device): Device => setContext(KEY, device);
export const useDevice = (): Device => getContext<Device>(KEY);
