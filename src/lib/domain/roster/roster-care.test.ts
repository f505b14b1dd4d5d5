import { describe, expect, it } from 'vitest';
import { ROSTER_TODAY, underUsualHeading, type RowFields } from '#tests/fixtures/a-roster.ts';
import { readRoster } from './read-roster.ts';
import { planRoster } from './roster-documents.ts';

type Body = Record<string, unknown>;
const GRID = '999999001001001';
const WANG: RowFields = {
  ...{ 楼栋: 1, 单元: 1, 房号: '101', 户主: '王桂兰', 与户主关系: '户主', 姓名: '王桂兰' },
  ...{ 公民身份号码: '999999194802290027', 重点人群: '高龄、戒毒康复', 备注: '社区矫正' },
};
const roster = readRoster(underUsualHeading(WANG, { ...WANG, 房号: '102' }), { today: ROSTER_TODAY });

function plan(bodies: Body[], care?: Body[]) {
  let byte = 0;
  const planned = planRoster({ grid: GRID, ...roster }, bodies, {
    author: { person: 'admin', device: 'x', now: '2026-11-22T01:00:00.000Z' },
    ids: {
      nowMs: () => 1_763_800_000_000,
      randomBytes: (length) => Uint8Array.from({ length }, () => (byte = (byte * 31 + 7) % 251)),
    },
    pinyinOf: (name) => name,
    ...(care ? { care } : {}),
  });
  if (planned.outcome === 'unreadable') throw new Error(`${planned.documents} unreadable`);
  return planned;
}
const stored = (bodies: readonly Body[]) => bodies.map((body): Body => ({ ...body, _rev: '1-x' }));

describe('what is restricted in a roster', () => {
  it('goes to care alone, once for a person with two homes, and names the person by her id', () => {
    const { directory, grid, care, restricted } = plan([], []);
    expect(care.map(({ type, code }) => [type, code])).toEqual([
      ['tag', 'communityCorrection'],
      ['tag', 'drugRehabilitation'],
    ]);
    const [resident] = grid.filter(({ type }) => type === 'resident');
    expect(care.every((tag) => tag.resident === resident?._id)).toBe(true);
    expect(JSON.stringify([directory, grid])).not.toMatch(/drugRehab|Correction|戒毒|矫正/);
    expect(restricted).toEqual({ created: 2, unchanged: 2, withheld: 0 });
  });

  it('is written once: a second import adds nothing, not even what was taken off meanwhile', () => {
    const first = plan([], []);
    const there = stored([...first.directory, ...first.grid]);
    const ended = stored(first.care).map((tag) => ({ ...tag, until: '2026-11-01', device: 'tablet-a' }));
    const again = plan(there, ended);
    expect([again.grid, again.care]).toEqual([[], []]);
    expect(again.restricted).toEqual({ created: 0, unchanged: 4, withheld: 0 });
    // Where the first import broke off before it came to care, the second makes it whole.
    expect(plan(there, []).care.map(({ resident }) => resident)).toEqual(
      first.care.map((tag) => tag.resident),
    );
  });

  it('is written nowhere where the grid has no care, and counted', () => {
    const { grid, care, restricted, created } = plan([]);
    expect(care).toEqual([]);
    expect(restricted).toEqual({ created: 0, unchanged: 0, withheld: 4 });
    expect(created.tag).toBe(2);
    expect(grid.filter(({ type }) => type === 'tag').map(({ code }) => code)).toEqual(['elder', 'elder']);
  });

  it('stops an import where care holds tags of a newer app', () => {
    expect(() => plan([], [{ _id: 'tag:1', type: 'tag', code: 7 }])).toThrow('1 unreadable');
  });
});
