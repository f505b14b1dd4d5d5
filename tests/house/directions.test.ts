import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layers } from '../../scripts/layers.js';
import { type PlantedHouse, plantHouse } from './planted-house.ts';

/** The doors of the house, written down a second time and by hand: whoever opens one changes two files. */
const DOORS: Record<string, string[]> = {
  domain: [],
  protocol: [],
  forms: ['domain'],
  storage: ['domain', 'protocol'],
  sync: ['domain', 'protocol'],
  device: ['domain', 'forms', 'protocol', 'storage', 'sync'],
  components: ['domain'],
  server: ['protocol'],
  routes: ['components', 'device', 'domain', 'forms'],
  'service-worker': [],
};
const HOME: Record<string, string> = { routes: 'src/routes', 'service-worker': 'src/service-worker' };
const homeOf = (layer: string) => HOME[layer] ?? `src/lib/${layer}`;
const addressOf = (layer: string) => (HOME[layer] ? `../../${HOME[layer].slice(4)}` : `#lib/${layer}`);

const WAYS: Record<string, (target: string) => string> = {
  'a value': (target) => `import { thing } from '${target}';\nexport const used = thing;`,
  'a type': (target) => `import type { Thing } from '${target}';\nexport type Used = Thing;`,
  'an inline type': (target) => `import { type Thing } from '${target}';\nexport type Used = Thing;`,
  'a type in place': (target) => `export type Used = import('${target}').Thing;`,
  'a lazy import': (target) => `export const used = () => import('${target}');`,
  'a side effect': (target) => `import '${target}';`,
  'a worker': (target) => `export const used = new URL('${target}', import.meta.url);`,
  'a glob': (target) => `export const used = import.meta.glob('${target}');`,
};
const TYPE_WAYS = new Set(['a type', 'an inline type', 'a type in place']);

type Case = { from: string; to: string; way: string; file: string; text: string; wrong: boolean };

function casesOf(from: string, to: string): Case[] {
  const isOpen = DOORS[from]?.includes(to);
  return Object.entries(WAYS).flatMap(([way, written], number) => {
    const isTypeOfForms = from === 'components' && to === 'forms' && TYPE_WAYS.has(way);
    const wrong = !isOpen && !isTypeOfForms;
    const code = written(`${addressOf(to)}/thing.ts`);
    const file = `${homeOf(from)}/planted/to-${to}-${number}`;
    const cases: Case[] = [{ from, to, way, file: `${file}.ts`, text: `// Planted.\n${code}\n`, wrong }];
    if (from === 'components' || from === 'routes' || from === 'device') {
      const text = `<!-- Planted. -->\n<script lang="ts">\n  ${code.replaceAll('export ', '')}\n</script>\n`;
      cases.push({ from, to, way: `${way} in .svelte`, file: `${file}.svelte`, text, wrong });
    }
    return cases;
  });
}

const names = Object.keys(DOORS);
const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => ({ from, to })));
const cases = pairs.flatMap(({ from, to }) => casesOf(from, to));
let house: PlantedHouse;
let complaints: Map<string, string[]>;

beforeAll(async () => {
  house = plantHouse(Object.fromEntries(cases.map((each) => [each.file, each.text])));
  complaints = await house.lint();
}, 120_000);
afterAll(() => house.tearDown());

it('the table of layers has the doors of the house and no other', () => {
  expect(Object.fromEntries(layers.map((layer) => [layer.name, [...layer.layers].sort()]))).toEqual(DOORS);
  expect(layers.filter((layer) => layer.typesOf).map((layer) => [layer.name, layer.typesOf])).toEqual([
    ['components', ['forms']],
  ]);
});

it('server and domain never meet, in either direction', () => {
  expect(DOORS.server).not.toContain('domain');
  expect(DOORS.domain).not.toContain('server');
  expect(names.filter((name) => DOORS[name]?.includes('server'))).toEqual([]);
});

describe('each way of importing is read', () => {
  it.each(pairs)('from $from to $to', ({ from, to }) => {
    const planted = cases.filter((each) => each.from === from && each.to === to);
    const caught = planted.filter(({ file }) => {
      const said = complaints.get(file) ?? [];
      return said.some((each) => each.startsWith('house/directions'));
    });
    expect(planted.filter(({ file }) => !complaints.has(file))).toEqual([]);
    expect(caught.map((each) => each.way)).toEqual(
      planted.filter((each) => each.wrong).map((each) => each.way),
    );
  });
});
