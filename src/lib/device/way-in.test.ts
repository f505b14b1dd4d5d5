import { expect, it } from 'vitest';
import { wayIn } from './way-in.ts';

const person = { user: 'limin', name: '李敏' };

it('by the code or by the password, with the wrong tries before it', () => {
  const covered = (triesLeft: number) => ({ phase: 'covered' as const, person, triesLeft, people: [] });
  expect(wayIn(covered(5), false)).toEqual({ what: 'unlocked', count: 0 });
  expect(wayIn(covered(3), false)).toEqual({ what: 'unlocked', count: 2 });
  expect(wayIn(covered(4), true)).toEqual({ what: 'signedIn', count: 1 });
  expect(wayIn({ phase: 'signIn', people: [], reason: 'pinSpent' }, true)).toEqual({
    what: 'signedIn',
    count: 5,
  });
  expect(wayIn({ phase: 'signIn', people: [] }, true)).toEqual({ what: 'signedIn', count: 0 });
});
