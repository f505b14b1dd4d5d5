// The app shell's own life: it is kept for offline by the service worker, and a new version waits until somebody lets it
// in. Invariant: the shell is never changed under an open form, in this tab or another.
import { untrack } from 'svelte';
import { letInVersion } from './let-in-version.ts';
import { realClock } from './real-clock.ts';
import { trustedScript } from './trusted-script.ts';

const SCRIPT = '/service-worker.js';
const FORM_LOCK = 'qiaomen-form-open';
/** Of this tab: she asked for the new version, and the page has begun anew for it. */
const ASKED_FOR = 'qiaomen-let-in';
const LOOK_EVERY_MS = 60 * 60_000;
/** After a look that failed: the first moments of a network often carry nothing yet. */
const LOOK_AGAIN_MS = [3_000, 15_000, 60_000];

export class ShellUpdate {
  /** The app opens without a network from now on. */
  keptOffline = $state(false);
  /** A new version is here and waits. */
  waiting = $state(false);
  /** Asked for, but a form is open in another tab. */
  formElsewhere = $state(false);
  /** She asked for it; it comes within seconds. */
  changing = $state(false);
  #formsHere = $state(0);
  #registration: ServiceWorkerRegistration | undefined;

  /** A new version is here, and nothing is open that it would disturb. */
  get offered(): boolean {
    return this.waiting && this.#formsHere === 0;
  }

  /** Registers the service worker and looks for new versions from time to time. A failure leaves the app as it is. */
  async begin(): Promise<void> {
    const container = navigator.serviceWorker;
    let isUpdate = container.controller !== null;
    container.addEventListener('controllerchange', () => {
      // Let in here or in another tab: the files of the old version are gone, so this one starts anew too.
      if (isUpdate && this.#formsHere === 0) location.reload();
      isUpdate = true;
    });
    try {
      this.#registration = await container.register(trustedScript(SCRIPT), {
        type: import.meta.env.DEV ? 'module' : 'classic',
        updateViaCache: 'none',
      });
    } catch {
      return;
    }
    this.#follow(this.#registration);
    this.#goOnLettingIn(this.#registration);
    void container.ready.then(() => (this.keptOffline = true));
    setInterval(() => this.#look(), LOOK_EVERY_MS);
    addEventListener('online', () => this.#look());
  }

  #follow(registration: ServiceWorkerRegistration): void {
    this.waiting = registration.waiting !== null && registration.active !== null;
    registration.addEventListener('updatefound', () => {
      const coming = registration.installing;
      coming?.addEventListener('statechange', () => {
        if (coming.state === 'installed') this.waiting = registration.active !== null;
      });
    });
  }

  #look(failures = 0): void {
    this.#registration?.update().catch(() => {
      const wait = LOOK_AGAIN_MS[failures];
      if (wait !== undefined && navigator.onLine) setTimeout(() => this.#look(failures + 1), wait);
    });
  }

  /** She asked in the page before this one. */
  #goOnLettingIn({ waiting, active }: ServiceWorkerRegistration): void {
    const asked = sessionStorage.getItem(ASKED_FOR) !== null;
    sessionStorage.removeItem(ASKED_FOR);
    if (asked && waiting && active) void this.#letIn();
  }

  /** Lets the waiting version in and starts again with it; does nothing while a form is open anywhere. */
  async letIn(): Promise<void> {
    await this.#letIn(() => {
      sessionStorage.setItem(ASKED_FOR, 'yes');
      location.reload();
    });
  }

  async #letIn(reload?: () => void): Promise<void> {
    if (this.changing) return;
    this.changing = true;
    const ending = await letInVersion({
      ask: () => this.#registration?.waiting?.postMessage({ type: 'SKIP_WAITING' }),
      isHindered: () => this.#isFormOpen(),
      ...(reload && { reload }),
      clock: realClock,
    });
    this.changing = ending === 'reloading';
  }

  async #isFormOpen(): Promise<boolean> {
    const locks = await navigator.locks.query();
    this.formElsewhere =
      this.#formsHere === 0 && (locks.held?.some((lock) => lock.name === FORM_LOCK) ?? false);
    return this.formElsewhere || this.#formsHere > 0;
  }

  /** Call when a form opens, and what it returns when it closes; an effect may, without running again for it. */
  holdForForm(): () => void {
    untrack(() => this.#formsHere++);
    const closing = new AbortController();
    const held = new Promise<void>((release) => closing.signal.addEventListener('abort', () => release()));
    void navigator.locks.request(FORM_LOCK, { mode: 'shared' }, () => held);
    return () => {
      untrack(() => this.#formsHere--);
      closing.abort();
    };
  }
}
