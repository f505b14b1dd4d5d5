// Reads the tokens and computes WCAG 2.2 contrast (1.4.3, relative luminance) for every pair of text and ground in use.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function tokensOf(selector: string): Record<string, string> {
  const start = css.indexOf(`${selector} {`);
  if (start < 0) throw new Error(`no ${selector} in tokens.css`);
  const body = css.slice(start, css.indexOf('\n}', start));
  return Object.fromEntries(
    [...body.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((share) => (share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const TEXT_ON: Record<string, string[]> = {
  ink: ['paper', 'card', 'wash', 'brand-wash'],
  'ink-2': ['paper', 'card', 'wash', 'brand-wash'],
  'ink-3': ['paper', 'card', 'wash'],
  brand: ['paper', 'card', 'wash', 'brand-wash'],
  'brand-ink': ['brand-fill'],
  'bar-ink': ['bar'],
  late: ['late-wash', 'card', 'paper'],
  due: ['due-wash', 'card', 'paper'],
  done: ['done-wash', 'card', 'paper'],
  info: ['info-wash', 'card', 'paper'],
};
const EDGES_ON: Record<string, string[]> = {
  edge: ['paper', 'card'],
  'late-edge': ['card', 'paper'],
  brand: ['card', 'paper'],
};

const day = tokensOf(':root');
const themes = {
  day,
  sun: { ...day, ...tokensOf(":root[data-theme='sun']") },
  night: { ...day, ...tokensOf(":root[data-theme='night']") },
};

describe.each(Object.entries(themes))('the theme %s', (_, tokens) => {
  const pairs = (table: Record<string, string[]>) =>
    Object.entries(table).flatMap(([front, grounds]) => grounds.map((ground) => [front, ground] as const));

  it.each(pairs(TEXT_ON))('sets %s on %s at 7:1 or more', (front, ground) => {
    expect(contrast(tokens[front]!, tokens[ground]!)).toBeGreaterThanOrEqual(7);
  });

  it.each(pairs(EDGES_ON))('draws the edge %s on %s at 3:1 or more', (front, ground) => {
    expect(contrast(tokens[front]!, tokens[ground]!)).toBeGreaterThanOrEqual(3);
  });
});
