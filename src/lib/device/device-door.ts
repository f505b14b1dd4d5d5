// The door of a device, in its worker: which phase it is in, who is signed in, what is open. One person at a time.
// Invariants: the data key lives in this worker only and ends with it; a phase is told before a command that led to it
// answers; whatever fails below, the answer is one of the outcomes a screen has words for; of two ways in at once one
// opens, and its work goes on.
import { createSerial } from '#lib/protocol/serial.ts';
import type { Loss } from '#lib/storage/connections.ts';
import { openTablet, type Tablet, type Unlocked } from '#lib/storage/tablet.ts';
import type { TabletPlace } from '#lib/storage/tablet-place.ts';
import { boundSession } from './bound-session.ts';
import { behindDoor, loadAhead, type BehindDoor } from './behind-door.ts';
import { closedDoor, doorOf, dropOtherPins, endedHere, hasLeaseEnded } from './closed-door.ts';
import { brokenReason, LOST, lossAsFault, signInFault } from './broken-reason.ts';
import {
  NOTHING_YET,
  type DevicePhase,
  type PersonName,
  type SignInOutcome,
  type SignInReason,
  type SyncState,
  type UnlockOutcome,
} from './device-state.ts';
import type { DevicePlatform, DoorPlatform } from './device-platform.ts';
import { endShift } from './end-shift.ts';
import type { Entering } from './enter.ts';
import type { OpenWork } from './open-work.ts';
import type { LeftBehind } from './page-anew.ts';
import { PlaceOfTablet } from './place-of-tablet.ts';
import { wayIn } from './way-in.ts';
import type { WorkerEvent } from './worker-contract.ts';
import { writesUnderWay, type WritesUnderWay } from './writes-under-way.ts';

const EMPTY_PHASES = new Set<DevicePhase['phase']>(['starting', 'signIn', 'covered', 'broken']);

export class DeviceDoor {
  readonly platform: DoorPlatform;
  readonly #behind: BehindDoor;
  #tell: (event: WorkerEvent) => void = () => undefined;
  #tablet: Tablet | undefined;
  #phase: DevicePhase = { phase: 'starting' };
  #work: OpenWork | undefined;
  /** Until the PIN of the shift is chosen. */
  #wrapForPin: ((pin: string) => Promise<void>) | undefined;
  #who: PersonName = { user: '', name: '' };
  #entering: Promise<SignInOutcome> | undefined;
  readonly #inTurn = createSerial();
  /** Her name is known here, so she has had a roster here; now there is none. */
  #wiped = false;
  readonly #writes: WritesUnderWay;
  readonly place = new PlaceOfTablet();

  constructor(options: DevicePlatform, behind = behindDoor) {
    this.platform = { ...options, session: boundSession(options.session, options.ids) };
    this.#writes = writesUnderWay(options.clock);
    this.#behind = behind;
  }

  async start(listener: (event: WorkerEvent) => void, after?: LeftBehind): Promise<void> {
    this.#tell = listener;
    try {
      this.#tablet = await this.place.load(await openTablet({ nowMs: this.platform.ids.nowMs }));
      await this.#showDoor(after);
      void loadAhead(this.#behind, this.platform.clock);
    } catch (error) {
      this.#show({ phase: 'broken', reason: brokenReason(error) });
    }
  }

  async #showDoor(reason?: SignInReason): Promise<void> {
    const { nowMs } = this.platform.ids;
    this.#show(this.#tablet ? await doorOf(this.#tablet, nowMs(), reason) : closedDoor([], reason));
  }

  signIn = (user: string, password: string, oldPassword?: string) =>
    this.#enterOnce({ name: user.trim(), password, oldPassword });
  startAnew = (user: string, password: string) =>
    this.#enterOnce({ name: user.trim(), password, anew: true });

