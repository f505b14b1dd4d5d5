// The language of the screens, changed without starting again: a reload would cover the device. Who draws words is drawn
// anew when `current` changes (the root layout keys on it). The choice is kept in localStorage; where the browser refuses
// that, it lasts until the page closes.
import {
  baseLocale,
  extractLocaleFromNavigator,
  isLocale,
  locales,
  localStorageKey,
  overwriteGetLocale,
  type Locale,
} from '#messages/runtime';

function keptLocale(): Locale | undefined {
  try {
    const kept = localStorage.getItem(localStorageKey);
    return isLocale(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}

function keepLocale(locale: Locale): void {
  try {
    localStorage.setItem(localStorageKey, locale);
  } catch {
    // Refused: it holds for this page.
  }
}

export class Language {
  readonly all: readonly Locale[] = locales;
  #current = $state<Locale>(keptLocale() ?? extractLocaleFromNavigator() ?? baseLocale);

  constructor() {
    this.#show();
  }

  get current(): Locale {
    return this.#current;
  }

  choose(locale: Locale): void {
    keepLocale(locale);
    this.#current = locale;
    this.#show();
  }

  #show(): void {
    const locale = this.#current;
    overwriteGetLocale(() => locale);
    document.documentElement.lang = locale;
  }
}
