import { describe, expect, it } from 'vitest';
import { waitingRows } from './waiting-rows.ts';

const at = (savedAt: number, ids: string[], tries = 0) => ({ savedAt, ids, tries });

describe('the lines of what waits', () => {
  it('are one for a visit with all it changed, and call it a visit', () => {
    const waiting = [at(1, ['household:a', 'visit:a', 'task:a'], 2), at(2, ['tag:b'])];
    expect(waitingRows({ waiting, refused: [] }, [])).toEqual([
      { type: 'visit', savedAt: '1970-01-01T00:00:00.001Z', tries: 2 },
      { type: 'tag', savedAt: '1970-01-01T00:00:00.002Z', tries: 0 },
    ]);
  });

  it('begin with what was refused, each reason once', () => {
    const rejections = ['bad code', 'bad code', 'no author'].map((reason) => ({ savedAt: 7, reason }));
    const rows = waitingRows(
      { waiting: [at(3, ['visit:c'])], refused: [at(7, ['visit:d', 'task:d'])] },
      rejections,
    );
    expect(rows).toMatchObject([
      { type: 'visit', refused: 'bad code; no author' },
      { type: 'visit', tries: 0 },
    ]);
    expect(rows[1]).not.toHaveProperty('refused');
  });
});
