// The page's half of a device: it holds no key and no roster, only what the screen shows now; everything else is in a
// worker. Covering the device ends that worker and replaces the page, and with them goes every key and name in memory
// (security.md 2).
import { proxy, wrap, type Remote } from 'comlink';
import { atMost } from './at-most.ts';
import { changePace } from './change-pace.ts';
import { dayTurn } from './day-turn.ts';
import type { Device } from './device.ts';
import type { Live } from './live-data.ts';
import {
  NOTHING_YET,
  type DevicePhase,
  type SignInOutcome,
  type SignInReason,
  type SyncState,
  type VisitToSave,
} from './device-state.ts';
import workerAddress from './device-worker.ts?worker&url';
import { keepSame } from './keep-same.ts';
import { live } from './live.svelte.ts';
import { LookedAt } from './looked-at.svelte.ts';
import { beginPageAnew, pageBegunAfter, type LeftBehind } from './page-anew.ts';
import { realClock } from './real-clock.ts';
import { shownAtOnce } from './shown-at-once.ts';
import { answerTo, openShiftChannel, userOf, type ShiftNews } from './shift-news.ts';
import { trustedScript } from './trusted-script.ts';
import type { DeviceWorker, Wake, WorkerEvent } from './worker-contract.ts';

/** While somebody looks at the screen, the sentence on top is at most so old. */
const LOOK_EVERY_MS = 15_000;
/** How long a cover waits for the worker to finish its writes, and the end of a shift for its part; it allows itself less. */
const QUIESCE_MS = 3_000;
const LEAVE_MS = 20_000;

