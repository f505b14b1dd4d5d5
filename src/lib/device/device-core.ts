// The worker's half of a device: which phase it is in, who is signed in, what is open. One person at a time.
// Invariants: the data key lives in this worker only and ends with it; a phase is told before a command that led to it
// answers; whatever fails below, the answer is one of the outcomes a screen has words for.
import { sleep } from '#lib/protocol/clock.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import { openTablet, type Tablet, type Unlocked } from '#lib/storage/tablet.ts';
import {
  NOTHING_YET,
  type DevicePhase,
  type SignInOutcome,
  type SyncState,
  type UnlockOutcome,
} from './device-state.ts';
import type { DraftKey } from './device.ts';
import type { DevicePlatform } from './device-platform.ts';
import type { FieldSession } from './field-session.ts';
import { signInAtServer, signOutAtServer, type ServerSignIn } from './server-session.ts';
import type { OpenWork } from './open-work.ts';
import type { VisitToSave } from './device-state.ts';
import type { DeviceWorker, Wake, WorkerEvent } from './worker-contract.ts';

/** How long the end of a shift waits for a last upload and for the server's goodbye, and a cover for writes. */
const UPLOAD_AT_END_MS = 10_000;
const SIGN_OUT_MS = 3_000;
const WRITES_MS = 2_000;
/** How long the first screen takes to be drawn, on a slow tablet. */
const FIRST_SCREEN_MS = 1_000;

/** Everything that no first screen needs. */
const loadWork = () => import('./open-work.ts');

const EMPTY_PHASES = new Set<DevicePhase['phase']>(['starting', 'signIn', 'covered', 'broken']);

export class DeviceCore implements DeviceWorker {
  readonly #options: DevicePlatform;
  #tell: (event: WorkerEvent) => void = () => undefined;
  #tablet: Tablet | undefined;
  #phase: DevicePhase = { phase: 'starting' };
  #work: OpenWork | undefined;
  /** Until the PIN of the shift is chosen. */
  #wrapForPin: ((pin: string) => Promise<void>) | undefined;
  #user: string | undefined;
  #writing = new Set<Promise<unknown>>();

  constructor(options: DevicePlatform) {
    this.#options = options;
  }

  async start(listener: (event: WorkerEvent) => void, after?: 'shiftEnded'): Promise<void> {
    this.#tell = listener;
    try {
      this.#tablet = await openTablet({ nowMs: this.#options.ids.nowMs });
      await this.#showDoor(after);
      void this.#loadAhead();
    } catch (error) {
      this.#show({ phase: 'broken', reason: brokenReason(error) });
    }
  }