  /** Asked again while the first is under way, it is the same asking. */
  #enterOnce(entering: Entering): Promise<SignInOutcome> {
    this.#entering ??= this.#enter(entering).finally(() => (this.#entering = undefined));
    return this.#entering;
  }

  async #enter(entering: Entering): Promise<SignInOutcome> {
    const { name } = entering;
    const wasOpen = this.#work;
    const scripts = Promise.all([this.#behind.entrance(), this.#behind.work()]);
    const loaded = await scripts.catch(() => undefined);
    if (!loaded) return { outcome: 'notLoaded' };
    const [{ askServer, unlockHere }] = loaded;
    const answer = await askServer(this.platform, entering);
    if (answer.outcome === 'wrongPassword' || answer.outcome === 'notStaff')
      return (await endedHere(this.#tablet, name)) ?? answer;
    const roles = answer.outcome === 'accepted' ? answer.roles : undefined;
    try {
      // Somebody lifted the cover while the server was being asked: her work goes on.
      if (this.#work !== wasOpen) return { outcome: 'open' };
      if (this.#work && this.#who.user === name)
        return answer.outcome === 'accepted' ? await this.#renew(answer.roles) : answer;
      if (!this.#tablet) return { outcome: 'storageRefused' };
      const asked = { ...entering, nowMs: this.platform.ids.nowMs() };
      const opened = await unlockHere(this.#tablet, asked, answer);
      if (opened.outcome !== 'open') return opened;
      return await this.#inTurn(async () => {
        if (this.#work !== wasOpen) return { outcome: 'open' };
        await this.#begin(name, opened.unlocked, roles);
        this.#wrapForPin = opened.unlocked.wrapForPin;
        this.#show({ phase: 'choosePin', person: this.#who, ...this.place.asked });
        return { outcome: 'choosePin' };
      });
    } catch (error) {
      return { outcome: signInFault(error) };
    }
  }

  /** Signed in already; the server's session had run out. */
  async #renew(roles: string[]): Promise<SignInOutcome> {
    await this.#work?.renewed(roles);
    return { outcome: 'open' };
  }

  /** Opens the store and everything upon it; else nothing is open. `roles` as the server just said them; else as it last did. */
  async #begin(user: string, unlocked: Unlocked, roles?: string[]): Promise<void> {
    this.#end();
    const known = this.#tablet ? await dropOtherPins(this.#tablet, user) : [];
    const { openWork } = await this.#behind.work();
    this.#who = { user, name: known.find((one) => one.user === user)?.name ?? user };
    let gone: Loss | undefined;
    const work = await openWork({
      platform: this.platform,
      user,
      // Of what opened her store nothing that could be wrapped again stays with the work.
      unlocked: { storeName: unlocked.storeName, key: unlocked.key },
      roles,
      place: () => this.place.current,
      entered: wayIn(this.#phase, this.#entering !== undefined),
      countSealed: async () => (await this.#tablet?.countSealedWork(user, 'former'))?.unsent ?? 0,
      changeLease: async (how) => this.#tablet?.changeLease(user, how),
      // Her work is closed, and her code with it; what was not sent stays.
      leaseEnded: () => void this.quiesce().then(() => this.#showDoor('leaseEnded')),
      changed: () => this.#tell({ kind: 'changed' }),
      syncing: (state) => this.#heardSync(state),
      downloaded: () => this.#open(),
      lost: (loss) => {
        gone = loss;
        this.#lost(loss);
      },
    });
    this.#work = work;
    if (gone !== undefined) {
      this.#end();
      throw lossAsFault(gone);
    }
    this.#wiped = this.#who.name !== user && work.store.isNew;
  }

  /** Nothing more can be done here: neither key nor roster stays in memory. */
  #lost(loss: Loss): void {
    this.#end();
    this.#show({ phase: 'broken', reason: LOST[loss] });
  }

  #end(): void {
    this.#work?.close();
    this.#work = undefined;
    this.#wrapForPin = undefined;
  }

  async choosePin(pin: string, place?: TabletPlace): Promise<void> {
    if (!/^\d{6}$/.test(pin)) throw new TypeError('a PIN has six digits');
    await this.#wrapForPin?.(pin);
    if (this.#wrapForPin && place) await this.place.say(place);
    this.#wrapForPin = undefined;
    this.#open();
  }

  async unlock(pin: string): Promise<UnlockOutcome> {
    if (this.#phase.phase !== 'covered' || !this.#tablet) return { outcome: 'passwordNeeded' };
    const { person, people } = this.#phase;
    try {
      if (await hasLeaseEnded(this.#tablet, person.user, this.platform.ids.nowMs())) {
        await this.#showDoor('leaseEnded');
        return { outcome: 'passwordNeeded' };
      }
      return await this.#unlockBy(pin, { person, people }, this.#tablet);
    } catch (error) {
      if (!this.#work) this.#show({ phase: 'broken', reason: brokenReason(error) });
      return { outcome: 'open' };
    }
  }

  async #unlockBy(
    pin: string,
    { person, people }: { person: PersonName; people: PersonName[] },
    tablet: Tablet,
  ): Promise<UnlockOutcome> {
    // While the code is tried.
    const loaded = this.#behind.work().then(
      () => true,
      () => false,
    );
    const unlocked = await tablet.unlockByPin(person.user, pin);
    if (unlocked.outcome === 'open' && !(await loaded)) return { outcome: 'notLoaded' };
    return this.#inTurn(async () => {
      if (this.#work) return { outcome: 'open' };
      if (unlocked.outcome === 'wrong') {
        this.#show({ phase: 'covered', person, people, triesLeft: unlocked.triesLeft });
        return unlocked;
      }
      if (unlocked.outcome === 'password-needed') {
        await this.#showDoor('pinSpent');
        return { outcome: 'passwordNeeded' };
      }
      await this.#begin(person.user, unlocked);
      this.#open();
      return { outcome: 'open' };
    });
  }

  /** Open where the roster is here; else the first download, which opens when it is done. */
  #open(): void {
    if (!this.#work || this.#wrapForPin) return;
    if (!this.#work.sync.isDownloaded) {
      this.#showDownload(this.#work);
      return;
    }
    const person = this.#work.session.person();
    this.#learnName(person);
    if (this.#phase.phase !== 'open') this.#show({ phase: 'open', person });
  }

  #showDownload({ session, sync }: OpenWork): void {
    this.#learnName(session.person());
    this.#show({
      phase: 'download',
      person: this.#who,
      ...sync.downloadProgress,
      ...(this.#wiped && { wiped: true }),
    });
  }

  /** What the directory calls her, kept for the door. */
  #learnName({ user, name }: PersonName): void {
    if (name === user || name === this.#who.name) return;
    this.#who = { user, name };
    void this.#tablet?.rememberName(user, name);
  }

  #heardSync(sync: SyncState): void {
    this.#tell({ kind: 'sync', sync });
    if (this.#phase.phase === 'download' && this.#work && !this.#work.sync.isDownloaded)
      this.#showDownload(this.#work);
  }

  endShift(): Promise<void> {
    const { platform } = this;
    return endShift({ platform, tablet: this.#tablet, user: this.#who.user, work: this.#work });
  }

  async endPeople(users: readonly string[]): Promise<void> {
    if (this.#work && users.includes(this.#who.user)) await this.quiesce();
    const { endPeople } = await import('./end-people.ts');
    if ((await endPeople(this.#tablet, users)) && !this.#work) await this.#showDoor('personEnded');
  }

  async quiesce(): Promise<void> {
    await this.#writes.ended();
    this.#end();
  }

  get tablet(): Tablet | undefined {
    return this.#tablet;
  }

  get user(): string {
    return this.#who.user;
  }

  /** What is open, whatever is drawn; undefined where nothing is. */
  get work(): OpenWork | undefined {
    return this.#work;
  }

  /** Throws while nothing may be shown. */
  opened(): OpenWork {
    if (!this.#work || EMPTY_PHASES.has(this.#phase.phase)) throw new Error('the device is covered');
    return this.#work;
  }

  /** Remembers a write until it ended, so that covering waits for it. */
  write<T>(write: Promise<T>): Promise<T> {
    return this.#writes.remember(write);
  }

  #show(phase: DevicePhase): void {
    this.#phase = phase;
    if (EMPTY_PHASES.has(phase.phase)) this.#tell({ kind: 'sync', sync: NOTHING_YET });
    this.#tell({ kind: 'phase', phase });
  }
}
