// What every screen may need beside the device: how this tablet is to look, whether the app is at home on it, its own
// new versions, and the minute it is. Made once in the root layout, handed down by context.
import { getContext, setContext } from 'svelte';
import type { Installation } from '#lib/device/installation.svelte.ts';
import type { Preferences } from '#lib/device/preferences.svelte.ts';
import type { ShellUpdate } from '#lib/device/shell-update.svelte.ts';
import type { ThisMinute } from '#lib/device/this-minute.ts';
import type { Language } from './language.svelte.ts';
import type { LayoutShape } from './layout-shape.svelte.ts';
import type { Notice } from './notice.svelte.ts';
import type { Reveal } from './reveal.svelte.ts';
import type { SearchText } from './search-as-typed.svelte.ts';
import type { Switching } from './switching.ts';

export interface Shell {
  preferences: Preferences;
  language: Language;
  layout: LayoutShape;
  installation: Installation;
  update: ShellUpdate;
  minute: ThisMinute;
  /** How far down each list was, by its name. */
  scrolls: Map<string, number>;
  searchText: SearchText;
  notice: Notice;
  /** The number that stands whole on the screen, if one does. */
  reveal: Reveal;
  switching: Switching;
}

const KEY = Symbol('shell');
export const provideShell = (shell: Shell): Shell => setContext(KEY, shell);
export const useShell = (): Shell => getContext<Shell>(KEY);
