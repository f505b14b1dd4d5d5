// How this tablet is to look: size of the text and theme, for whoever uses it. Kept in localStorage, which a blocked
// browser may refuse: then they last until the page closes. static/start-check.js sets the same marks before the first
// paint, so that nothing jumps or flashes; the keys and marks stand in both.

export const TEXT_SIZES = ['100', '125', '150'] as const;
export type TextSize = (typeof TEXT_SIZES)[number];
export const THEMES = ['system', 'day', 'sun', 'night'] as const;
export type Theme = (typeof THEMES)[number];

const TEXT_KEY = 'qiaomen.text';
const THEME_KEY = 'qiaomen.theme';

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

  #show(): void {
    const root = document.documentElement;
    root.dataset.text = this.#text;
    root.dataset.theme = this.#theme === 'system' ? (this.#dark.matches ? 'night' : 'day') : this.#theme;
    const bar = getComputedStyle(root).getPropertyValue('--bar').trim();
    if (bar) document.querySelector('meta[name="theme-color"]')?.setAttribute('content', bar);
  }
}
