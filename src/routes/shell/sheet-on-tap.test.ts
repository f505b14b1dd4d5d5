import { expect, it } from 'vitest';
import { m } from '#messages';
import { SheetOnTap } from './sheet-on-tap.svelte.ts';

/** A sheet whose script comes or not, one entry a tap. */
function aSheet(...line: ('comes' | 'lost')[]) {
  const said: string[] = [];
  const sheet = new SheetOnTap({ say: (text) => void said.push(text) }, () =>
    line.shift() === 'comes'
      ? Promise.resolve({ default: 'the sheet' })
      : Promise.reject(new TypeError('Failed to fetch dynamically imported module')),
  );
  return { sheet, said };
}

it('a tap whose script does not come says so, and the next one opens', async () => {
  const { sheet, said } = aSheet('lost', 'comes');
  await sheet.open();
  expect(said).toEqual([m.failed_data()]);
  expect(sheet.Sheet).toBeUndefined();
  await sheet.open();
  expect(sheet.Sheet).toBe('the sheet');
  expect(said).toHaveLength(1);
});

it('a sheet opens again after it was closed', async () => {
  const { sheet } = aSheet('comes', 'comes');
  await sheet.open();
  sheet.close();
  expect(sheet.Sheet).toBeUndefined();
  await sheet.open();
  expect(sheet.Sheet).toBe('the sheet');
});

it.each(['comes', 'lost'] as const)(
  'what was closed before its script %s stays closed, in silence',
  async (how) => {
    const { sheet, said } = aSheet(how);
    const opening = sheet.open();
    sheet.close();
    await opening;
    expect(sheet.Sheet).toBeUndefined();
    expect(said).toEqual([]);
  },
);
