// The language of the screens, changed without starting again: a reload would cover the device. Who draws words is drawn
// anew when `current` changes (the root layout keys on it).
import { getLocale, locales, setLocale, type Locale } from '#messages/runtime';

export class Language {
  readonly all: readonly Locale[] = locales;
  #current = $state<Locale>(getLocale());

  constructor() {
    document.documentElement.lang = this.#current;
  }

  get current(): Locale {
    return this.#current;
  }

  choose(locale: Locale): void {
    void setLocale(locale, { reload: false });
    document.documentElement.lang = locale;
    this.#current = locale;
  }
}
