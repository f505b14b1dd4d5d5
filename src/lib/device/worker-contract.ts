// What the page and its worker say to one another (over comlink). Everything that crosses is plain data.
import type { BuildingRow, HouseholdView, MatrixView, TodayView } from '#lib/domain/field-views.ts';
import type { ClashRow } from '#lib/domain/clashes.ts';
import type { DeskQuery } from '#lib/domain/desk-rows.ts';
import type { DeskView, RequestView } from '#lib/domain/desk-views.ts';
import type { Looked } from '#lib/domain/news-scopes.ts';
import type { BoardView } from '#lib/domain/shift-board.ts';
import type { RefusedRow } from './refused-row.ts';
import type { DevicePhase, SyncState, Unreadable } from './device-state.ts';
import type { Device } from './device.ts';
import type { LeftBehind } from './page-anew.ts';
import type { ReceiptView } from './receipt-view.ts';
import type { RoundFacts } from './round-facts.ts';

export type WorkerEvent =
  | { kind: 'phase'; phase: DevicePhase }
  | { kind: 'sync'; sync: SyncState }
  /** Something a screen may show has changed: ask again. */
  | { kind: 'changed' };

/** Why the worker should look whether there is something to do. */
export type Wake = 'online' | 'offline' | 'visible' | 'look';

/** What the page passes on as it stands. */
type PassedOn =
  | 'signIn'
  | 'startAnew'
  | 'choosePin'
  | 'tabletPlace'
  | 'changePlace'
  | 'unlock'
  | 'endShift'
  | 'search'
  | 'reveal'
  | 'administer'
  | 'openCare'
  | 'putCare'
  | 'endCare'
  | 'startVisit'
  | 'saveDraft'
  | 'dropDraft'
  | 'saveVisit'
  | 'takePhoto'
  | 'removePhoto'
  | 'restorePhoto'
  | 'readPhoto'
  | 'listWaiting'
  | 'uploadFormer'
  | 'uploadNow'
  | 'tabletNumber'
  | 'beginAnew'
  | 'sendAgain'
  | 'refusedFile'
  | 'lookOnce'
  | 'listLeft'
  | 'exportLeft'
  | 'handInLeft'
  | 'setAside'
  | 'erasedSeen'
  | 'handIn'
  | 'settleClash'
  | 'readIntake'
  | 'takeRequest'
  | 'keepIntake'
  | 'addSteps';

/** The worker's side. It holds keys, store, roster and sync; it ends when the device is covered. */
export interface DeviceWorker extends Pick<Device, PassedOn> {
  /** `after`: what the worker before this one ended with. */
  start(listener: (event: WorkerEvent) => void, after?: LeftBehind): Promise<void>;
  /** Waits for writes under way (at most 2 s), so that the worker may be ended. */
  quiesce(): Promise<void>;
  wake(reason: Wake): void;
  /** Somebody looks at these, and at nothing else. */
  watch(looked: readonly Looked[]): void;

  today(): Promise<TodayView>;
  buildings(): Promise<BuildingRow[]>;
  matrix(building: string, unit: string): Promise<MatrixView | null>;
  household(id: string): Promise<HouseholdView | null>;
  unreadable(): Promise<Unreadable>;
  refused(): Promise<RefusedRow[]>;
  erased(): Promise<number>;
  clashes(): Promise<ClashRow[]>;
  receipts(): Promise<ReceiptView[]>;
  board(scanned?: string): Promise<BoardView>;
  roundFacts(): Promise<RoundFacts>;
  desk(query: DeskQuery): Promise<DeskView>;
  request(id: string): Promise<RequestView | null>;
}
