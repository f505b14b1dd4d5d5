import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlantedHouse, plantHouse } from './planted-house.ts';

const component = (code: string) =>
  `<!-- Planted. -->\n<script lang="ts">\n  ${code}\n</script>\n\n<p>1</p>\n`;

let house: PlantedHouse;

beforeAll(() => {
  house = plantHouse({
    // Circles: of values, of types alone, through a component, through #lib.
    'src/lib/sync/one.ts': `import { two } from './two.ts';\nexport const one = (): number => two();\n`,
    'src/lib/sync/two.ts': `import { one } from './one.ts';\nexport const two = (): number => one();\n`,
    'src/lib/forms/left.ts': `import type { Right } from './right.ts';\nexport type Left = { right: Right };\n`,
    'src/lib/forms/right.ts': `import type { Left } from './left.ts';\nexport type Right = { left?: Left };\n`,
    'src/lib/components/card.svelte': component(`import { word } from './word.ts';\n  console.log(word);`),
    'src/lib/components/word.ts': `import Card from './card.svelte';\nexport const word = typeof Card;\n`,
    'src/lib/device/here.ts': `import { there } from '#lib/storage/there.ts';\nexport const here = (): number => there();\n`,
    'src/lib/storage/there.ts': `import { here } from '#lib/device/here.ts';\nexport const there = (): number => here();\n`,
    // The server meets the domain through a third.
    'src/lib/server/router.ts': `import { wire } from '#lib/protocol/wire.ts';\nexport const router = wire;\n`,
    'src/lib/protocol/wire.ts': `import { visit } from '#lib/domain/visit.ts';\nexport const wire = visit;\n`,
    'src/lib/domain/visit.ts': `export const visit = 1;\n`,
    // Leads nowhere; stands on a package of the tests.
    'src/lib/storage/nowhere.ts': `import { gone } from '#lib/domain/gone.ts';\nexport const nowhere = gone;\n`,
    'src/lib/storage/fake.ts': `import 'fake-indexeddb/auto';\nexport const fake = 1;\n`,
    // Dead: a file, an export; alive through #lib from a component.
    'src/routes/+page.svelte': component(
      `import { alive } from '#lib/domain/alive.ts';\n  console.log(alive);`,
    ),
    'src/lib/domain/alive.ts': `export const alive = 1;\nexport const deadExport = 2;\n`,
    'src/lib/domain/dead-file.ts': `export const dead = 1;\n`,
    // Not pure.
    'src/lib/domain/screen.ts': `export const title = () => document.title;\n`,
    'src/lib/protocol/machine.ts': `export const home = () => process.env.HOME;\n`,
    'src/lib/forms/drawn.ts': `export const focus = () => window.focus();\n`,
    'src/lib/domain/pure.ts': `export const pure = new Map([[1, Promise.resolve(2n)]]);\n`,
  });
});
afterAll(() => house.tearDown());

describe('dependency-cruiser', () => {
  let output: string;
  let exitCode: number;
  beforeAll(async () => {
    const args = ['src', '--config', '.dependency-cruiser.cjs', '--output-type', 'err'];
    ({ output, exitCode } = await house.run('depcruise', args));
  });

  it('ends with a failure', () => expect(exitCode).not.toBe(0));
  it.each([
    ['a circle of values', /no-circle: .*sync\/one\.ts/],
    ['a circle of types', /no-circle: .*forms\/left\.ts/],
    ['a circle through a component', /no-circle: .*components\/(card\.svelte|word\.ts)/],
    ['a circle through #lib', /no-circle: .*device\/here\.ts/],
    [
      'a server that reaches the domain through the protocol',
      /server-never-meets-domain: .*server\/router\.ts/,
    ],
    ['an import that leads nowhere', /no-unresolved: .*nowhere\.ts/],
    ['a product that needs a package of its tests', /product-not-on-dev-dependencies: .*fake\.ts/],
  ])('names %s', (_, complaint) => expect(output).toMatch(complaint));
  it('has nothing against the rest', () => expect(output).not.toMatch(/alive\.ts|\+page\.svelte|pure\.ts/));
});

describe('knip', () => {
  let output: string;
  beforeAll(async () => {
    ({ output } = await house.run('knip', ['--no-progress', '--include', 'files,exports']));
  });

  it('names a file that nobody imports', () => expect(output).toMatch(/dead-file\.ts/));
  it('names an export that nobody uses', () => expect(output).toMatch(/deadExport/));
  it('sees through #lib and through Svelte', () =>
    expect(output).not.toMatch(/alive {2}|domain\/alive\.ts\s*$/m));
});

describe('tsc without a browser and without Node', () => {
  let output: string;
  beforeAll(async () => {
    ({ output } = await house.run('tsc', ['--project', 'tsconfig.pure.json']));
  });

  it('refuses the screen in the domain', () => expect(output).toMatch(/domain\/screen\.ts.*'document'/));
  it('refuses Node in the protocol', () => expect(output).toMatch(/protocol\/machine\.ts.*'process'/));
  it('refuses the window in the logic of forms', () => expect(output).toMatch(/forms\/drawn\.ts.*'window'/));
  it('has nothing against the language itself', () => expect(output).not.toMatch(/pure\.ts/));
});
