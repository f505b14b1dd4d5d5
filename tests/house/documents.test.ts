import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { layers } from '../../scripts/layers.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const decisions = readdirSync(path.join(ROOT, 'docs/adr')).map((file) => `docs/adr/${file}`);
const documents = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(path.join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
  ...decisions,
];

/** Rows of the first table below a heading, each a list of its cells. */
function tableBelow(markdown: string, heading: string): string[][] {
  const lines = markdown.slice(markdown.indexOf(heading)).split('\n');
  const start = lines.findIndex((line) => line.startsWith('| ---')) + 1;
  const rows = lines.slice(start, start + lines.slice(start).findIndex((line) => !line.startsWith('|')));
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

describe('ARCHITECTURE.md', () => {
  it('shows the layers as they are checked', () => {
    const code = (names: string[]) => names.map((name) => `\`${name}\``).join(', ');
    const expected = layers.map((layer) => [
      layer.name,
      code(layer.places),
      [...layer.layers, ...(layer.typesOf ?? []).map((name) => `types of ${name}`)].join(', ') || '–',
      code(layer.packages) + (layer.node ? ', Node' : ''),
    ]);
    expect(tableBelow(read('ARCHITECTURE.md'), '## The rooms')).toEqual(expected);
  });

  it('names places that exist', () => {
    const places = tableBelow(read('ARCHITECTURE.md'), '## Where to find what').flatMap(([, place]) =>
      [...(place ?? '').matchAll(/`([^`#]+)`/g)].map((match) => match[1]!),
    );
    expect(places.length).toBeGreaterThan(12);
    expect(places.filter((place) => !existsSync(path.join(ROOT, place)))).toEqual([]);
  });
});

it('README.md has at most 120 lines, and a part in Chinese', () => {
  expect(read('README.md').split('\n').length).toBeLessThanOrEqual(120);
  expect(read('README.md')).toMatch(/^## 中文$/m);
});

describe.each(documents)('%s', (document) => {
  const text = read(document);

  it('links to what exists', () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)\)/g)].map((match) => match[1]!);
    const dead = links.filter(
      (link) => !/^https?:/.test(link) && !existsSync(path.join(ROOT, path.dirname(document), link)),
    );
    expect(dead).toEqual([]);
  });

  it('names commands that exist', () => {
    const named = [...text.matchAll(/npm run ([a-z:-]+)/g)].map((match) => match[1]!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe.each(decisions)('%s', (decision) => {
  it('is a page with status, context, decision, consequences and non-goals', () => {
    const text = read(decision);
    expect(text).toMatch(/^# \d{4} [^]*^Status: (proposed|accepted|superseded)/m);
    const headings = [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
    expect(headings).toEqual(['Context', 'Decision', 'Consequences', 'Non-goals']);
    expect(text.split('\n').length).toBeLessThan(60);
  });
});

it('decisions are numbered without a gap', () => {
  const numbers = decisions.map((file) => Number(path.basename(file).slice(0, 4)));
  expect(numbers).toEqual(numbers.map((_, place) => place + 1));
});
