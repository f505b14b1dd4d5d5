// The worker's half of a device: every call of the page, answered by the door or by what is open behind it.
// Invariant: what shows or writes something of hers goes through `opened`, which throws while the device is covered.
import { newsScopes, type Looked } from '#lib/domain/news-scopes.ts';
import type { DeskQuery } from '#lib/domain/desk-rows.ts';
import type { NewRequest, NewStep } from '#lib/domain/plan-request.ts';
import type { AdministrationCall } from '#lib/domain/administration.ts';
import type { ClashDecision } from '#lib/domain/clashes.ts';
import { DeviceDoor } from './device-door.ts';
import type { DevicePlatform } from './device-platform.ts';
import type { FormerUpload, VisitToSave } from './device-state.ts';
import type { TabletPlace } from '#lib/storage/tablet-place.ts';
import type { DraftKey } from './draft-key.ts';
import type { AskedNumber } from './reveal-desk.ts';
import type { AskedPhoto } from './photo-state.ts';
import type { LastLookOutcome } from './last-look-device.ts';
import type { LeftDesk } from './left-desk.ts';
import type { LeftBehind } from './page-anew.ts';
import type { RefusedKey } from './refused-row.ts';
import { TabletWatch } from './tablet-watch.ts';
import type { DeviceWorker, Wake, WorkerEvent } from './worker-contract.ts';

export class DeviceCore implements DeviceWorker {
  readonly #tablet: TabletWatch;
  readonly #door: DeviceDoor;