class PageDevice implements Device {
  phase = $state.raw<DevicePhase>({ phase: 'starting' });
  sync = $state.raw<SyncState>(NOTHING_YET);
  #version = $state(0);
  readonly #pace = changePace(realClock, () => this.#version++);
  readonly #own = shownAtOnce(() => this.#remote, this.#pace);
  readonly #day = dayTurn(realClock, () => this.#pace.changed());
  #shift = openShiftChannel();
  #looked = new LookedAt(
    () => this.phase.phase === 'open',
    (looked) => void this.#remote.watch(looked),
  );
  /** Somebody's name or more stood on this page. */
  #toldNames = false;
  #worker!: Worker;
  #remote!: Remote<DeviceWorker>;

  constructor() {
    this.#begin(pageBegunAfter());
    const wake = (reason: Wake) => {
      this.#day.looked();
      void this.#remote.wake(reason);
    };
    addEventListener('online', () => wake('online'));
    addEventListener('offline', () => wake('offline'));
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') wake('visible');
    });
    // From the browser's own cache of pages, and from another window beside this one.
    for (const event of ['pageshow', 'focus']) addEventListener(event, () => wake('visible'));
    this.#shift.onNews((news) => this.#heardNews(news));
    setInterval(() => {
      if (document.visibilityState === 'visible') wake('look');
    }, LOOK_EVERY_MS);
  }

  #begin(after?: LeftBehind): void {
    const worker = new Worker(trustedScript(workerAddress), { type: 'module', name: 'device' });
    this.#worker = worker;
    worker.addEventListener('error', () => {
      if (worker === this.#worker && this.phase.phase === 'starting') {
        this.phase = { phase: 'broken', reason: 'storageBroken' };
      }
    });
    this.#remote = wrap<DeviceWorker>(worker);
    const listener = (event: WorkerEvent) => {
      if (worker === this.#worker) this.#heard(event);
    };
    void this.#remote.start(proxy(listener), after);
  }

  /** What happened in another tab. */
  #heardNews(news: ShiftNews): void {
    const answer = answerTo(news, this.phase);
    if (answer === 'stay') return;
    this.phase = { phase: 'starting' };
    void this.#restart(answer === 'leave' ? 'shiftEnded' : undefined);
  }

  /** Once somebody is in here, nobody else's work stays open in another tab. */
  async #toldOthers(user: string, entering: Promise<SignInOutcome>): Promise<SignInOutcome> {
    const result = await entering;
    if (result.outcome === 'choosePin') this.#shift.tell({ kind: 'began', user: user.trim() });
    return result;
  }

  #heard(event: WorkerEvent): void {
    if (event.kind === 'phase') {
      const before = this.phase;
      this.phase = event.phase;
      if (event.phase.phase === 'signIn') this.#closedFromWithin(before, event.phase.reason);
      if (event.phase.phase === 'lost') void this.#forget(event.phase.step);
      else this.#toldNames ||= event.phase.phase !== 'starting';
    } else if (event.kind === 'changed') this.#pace.changed();
    else {
      this.sync = keepSame(this.sync, event.sync);
      this.#pace.syncing(event.sync.activity !== 'idle' || event.sync.elsewhere);
    }
  }

  /** Her work ended by itself: with it goes the page that showed it, as with the lock. */
  #closedFromWithin(before: DevicePhase, reason: SignInReason | undefined): void {
    const wasOpen = before.phase === 'open' || before.phase === 'download' || before.phase === 'choosePin';
    if (wasOpen && (reason === 'leaseEnded' || reason === 'personEnded')) void this.#restart(reason);
  }

  /** The tablet is lost: what the page itself keeps goes too, and then the page. */
  async #forget(step: 'wiping' | 'wiped' | 'reported'): Promise<void> {
    const { forgetPage } = await import('./forget-page.ts');
    forgetPage();
    if (step === 'wiping' || !this.#toldNames) return;
    this.#toldNames = false;
    await this.#restart();
  }

  #live<T>(ask: () => Promise<T>): Live<T> {
    return live(
      () => this.phase.phase === 'open',
      () => this.#version,
      ask,
    );
  }

  /** Ends the worker after its writes, and the page; what comes after them knows only what stands on the disk. */
  async #restart(after?: LeftBehind): Promise<void> {
    const ending = this.#worker;
    try {
      // A worker that hangs or died is not waited for: its key must go.
      await atMost(this.#remote.quiesce(), QUIESCE_MS);
    } finally {
      ending.terminate();
      if (!beginPageAnew(after)) this.#begin(after);
    }
  }

  signIn = (user: string, password: string, oldPassword?: string) =>
    this.#toldOthers(user, this.#remote.signIn(user, password, oldPassword));
  startAnew = (user: string, password: string) =>
    this.#toldOthers(user, this.#remote.startAnew(user, password));
  choosePin: Device['choosePin'] = (pin, place) => this.#remote.choosePin(pin, place);
  tabletPlace = () => this.#remote.tabletPlace();
  changePlace: Device['changePlace'] = (place, password) => this.#remote.changePlace(place, password);
  unlock = (pin: string) => this.#remote.unlock(pin);

  async lock(by: 'hand' | 'idleness'): Promise<void> {
    const user = userOf(this.phase);
    if (user === undefined || this.phase.phase === 'covered') return;
    if (by === 'hand') this.#shift.tell({ kind: 'covered', user });
    this.phase = { phase: 'starting' };
    await this.#restart();
  }

  async endShift(): Promise<void> {
    const user = userOf(this.phase);
    if (user !== undefined) this.#shift.tell({ kind: 'ended', user });
    try {
      await atMost(this.#remote.endShift(), LEAVE_MS);
    } finally {
      // Whatever went wrong, no roster stays on the screen of somebody who has left.
      this.phase = { phase: 'starting' };
      await this.#restart('shiftEnded');
    }
  }

  watchToday = () => this.#live(() => this.#remote.today());
  watchBuildings = () => this.#live(() => this.#remote.buildings());
  watchMatrix = (which: () => { building: string; unit: string }) =>
    this.#live(() => {
      const { building, unit } = which();
      return this.#remote.matrix(building, unit);
    });
  watchHousehold = (id: () => string) => this.#live(() => this.#remote.household(id()));
  search = (text: string, limit: number) => this.#remote.search(text, limit);
  administer: Device['administer'] = (call) => this.#remote.administer($state.snapshot(call));
  reveal: Device['reveal'] = (asked) => this.#remote.reveal({ ...asked });

  openCare: Device['openCare'] = (asked) => this.#remote.openCare({ ...asked });
  putCare: Device['putCare'] = (wanted) => this.#remote.putCare({ ...wanted });
  endCare: Device['endCare'] = (wanted) => this.#remote.endCare({ ...wanted });
  startVisit: Device['startVisit'] = (key) => this.#remote.startVisit(key);
  saveDraft: Device['saveDraft'] = (key, value, startedAt) =>
    this.#own.saveDraft(key, $state.snapshot(value), startedAt);
  dropDraft: Device['dropDraft'] = (key) => this.#own.dropDraft(key);
  saveVisit: Device['saveVisit'] = (visit) => this.#own.saveVisit($state.snapshot(visit) as VisitToSave);
  takePhoto: Device['takePhoto'] = (key, picture) => this.#own.takePhoto({ ...key }, picture);
  removePhoto = (photo: string) => this.#own.removePhoto(photo);
  restorePhoto = (photo: string) => this.#own.restorePhoto(photo);
  readPhoto: Device['readPhoto'] = (asked) => this.#remote.readPhoto($state.snapshot(asked));
  watchUnreadable = () => this.#live(() => this.#remote.unreadable());
  uploadFormer = (formerPassword: string) => this.#remote.uploadFormer(formerPassword);
  listWaiting: Device['listWaiting'] = () => this.#remote.listWaiting();
  uploadNow = () => this.#remote.uploadNow();
  tabletNumber = () => this.#remote.tabletNumber();

  async beginAnew(): Promise<void> {
    await this.#remote.beginAnew();
    await this.#restart();
  }

  followNews: Device['followNews'] = (looked) => this.#looked.while(looked);

  watchRefused = () => this.#live(() => this.#remote.refused());
  sendAgain: Device['sendAgain'] = ({ what, action }) => this.#own.sendAgain({ what, action });
  refusedFile: Device['refusedFile'] = ({ what, action }) => this.#remote.refusedFile({ what, action });
  setAside: Device['setAside'] = ({ what, action }) => this.#own.setAside({ what, action });
  lookOnce = (user: string, password: string, why: string) => this.#remote.lookOnce(user, password, why);
  async endLook(): Promise<void> {
    this.phase = { phase: 'starting' };
    await this.#restart();
  }
  watchErased = () => this.#live(() => this.#remote.erased());
  erasedSeen = (count: number) => this.#remote.erasedSeen(count);
  listLeft = () => this.#remote.listLeft();
  exportLeft = () => this.#remote.exportLeft();
  handInLeft = () => this.#remote.handInLeft();
  watchClashes = () => this.#live(() => this.#remote.clashes());
  settleClash: Device['settleClash'] = (document, decision) =>
    this.#own.settleClash(document, $state.snapshot(decision) as typeof decision);
  watchDesk: Device['watchDesk'] = (query) => this.#live(() => this.#remote.desk({ ...query() }));
  watchRequest = (id: () => string) => this.#live(() => this.#remote.request(id()));
  readIntake = () => this.#remote.readIntake();
  takeRequest: Device['takeRequest'] = (typed) => this.#own.takeRequest($state.snapshot(typed));
  keepIntake: Device['keepIntake'] = (typed) => this.#remote.keepIntake($state.snapshot(typed));
  addSteps: Device['addSteps'] = (request, steps) => this.#own.addSteps(request, $state.snapshot(steps));
  handIn: Device['handIn'] = () => this.#own.handIn();
  watchReceipts = () => this.#live(() => this.#remote.receipts());
  watchBoard = (scanned: () => string | undefined) => this.#live(() => this.#remote.board(scanned()));
  watchRoundFacts = () => this.#live(() => this.#remote.roundFacts());
}

/** Makes the device of this page; once, in the root layout. Needs IndexedDB, WebCrypto and module workers. */
export function openDevice(): Device {
  return new PageDevice();
}
