import { afterEach, expect, it, vi } from 'vitest';
import { ensureChromium, findChromium } from '../../scripts/chromium.ts';

afterEach(() => vi.unstubAllEnvs());

it('takes the Chromium it is told to take, if that one runs', () => {
  vi.stubEnv('CHROMIUM_PATH', process.execPath);
  expect(findChromium()).toBe(process.execPath);
});

it('does not take another one when the one it was told to take is not there', () => {
  vi.stubEnv('CHROMIUM_PATH', '/nowhere/chromium');
  expect(() => findChromium()).toThrow('CHROMIUM_PATH is /nowhere/chromium');
  expect(() => ensureChromium()).toThrow('CHROMIUM_PATH is /nowhere/chromium');
});

it('does not take a program that is there but does not run', () => {
  vi.stubEnv('CHROMIUM_PATH', '/bin/false');
  expect(() => ensureChromium()).toThrow('/bin/false is there but does not run');
});

it('finds one that runs, or installs it', () => {
  vi.stubEnv('CHROMIUM_PATH', '');
  expect(ensureChromium()).toMatch(/chrom/i);
}, 600_000);
