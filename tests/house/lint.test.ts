import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlantedHouse, plantHouse } from './planted-house.ts';
import { plantedViolations, rightful } from './planted-violations.ts';

let house: PlantedHouse;
let complaints: Map<string, string[]>;

beforeAll(async () => {
  const files = [...plantedViolations, ...rightful].map(({ file, text }) => [file, text] as const);
  house = plantHouse(Object.fromEntries(files));
  complaints = await house.lint();
}, 120_000);
afterAll(() => house.tearDown());

describe('the guard catches', () => {
  it.each(plantedViolations)('$breaks', ({ file, rule, says }) => {
    const said = complaints.get(file) ?? [];
    expect(new Set(said.map((each) => each.slice(0, each.indexOf(':'))))).toEqual(new Set([rule]));
    if (says) expect(said.join('\n')).toMatch(says);
  });
});

describe('the guard lets pass', () => {
  it.each(rightful)('$allows', ({ file }) => {
    expect(complaints.get(file)).toEqual([]);
  });
});

it('each planted file has a place of its own', () => {
  const files = [...plantedViolations, ...rightful].map((each) => each.file);
  expect(new Set(files).size).toBe(files.length);
});
