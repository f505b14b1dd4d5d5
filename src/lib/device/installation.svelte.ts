// Whether this app is at home on the tablet: installed, and its storage promised to last. Until both hold, a yellow line
// says so (start check). Invariant: the promise of storage is asked for, never taken for granted.
import { isStandalone } from './read-start-facts.ts';

/** Chromium's own event: it may be shown later, from a tap. */
interface InstallPromptEvent extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

const isInstallPrompt = (event: Event): event is InstallPromptEvent => 'prompt' in event;

export class Installation {
  #prompt = $state.raw<InstallPromptEvent | undefined>();
  #standalone = $state(isStandalone());
  #persisted = $state<boolean | undefined>();

  constructor() {
    void this.#look();
    addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      if (isInstallPrompt(event)) this.#prompt = event;
    });
    addEventListener('appinstalled', () => {
      this.#prompt = undefined;
      this.#standalone = true;
      void this.askToPersist();
    });
    matchMedia('(display-mode: standalone)').addEventListener('change', () => {
      this.#standalone = isStandalone();
    });
  }

  /** Runs from its own icon, or has just been installed. */
  get installed(): boolean {
    return this.#standalone;
  }

  /** Undefined until it was asked. */
  get persisted(): boolean | undefined {
    return this.#persisted;
  }

  /** The browser offered to install: `install` shows its question. */
  get canInstall(): boolean {
    return this.#prompt !== undefined;
  }

  async install(): Promise<void> {
    const prompt = this.#prompt;
    if (!prompt) return;
    const { outcome } = await prompt.prompt();
    if (outcome === 'accepted') this.#prompt = undefined;
  }

  /** What was promised before stands; that nothing was promised yet says only that it is time to ask. */
  async #look(): Promise<void> {
    if (await navigator.storage?.persisted().catch(() => false)) this.#persisted = true;
  }

  /** Asks the browser to keep what is stored here; it decides by itself, without a question in most. */
  async askToPersist(): Promise<void> {
    try {
      this.#persisted = (await navigator.storage.persisted()) || (await navigator.storage.persist());
    } catch {
      this.#persisted = false;
    }
  }
}
