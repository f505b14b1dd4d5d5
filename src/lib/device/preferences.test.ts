// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Preferences } from './preferences.svelte.ts';

let dark = false;
const listeners: (() => void)[] = [];

beforeEach(() => {
  dark = false;
  listeners.length = 0;
  localStorage.clear();
  // jsdom has no matchMedia.
  vi.stubGlobal('matchMedia', () => ({
    get matches() {
      return dark;
    },
    addEventListener: (_: string, listener: () => void) => listeners.push(listener),
  }));
});

const marks = () => ({ ...document.documentElement.dataset });

describe('the preferences of a tablet', () => {
  it('begin with normal text and the theme of the system', () => {
    new Preferences();
    expect(marks()).toEqual({ text: '100', theme: 'day' });
  });

  it('follow the system into the evening', () => {
    new Preferences();
    dark = true;
    for (const listener of listeners) listener();
    expect(marks().theme).toBe('night');
  });

  it('are kept for the next start', () => {
    const first = new Preferences();
    first.text = '150';
    first.theme = 'sun';
    expect(first.deskIdle).toBe('2');
    first.deskIdle = '5';
    const next = new Preferences();
    expect(next.deskIdle).toBe('5');
    expect(next.scale).toBe(1.5);
    expect(next.theme).toBe('sun');
    expect(marks()).toEqual({ text: '150', theme: 'sun' });
  });

  it('ignore what somebody else wrote there', () => {
    localStorage.setItem('qiaomen.text', '9000');
    expect(new Preferences().text).toBe('100');
  });

  it('hold for the page where localStorage is refused', () => {
    const refuse = () => {
      throw new DOMException('refused', 'SecurityError');
    };
    const get = vi.spyOn(Storage.prototype, 'getItem').mockImplementation(refuse);
    const set = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(refuse);
    const preferences = new Preferences();
    preferences.text = '125';
    expect(preferences.text).toBe('125');
    get.mockRestore();
    set.mockRestore();
  });
});
