import { describe, expect, it } from 'vitest';
import { createPersonRate } from './person-rate.ts';

describe('the rate of a person', () => {
  it('lets a burst through, says when to come again, and fills with time', () => {
    let now = 0;
    const rate = createPersonRate({ burst: 3, perSecond: 2 }, () => now);
    const li = { name: 'li', roles: [] };
    const count = (user: { name: string | null; roles: string[] }, address = 'a') => {
      try {
        rate.count(user, address);
        return 'taken';
      } catch (failure) {
        return failure;
      }
    };
    expect([1, 2, 3].map(() => count(li))).toEqual(['taken', 'taken', 'taken']);
    expect(count(li)).toMatchObject({ status: 429, retryAfterSeconds: 1 });
    expect(count({ name: 'wang', roles: [] })).toBe('taken');
    expect(count({ name: null, roles: [] })).toBe('taken');
    now += 1000;
    expect([1, 2].map(() => count(li))).toEqual(['taken', 'taken']);
    expect(count(li)).toMatchObject({ status: 429 });
  });
});