  /** What she will need next, once the first screen had the line and the processor to itself. */
  async #loadAhead(): Promise<void> {
    await sleep(this.#options.clock, FIRST_SCREEN_MS);
    await loadWork().catch((error) => this.#show({ phase: 'broken', reason: brokenReason(error) }));
  }

  /** The cover where somebody's shift is open on this tablet, else the sign-in. */
  async #showDoor(reason?: 'pinSpent' | 'shiftEnded'): Promise<void> {
    const people = (await this.#tablet?.listPeople()) ?? [];
    const [last] = people;
    const others = people.slice(1).map(({ userName }) => userName);
    if (last?.hasPin && reason === undefined) {
      this.#show({ phase: 'covered', person: last.userName, triesLeft: last.pinTriesLeft, people: others });
    } else {
      this.#show({
        phase: 'signIn',
        people: people.map(({ userName }) => userName),
        ...(reason ? { reason } : {}),
      });
    }
  }

  async signIn(user: string, password: string, oldPassword?: string): Promise<SignInOutcome> {
    const name = user.trim();
    const wasOpen = this.#work;
    const answer = await signInAtServer(this.#options.session, name, password);
    if (answer.outcome === 'wrongPassword') return answer;
    if (answer.outcome === 'accepted' && !answer.roles.includes('staff')) {
      await signOutAtServer(this.#options.session);
      return { outcome: 'notStaff' };
    }
    try {
      // Somebody lifted the cover while the server was being asked: her work goes on.
      if (this.#work !== wasOpen) return { outcome: 'open' };
      if (this.#work && this.#user === name)
        return answer.outcome === 'accepted' ? await this.#renew(answer.roles) : answer;
      const opened = await this.#unlockHere({ name, password, oldPassword, answer });
      if (opened.outcome !== 'open') return opened;
      await this.#begin(name, opened.unlocked, answer.outcome === 'accepted' ? answer.roles : undefined);
      this.#wrapForPin = opened.unlocked.wrapForPin;
      this.#show({ phase: 'choosePin', person: name });
      return { outcome: 'choosePin' };
    } catch (error) {
      this.#end();
      return { outcome: signInFault(error) };
    }
  }

  /** Signed in already; the server's session had run out. */
  async #renew(roles: string[]): Promise<SignInOutcome> {
    await this.#work?.sync.renewed(roles);
    return { outcome: 'open' };
  }

  async #unlockHere(asked: {
    name: string;
    password: string;
    oldPassword: string | undefined;
    answer: ServerSignIn;
  }): Promise<
    { outcome: 'open'; unlocked: Unlocked } | Exclude<SignInOutcome, { outcome: 'open' | 'choosePin' }>
  > {
    const { name, password, oldPassword, answer } = asked;
    const tablet = this.#tablet;
    if (!tablet) return { outcome: 'storageRefused' };
    const here = await tablet.unlockByPassword(name, password);
    if (here.outcome === 'open') return { outcome: 'open', unlocked: here };
    if (answer.outcome !== 'accepted') {
      if (here.outcome === 'wrong') return { outcome: 'wrongPassword' };
      return { outcome: answer.outcome };
    }
    if (here.outcome === 'unknown') {
      const enrolled = await tablet.enrol(name, password);
      return enrolled.outcome === 'open'
        ? { outcome: 'open', unlocked: enrolled }
        : { outcome: 'oldPasswordNeeded' };
    }
    if (oldPassword === undefined) return { outcome: 'oldPasswordNeeded' };
    const byOld = await tablet.unlockByPassword(name, oldPassword);
    if (byOld.outcome !== 'open') return { outcome: 'oldPasswordNeeded' };
    await byOld.wrapForPassword(password);
    return { outcome: 'open', unlocked: byOld };
  }

  /** Opens the store and everything upon it. `roles` as the server just said them; else as it last did. */
  async #begin(user: string, unlocked: Unlocked, roles?: string[]): Promise<void> {
    this.#end();
    await this.#dropOtherPins(user);
    const { openWork } = await loadWork();
    this.#user = user;
    this.#work = await openWork({
      platform: this.#options,
      user,
      unlocked,
      roles,
      changed: () => this.#tell({ kind: 'changed' }),
      syncing: (state) => this.#heardSync(state),
      downloaded: () => this.#open(),
      lost: () => this.#show({ phase: 'broken', reason: 'storageBroken' }),
    });
  }

  /** One shift at a time: a code that no screen asks for any more is only a way in for others. */
  async #dropOtherPins(user: string): Promise<void> {
    for (const { userName, hasPin } of (await this.#tablet?.listPeople()) ?? []) {
      if (hasPin && userName !== user) await this.#tablet?.dropPin(userName);
    }
  }

  #end(): void {
    this.#work?.close();
    this.#work = undefined;
    this.#wrapForPin = undefined;
  }

  async choosePin(pin: string): Promise<void> {
    if (!/^\d{6}$/.test(pin)) throw new TypeError('a PIN has six digits');
    await this.#wrapForPin?.(pin);
    this.#wrapForPin = undefined;
    this.#open();
  }

  async unlock(pin: string): Promise<UnlockOutcome> {
    if (this.#phase.phase !== 'covered' || !this.#tablet) return { outcome: 'passwordNeeded' };
    const { person, people } = this.#phase;
    try {
      return await this.#unlockBy(pin, { person, people }, this.#tablet);
    } catch (error) {
      this.#end();
      this.#show({ phase: 'broken', reason: brokenReason(error) });
      return { outcome: 'open' };
    }
  }

  async #unlockBy(
    pin: string,
    { person, people }: { person: string; people: string[] },
    tablet: Tablet,
  ): Promise<UnlockOutcome> {
    const unlocked = await tablet.unlockByPin(person, pin);
    if (unlocked.outcome === 'wrong') {
      this.#show({ phase: 'covered', person, people, triesLeft: unlocked.triesLeft });
      return unlocked;
    }
    if (unlocked.outcome === 'password-needed') {
      await this.#showDoor('pinSpent');
      return { outcome: 'passwordNeeded' };
    }
    await this.#begin(person, unlocked);
    this.#open();
    return { outcome: 'open' };
  }

  /** Open where the roster is here; else the first download, which opens when it is done. */
  #open(): void {
    if (!this.#work || this.#wrapForPin) return;
    const { session, sync } = this.#work;
    if (!sync.isDownloaded) {
      this.#show({ phase: 'download', person: this.#user ?? '', ...sync.downloadProgress });
      return;
    }
    if (this.#phase.phase === 'open') return;
    this.#show({ phase: 'open', person: session.person() });
  }

  #heardSync(sync: SyncState): void {
    this.#tell({ kind: 'sync', sync });
    if (this.#phase.phase === 'download' && this.#work && !this.#work.sync.isDownloaded) {
      this.#show({ phase: 'download', person: this.#user ?? '', ...this.#work.sync.downloadProgress });
    }
  }

  /** The code goes first: whatever becomes of the rest, it no longer opens. */
  async endShift(): Promise<void> {
    if (this.#user !== undefined) await this.#tablet?.dropPin(this.#user);
    const { session, clock } = this.#options;
    await Promise.race([this.#work?.sync.uploadNow(), sleep(clock, UPLOAD_AT_END_MS)]);
    await Promise.race([signOutAtServer(session), sleep(clock, SIGN_OUT_MS)]);
  }

  async quiesce(): Promise<void> {
    const writes = Promise.allSettled([...this.#writing]);
    await Promise.race([writes, sleep(this.#options.clock, WRITES_MS)]);
    this.#end();
  }

  wake(reason: Wake): void {
    this.#work?.sync.wake(reason);
  }

  today = async () => this.#opened().todayView();
  buildings = async () => this.#opened().buildings();
  matrix = async (building: string, unit: string) => this.#opened().matrix(building, unit);
  household = (id: string) => this.#opened().household(id);
  search = async (text: string, limit: number) => this.#opened().search(text, limit);
  phone = async (resident: string, position: number) => this.#opened().phone(resident, position);
  startVisit = (key: DraftKey) => this.#opened().startVisit(key);
  saveDraft = (key: DraftKey, value: unknown, startedAt: string) =>
    this.#write(this.#opened().saveDraft(key, { value, startedAt }));
  dropDraft = (key: DraftKey) => this.#write(this.#opened().dropDraft(key));
  saveVisit = (visit: VisitToSave) => this.#write(this.#opened().saveVisit(visit));
  listWaiting = () => this.#opened().listWaiting();
  uploadNow = async () => this.#work?.sync.uploadNow();

  #opened(): FieldSession {
    if (!this.#work || EMPTY_PHASES.has(this.#phase.phase)) throw new Error('the device is covered');
    return this.#work.session;
  }

  /** Remembers a write until it ended, so that covering waits for it. */
  #write<T>(write: Promise<T>): Promise<T> {
    this.#writing.add(write);
    const forget = () => this.#writing.delete(write);
    write.then(forget, forget);
    return write;
  }

  #show(phase: DevicePhase): void {
    this.#phase = phase;
    if (EMPTY_PHASES.has(phase.phase)) this.#tell({ kind: 'sync', sync: NOTHING_YET });
    this.#tell({ kind: 'phase', phase });
  }
}

function signInFault(error: unknown): 'storageFull' | 'storageRefused' | 'storageBroken' {
  const kind = storageFaultKind(error);
  if (kind === 'full') return 'storageFull';
  return kind === 'unavailable' ? 'storageRefused' : 'storageBroken';
}

function brokenReason(error: unknown): 'storageRefused' | 'storageBroken' | 'newerDatabase' {
  const kind = storageFaultKind(error);
  if (kind === 'newer-schema') return 'newerDatabase';
  return kind === 'unavailable' ? 'storageRefused' : 'storageBroken';
}
