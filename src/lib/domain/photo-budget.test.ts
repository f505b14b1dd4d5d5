import { describe, expect, it } from 'vitest';
import { photoBudgetBytes, photosToLetGo, type PhotoCopy } from './photo-budget.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 22);
const copy = (id: string, daysAgo: number, changed: Partial<PhotoCopy> = {}): PhotoCopy => ({
  id,
  own: false,
  sizeBytes: 100,
  usedAt: NOW - daysAgo * DAY,
  ...changed,
});

describe('the room for copies of photos', () => {
  it('is a quarter of what is free, the copies themselves not counted as used', () => {
    expect(photoBudgetBytes({ quota: 1000, usage: 600 }, 200)).toBe(150);
    expect(photoBudgetBytes({ quota: 1000, usage: 1100 }, 0)).toBe(0);
  });

  it('is never more than 200 MB, and modest where the browser does not say', () => {
    expect(photoBudgetBytes({ quota: 1e12, usage: 0 }, 0)).toBe(200_000_000);
    expect(photoBudgetBytes({}, 0)).toBe(50_000_000);
  });
});

describe('copies of photos', () => {
  it('go in the order in which they were last looked at, until the others fit', () => {
    const copies = [copy('new', 1), copy('old', 9), copy('older', 10)];
    expect(photosToLetGo(copies, 300, NOW)).toEqual([]);
    expect(photosToLetGo(copies, 299, NOW)).toEqual(['older']);
    expect(photosToLetGo(copies, 100, NOW)).toEqual(['older', 'old']);
  });

  it('go after 30 days even where there is room', () => {
    expect(photosToLetGo([copy('month', 31), copy('week', 8)], 1e9, NOW)).toEqual(['month']);
  });

  it('stay for a week after the server had them where they were taken here', () => {
    const copies = [copy('mine', 6, { own: true }), copy('mineOld', 8, { own: true }), copy('theirs', 1)];
    expect(photosToLetGo(copies, 0, NOW)).toEqual(['mineOld', 'theirs']);
  });
});