  constructor(options: DevicePlatform) {
    this.#tablet = new TabletWatch({
      platform: options,
      close: () => this.#letGo(),
      ended: (users) => this.#door.endPeople(users),
    });
    this.#door = new DeviceDoor({ ...options, session: this.#tablet.session });
  }

  start = (listener: (event: WorkerEvent) => void, after?: LeftBehind) =>
    this.#tablet.begin(listener, (tell) => this.#door.start(tell, after));
  signIn = (user: string, password: string, oldPassword?: string) =>
    this.#door.signIn(user, password, oldPassword);
  startAnew = (user: string, password: string) => this.#door.startAnew(user, password);
  choosePin = (pin: string, place?: TabletPlace) => this.#door.choosePin(pin, place);
  tabletPlace = async () => this.#door.place.current;
  async changePlace(place: TabletPlace, password: string) {
    const { user } = this.#session.person();
    const changed = await this.#door.write(this.#door.place.change(place, { user, password }));
    if (changed.outcome === 'changed') void this.uploadNow();
    return changed;
  }
  unlock = (pin: string) => this.#door.unlock(pin);
  endShift = () => this.#door.endShift();
  quiesce = () => this.#door.quiesce();
  tabletNumber = () => this.#tablet.number();
  beginAnew = () => this.#tablet.beginAnew();

  wake(reason: Wake): void {
    const { work } = this.#door;
    if (work) work.sync.wake(reason);
    else if (reason !== 'offline') void this.#tablet.look();
  }

  watch(looked: readonly Looked[]): void {
    const { work } = this.#door;
    work?.sync.watch(newsScopes(looked, work.session.scopes(), work.session.today));
  }

  uploadNow = async () => this.#door.work?.sync.uploadNow();

  today = async () => this.#session.todayView();
  buildings = async () => this.#session.buildings();
  matrix = async (building: string, unit: string) => this.#session.matrix(building, unit);
  household = async (id: string) => this.#session.household(id);
  search = async (text: string, limit: number) => this.#session.search(text, limit);
  administer = async (call: AdministrationCall) => {
    this.#door.opened();
    return (await import('./administer.ts')).administer(this.#door.platform.session, call);
  };
  reveal = async (asked: AskedNumber) => this.#door.write(this.#door.opened().reveal(asked));
  openCare: DeviceWorker['openCare'] = async (asked) =>
    this.#door.write((await this.#door.opened().care()).openCare(asked));
  putCare: DeviceWorker['putCare'] = async (wanted) =>
    this.#door.write((await this.#door.opened().care()).putCare(wanted));
  endCare: DeviceWorker['endCare'] = async (wanted) =>
    this.#door.write((await this.#door.opened().care()).endCare(wanted));
  startVisit = async (key: DraftKey) => this.#session.startVisit(key);
  saveDraft = async (key: DraftKey, value: unknown, startedAt: string) =>
    this.#door.write(this.#session.saveDraft(key, { value, startedAt }));
  dropDraft = async (key: DraftKey) => this.#door.write(this.#session.dropDraft(key));
  saveVisit = async (visit: VisitToSave) => this.#door.write(this.#session.saveVisit(visit));
  takePhoto = async (key: DraftKey, picture: Blob) => this.#door.write(this.#photos.take(key, picture));
  removePhoto = async (photo: string) => this.#door.write(this.#photos.remove(photo));
  restorePhoto = async (photo: string) => this.#door.write(this.#photos.restore(photo));
  readPhoto = async (asked: AskedPhoto) => this.#photos.read(asked);
  unreadable = async () => this.#session.unreadable();
  listWaiting = async () => this.#session.listWaiting();

  async uploadFormer(password: string): Promise<FormerUpload> {
    const { user } = this.#session.person();
    const { tablet, platform } = this.#door;
    if (!tablet) return { outcome: 'wrong' };
    const { uploadFormer } = await import('./former-work.ts');
    const result = await this.#door.write(uploadFormer({ platform, tablet, user, password }));
    await this.#door.work?.sync.recountSealed();
    await this.uploadNow();
    return result;
  }

  lookOnce = async (user: string, password: string, why: string): Promise<LastLookOutcome> => {
    const { platform, tablet, work } = this.#door;
    if (work || !tablet) return { outcome: 'notEnded' };
    const loaded = await import('./last-look.ts').catch(() => undefined);
    if (!loaded) return { outcome: 'notLoaded' };
    return this.#door.write(loaded.lookOnce({ platform, tablet, user, password, why }));
  };

  listLeft = async () => (await this.#left()).listLeft();
  exportLeft = async () => (await this.#left()).exportLeft(this.#door.platform.clock.nowMs());
  handInLeft = async () => {
    const { session, storeName } = this.#door.opened();
    const { platform, user } = this.#door;
    return (await this.#left()).handInLeft({ platform, user, storeName, scopes: session.scopes() });
  };

  refused = async () => this.#attention.list();
  sendAgain = async (row: RefusedKey) => {
    const outcome = await this.#door.write(this.#attention.sendAgain(row));
    if (outcome.outcome !== 'gone') void this.uploadNow();
    return outcome;
  };
  /** Written down before it leaves; unsent work goes out of a full tablet all the same. */
  async refusedFile(row: RefusedKey) {
    const { attention, audit } = this.#door.opened();
    const file = await attention.file(row);
    await this.#door.write(audit.record({ what: 'exported', count: file.documents.length }));
    return file;
  }
  erased = async () => this.#attention.erased();
  erasedSeen = async (count: number) => this.#door.write(this.#attention.erasedSeen(count));
  setAside = async (row: RefusedKey) => this.#door.write(this.#attention.setAside(row));

  clashes = async () => this.#clashes.list();
  settleClash = async (document: string, decision: ClashDecision) =>
    this.#door.write(this.#clashes.settle(document, decision));

  desk = async (query: DeskQuery) => (await this.#desk()).view(query);
  request = async (id: string) => (await this.#desk()).request(id);
  readIntake = async () => (await this.#desk()).intake();
  takeRequest = async (typed: NewRequest) => this.#door.write((await this.#desk()).take(typed));
  keepIntake = async (typed: NewRequest | undefined) =>
    this.#door.write((await this.#desk()).keepIntake(typed));
  addSteps = async (request: string, steps: NewStep[]) =>
    this.#door.write((await this.#desk()).addSteps(request, steps));

  handIn = async () => this.#door.write(this.#shift.handIn());
  receipts = async () => this.#shift.receipts();
  board = async (scanned?: string) => this.#shift.board(scanned);
  roundFacts = async () => this.#shift.beforeRound();

  /** Nothing of this worker stands in the way of clearing the tablet. */
  async #letGo(): Promise<void> {
    await this.#door.quiesce();
    this.#door.tablet?.close();
  }

  #desk() {
    return this.#door.opened().desk();
  }

  async #left(): Promise<LeftDesk> {
    const { leftDesk } = await import('./left-desk.ts');
    return leftDesk(this.#door.work?.storeName);
  }

  get #attention() {
    return this.#door.opened().attention;
  }

  get #clashes() {
    return this.#door.opened().clashes;
  }

  get #shift() {
    return this.#door.opened().shift;
  }

  get #photos() {
    return this.#door.opened().photos;
  }

  get #session() {
    return this.#door.opened().session;
  }
}
