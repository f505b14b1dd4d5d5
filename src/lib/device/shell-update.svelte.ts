// The app shell's own life: it is kept for offline by the service worker, and a new version waits until somebody lets it
// in. Invariant: the shell is never changed under an open form, in this tab or another.
import { untrack } from 'svelte';
import { trustedScript } from './trusted-script.ts';

const SCRIPT = '/service-worker.js';
const FORM_LOCK = 'qiaomen-form-open';
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
  #formsHere = $state(0);
  #registration: ServiceWorkerRegistration | undefined;
  #letIn = false;

  /** A new version is here, and nothing is open that it would disturb. */
  get offered(): boolean {
    return this.waiting && this.#formsHere === 0;
  }

  /** Registers the service worker and looks for new versions from time to time. A failure leaves the app as it is. */
  async begin(): Promise<void> {
    const container = navigator.serviceWorker;
    const updates = container.controller !== null;
    container.addEventListener('controllerchange', () => {
      // Let in here or in another tab: the files of the old version are gone, so this one starts anew too.
      if (this.#letIn || (updates && this.#formsHere === 0)) location.reload();
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

  /** Lets the waiting version in and starts again with it; does nothing while a form is open anywhere. */
  async letIn(): Promise<void> {
    const locks = await navigator.locks.query();
    this.formElsewhere = locks.held?.some((lock) => lock.name === FORM_LOCK) ?? false;
    if (this.formElsewhere || this.#formsHere > 0) return;
    this.#letIn = true;
    this.#registration?.waiting?.postMessage({ type: 'SKIP_WAITING' });
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
