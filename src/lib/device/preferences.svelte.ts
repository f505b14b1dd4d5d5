// How this tablet is to look and to lock: size of the text, theme, idle minutes at a desk, for whoever uses it. Kept in localStorage, which a blocked
// browser may refuse: then they last until the page closes. static/start-check.js sets the same marks before the first
// paint, so that nothing jumps or flashes; the keys and marks stand in both.

export const TEXT_SIZES = ['100', '125', '150'] as const;
export type TextSize = (typeof TEXT_SIZES)[number];
export const THEMES = ['system', 'day', 'sun', 'night'] as const;
export type Theme = (typeof THEMES)[number];
/** After so many minutes without input a desk's tablet is covered. */
export const DESK_IDLE_MINUTES = ['1', '2', '5', '10'] as const;
export type DeskIdleMinutes = (typeof DESK_IDLE_MINUTES)[number];

const TEXT_KEY = 'qiaomen.text';
const THEME_KEY = 'qiaomen.theme';
const DESK_IDLE_KEY = 'qiaomen.desk-idle';

function kept<T extends string>(key: string, allowed: readonly T[], otherwise: T): T {
  try {
    const value = localStorage.getItem(key);
    return allowed.find((each) => each === value) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Refused: it holds for this page.
  }
}

export class Preferences {
  #text = $state<TextSize>(kept(TEXT_KEY, TEXT_SIZES, '100'));
  #theme = $state<Theme>(kept(THEME_KEY, THEMES, 'system'));
  #deskIdle = $state<DeskIdleMinutes>(kept(DESK_IDLE_KEY, DESK_IDLE_MINUTES, '2'));
  #dark = matchMedia('(prefers-color-scheme: dark)');

  constructor() {
    this.#dark.addEventListener('change', () => this.#show());
    this.#show();
  }

  get text(): TextSize {
    return this.#text;
  }
  set text(size: TextSize) {
    this.#text = size;
    keep(TEXT_KEY, size);
    this.#show();
  }

  /** 1, 1.25 or 1.5: what 大字 multiplies every size with. */
  get scale(): number {
    return Number(this.#text) / 100;
  }

  get theme(): Theme {
    return this.#theme;
  }
  set theme(theme: Theme) {
    this.#theme = theme;
    keep(THEME_KEY, theme);
    this.#show();
  }

  get deskIdle(): DeskIdleMinutes {
    return this.#deskIdle;
  }
  set deskIdle(minutes: DeskIdleMinutes) {
    this.#deskIdle = minutes;
    keep(DESK_IDLE_KEY, minutes);
  }

  #show(): void {
    const root = document.documentElement;
    root.dataset.text = this.#text;
    root.dataset.theme = this.#theme === 'system' ? (this.#dark.matches ? 'night' : 'day') : this.#theme;
    const bar = getComputedStyle(root).getPropertyValue('--bar').trim();
    if (bar) document.querySelector('meta[name="theme-color"]')?.setAttribute('content', bar);
  }
}
