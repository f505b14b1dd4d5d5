import { describe, expect, it } from 'vitest';
import { waitingRows, type WaitingSource } from './waiting-rows.ts';

const at = (savedAt: number, ids: string[], tries = 0) => ({ savedAt, ids, tries });

const ABOUT = { household: 'household:a', door: '3-2-501', name: '王桂兰' };
const rowsOf = (source: Pick<WaitingSource, 'unsent' | 'rejections'> & Partial<WaitingSource>) =>
  waitingRows({
    photos: { unsent: { waiting: [], refused: [] }, refused: [] },
    ...source,
    aboutAction: async (ids) => (ids.includes('household:a') ? ABOUT : undefined),
    aboutBody: ({ household }) => (household === 'household:a' ? ABOUT : undefined),
  });

describe('the lines of what waits', () => {
  it('are one for a visit with all it changed, and call it a visit', async () => {
    const waiting = [at(1, ['household:a', 'visit:a', 'task:a'], 2), at(2, ['tag:b'])];
    expect(await rowsOf({ unsent: { waiting, refused: [] }, rejections: [] })).toEqual([
      { type: 'visit', about: ABOUT, savedAt: '1970-01-01T00:00:00.001Z', tries: 2 },
      { type: 'tag', savedAt: '1970-01-01T00:00:00.002Z', tries: 0 },
    ]);
  });

  it('are one for all photos of a visit, behind the visits, the refused with its reason', async () => {
    const photo = (of: string, savedAt: number, tries = 0) => ({
      id: `photo:${savedAt}`,
      of,
      savedAt,
      tries,
    });
    const broken = photo('visit:b', 9, 1);
    const photos = {
      unsent: { waiting: [photo('visit:a', 1), photo('visit:a', 1, 3)], refused: [broken] },
      refused: [{ ...broken, reason: 'too large' }],
    };
    const unsent = { waiting: [at(1, ['visit:a'])], refused: [] };
    expect(await rowsOf({ unsent, rejections: [], photos })).toEqual([
      { type: 'photo', count: 1, savedAt: '1970-01-01T00:00:00.009Z', tries: 1, refused: 'too large' },
      { type: 'visit', savedAt: '1970-01-01T00:00:00.001Z', tries: 0 },
      { type: 'photo', count: 2, savedAt: '1970-01-01T00:00:00.001Z', tries: 3 },
    ]);
  });

  it('begin with what was refused, each reason once', async () => {
    const rejections = ['bad code', 'bad code', 'no author'].map((reason) => ({
      ...{ savedAt: 7, reason },
      body: { type: 'visit', household: 'household:a' },
    }));
    const unsent = { waiting: [at(3, ['visit:c'])], refused: [at(7, ['visit:d', 'task:d'])] };
    const rows = await rowsOf({ unsent, rejections });
    expect(rows).toMatchObject([
      { type: 'visit', about: ABOUT, refused: 'bad code; no author' },
      { type: 'visit', tries: 0 },
    ]);
    expect(rows[1]).not.toHaveProperty('refused');
  });
});
