// What the page and its worker say to one another (over comlink). Everything that crosses is plain data.
import type {
  BuildingRow,
  HouseholdView,
  MatrixView,
  SearchView,
  TodayView,
} from '#lib/domain/field-views.ts';
import type {
  DevicePhase,
  SaveOutcome,
  SignInOutcome,
  SyncState,
  UnlockOutcome,
  VisitToSave,
  WaitingRow,
} from './device-state.ts';
import type { DraftKey, VisitStart } from './device.ts';

export type WorkerEvent =
  | { kind: 'phase'; phase: DevicePhase }
  | { kind: 'sync'; sync: SyncState }
  /** Something a screen may show has changed: ask again. */
  | { kind: 'changed' };

/** Why the worker should look whether there is something to do. */
export type Wake = 'online' | 'offline' | 'visible';

/** The worker's side. It holds keys, store, roster and sync; it ends when the device is covered. */
export interface DeviceWorker {
  start(listener: (event: WorkerEvent) => void): Promise<void>;
  signIn(user: string, password: string, oldPassword?: string): Promise<SignInOutcome>;
  choosePin(pin: string): Promise<void>;
  unlock(pin: string): Promise<UnlockOutcome>;
  endShift(): Promise<void>;
  /** Waits for writes under way (at most 2 s), so that the worker may be ended. */
  quiesce(): Promise<void>;
  wake(reason: Wake): void;

  today(): Promise<TodayView>;
  buildings(): Promise<BuildingRow[]>;
  matrix(building: string, unit: string): Promise<MatrixView | null>;
  household(id: string): Promise<HouseholdView | null>;
  search(text: string, limit: number): Promise<SearchView>;
  phone(resident: string, position: number): Promise<string | undefined>;

  startVisit(key: DraftKey): Promise<VisitStart | null>;
  saveDraft(
    key: DraftKey,
    value: unknown,
    startedAt: string,
  ): Promise<{ outcome: 'kept' | 'full' | 'failed' }>;
  dropDraft(key: DraftKey): Promise<void>;
  saveVisit(visit: VisitToSave): Promise<SaveOutcome>;
  listWaiting(): Promise<WaitingRow[]>;
  uploadNow(): Promise<void>;
}
