// A workbook comes by chat from anywhere (security.md 3). Each class of hostile ones is a test by its name, and beside it
// stands what happens without the guard: so it is that guard which holds, not luck.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRoster } from '#lib/domain/roster/read-roster.ts';
import { readWorkbookApart } from '../../scripts/read-workbook-apart.ts';
import { LIMITS, readWorkbook, type WorkbookLimits } from '../../scripts/roster-workbook.ts';
import {
  entityBomb,
  gbkCsv,
  lyingZipBomb,
  manyRows,
  pageAsXls,
  prototypeKeys,
  sharedStringsBomb,
  zipBomb,
} from './hostile-workbooks.ts';

const outcomeOf = async (bytes: Uint8Array, limits: Partial<WorkbookLimits> = {}) => {
  const reading = await readWorkbook(bytes, { ...LIMITS, ...limits });
  return reading.outcome === 'refused' ? reading.reason : reading.outcome;
};

describe('a hostile workbook', () => {
  // Small ones, under limits as small: without its guard each is read.
  it.each<[string, () => Buffer, string, Partial<WorkbookLimits>]>([
    ['that unpacks to a thousand times its size', zipBomb, 'tooBigUnpacked', { ratio: 100 }],
    ['of very many rows', () => manyRows(2_000), 'tooManyRows', { rows: 1_000 }],
    ['of very many cells', () => sharedStringsBomb(200), 'tooMuchText', { cells: 100 }],
    [
      'with one long text in many cells',
      () => sharedStringsBomb(200),
      'tooMuchText',
      { characters: 1_000_000 },
    ],
  ])('%s is refused, and by this guard alone', async (...[, make, reason, guard]) => {
    const bytes = make();
    const none = Object.fromEntries(Object.keys(guard).map((name) => [name, Number.POSITIVE_INFINITY]));
    expect(await outcomeOf(bytes, guard)).toBe(reason);
    expect(await outcomeOf(bytes, none)).not.toBe(reason);
  });

  it.each<[string, () => Buffer, string]>([
    ['that denies what it unpacks to', lyingZipBomb, 'notAWorkbook'],
    ['that is a table in GBK', gbkCsv, 'plainText'],
    ['that is a page saved as .xls', pageAsXls, 'plainText'],
  ])('%s is told as what it is', async (...[, make, reason]) => {
    expect(await outcomeOf(make())).toBe(reason);
  });

  it('with entities of entities is read as it stands, or refused: nothing is put in', async () => {
    const reading = await readWorkbook(entityBomb());
    const texts =
      reading.outcome === 'read' ? reading.workbook.sheets.flatMap(({ rows }) => rows.flat()) : [];
    expect(texts.every((text) => String(text).length < 100)).toBe(true);
  });

  it('with the names of what every object has changes nothing but its own rows', async () => {
    const reading = await readWorkbook(await prototypeKeys());
    if (reading.outcome !== 'read') throw new Error(reading.reason);
    const roster = readRoster(reading.workbook, { today: '2026-11-22' });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty('姓名');
    const people = roster.households.flatMap((household) => household.people.map(({ facts }) => facts.name));
    expect(people).toContain('王桂兰');
    expect(roster.sheets[0]).toMatchObject({ name: '__proto__' });
  });

  it('that takes too long, or more memory than an honest one, is given up, and nobody waits for it', async () => {
    const bytes = manyRows(1_000_000);
    expect(await readWorkbookApart(bytes, { memoryMb: 256, timeoutMs: 300 })).toEqual({
      outcome: 'refused',
      reason: 'tooSlow',
    });
    expect(await readWorkbookApart(bytes, { memoryMb: 24, timeoutMs: 60_000 })).toEqual({
      outcome: 'refused',
      reason: 'tooMuchText',
    });
  });
});

describe('the process that reads them', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'qiaomen-hostile-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('lives on, it and its readers each in less than 512 MB, one after another', async () => {
    const files = [
      zipBomb(),
      lyingZipBomb(),
      manyRows(1_000_000),
      sharedStringsBomb(500_000),
      entityBomb(),
      gbkCsv(),
    ];
    const names = await Promise.all(
      files.map(async (bytes, n) => {
        const file = path.join(folder, `${n}.xlsx`);
        await writeFile(file, bytes);
        return file;
      }),
    );
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'tests/hostile/read-one-after-another.ts', ...names],
      { encoding: 'utf8', timeout: 120_000 },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const told = JSON.parse(stdout) as { outcomes: string[]; most: { own: number; reader: number } };
    expect(told.outcomes.slice(0, 4)).toEqual([
      'tooBigUnpacked',
      'notAWorkbook',
      'tooManyRows',
      'tooMuchText',
    ]);
    expect(told.outcomes.at(-1)).toBe('plainText');
    expect(told.most.reader).toBeGreaterThan(0);
    expect(Math.max(told.most.own, told.most.reader)).toBeLessThan(512 * 1024 * 1024);
  });
});
