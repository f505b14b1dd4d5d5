// What a browser is called in a sentence.
import { m } from '#messages';
import type { BrowserName } from '#lib/device/start-check.ts';

export const browserWord = ({ name }: BrowserName): string =>
  name === 'unknown' ? m.check_browser_unknown() : name;
