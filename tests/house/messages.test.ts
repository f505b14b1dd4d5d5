import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileMessages } from '../../scripts/messages.ts';

const MESSAGES = path.resolve(import.meta.dirname, '../../src/messages');
const catalogues = readdirSync(path.join(MESSAGES, 'zh-CN'));
const read = (locale: string, catalogue: string) =>
  JSON.parse(readFileSync(path.join(MESSAGES, locale, catalogue), 'utf8')) as Record<string, unknown>;
const placeholders = (message: unknown) => [...new Set(JSON.stringify(message).match(/\{\w+\}/g))].sort();

it('both languages have the same catalogues, and project.inlang names them', () => {
  const settings = readFileSync(path.resolve(MESSAGES, '../../project.inlang/settings.json'), 'utf8');
  expect(readdirSync(path.join(MESSAGES, 'en'))).toEqual(catalogues);
  for (const catalogue of catalogues) expect(settings).toContain(`{locale}/${catalogue}`);
});

it('nothing is said nowhere: every message is used by some file of the app', () => {
  const files = readdirSync(path.resolve(MESSAGES, '..'), { recursive: true, encoding: 'utf8' });
  const used = new Set<string>();
  for (const file of files) {
    if (file.startsWith('messages') || !/\.(ts|svelte)$/.test(file)) continue;
    for (const [word] of readFileSync(path.resolve(MESSAGES, '..', file), 'utf8').matchAll(/\b\w+\b/g))
      used.add(word);
  }
  const keys = catalogues.flatMap((each) => Object.keys(read('zh-CN', each)));
  expect(keys.filter((key) => !key.startsWith('$') && !used.has(key))).toEqual([]);
});

describe.each(catalogues)('%s', (catalogue) => {
  const chinese = read('zh-CN', catalogue);
  const english = read('en', catalogue);

  it('says everything in both languages, with the same placeholders', () => {
    expect(Object.keys(english).sort()).toEqual(Object.keys(chinese).sort());
    const differing = Object.keys(chinese).filter(
      (key) => placeholders(chinese[key]).join() !== placeholders(english[key]).join(),
    );
    expect(differing).toEqual([]);
  });

  it('has no Chinese in English, and no empty text', () => {
    const left = Object.entries(english).filter(([, text]) => /\p{Script=Han}/u.test(JSON.stringify(text)));
    expect(left).toEqual([]);
    expect([chinese, english].flatMap((each) => Object.values(each)).filter((text) => text === '')).toEqual(
      [],
    );
  });
});

describe('compiled', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'messages-'));
  beforeAll(() => compileMessages(folder));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has a function for every message: a plugin that is not found makes none, without a word', async () => {
    const file = pathToFileURL(path.join(folder, 'messages.js')).href;
    const { m } = (await import(/* @vite-ignore */ file)) as { m: Record<string, unknown> };
    const missing = catalogues.flatMap((each) => Object.keys(read('zh-CN', each))).filter((key) => !m[key]);
    expect(missing).toEqual([]);
  });

  it('counts one as one in English', async () => {
    const file = pathToFileURL(path.join(folder, 'messages.js')).href;
    type Say = (inputs: { count: number }, options: { locale: string }) => string;
    const { m } = (await import(/* @vite-ignore */ file)) as { m: Record<string, Say> };
    const counted = (key: string) => [1, 2].map((count) => m[key]?.({ count }, { locale: 'en' }));
    expect(counted('people_count')).toEqual(['1 person', '2 people']);
    expect(counted('households_count')).toEqual(['1 household', '2 households']);
  });
});
