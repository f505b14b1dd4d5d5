import { expect, it } from 'vitest';
import { withTabLock, type TabLocks } from './tab-lock.ts';

/** Two tabs' `navigator.locks` over one lock, as the standard says: a lock that is stolen rejects its holder's request. */
function aLock(): TabLocks {
  let takeAway: (() => void) | undefined;
  return {
    async request(_name, how, held) {
      if ('ifAvailable' in how && takeAway) return held(null);
      takeAway?.();
      const stolen = new Promise<never>((_resolve, reject) => {
        takeAway = () => reject(new DOMException('the lock was stolen', 'AbortError'));
      });
      const mine = takeAway;
      const released = held({}).finally(() => {
        if (takeAway === mine) takeAway = undefined;
      });
      return Promise.race([released, stolen]);
    },
  };
}
const NAME = 'sync';
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

it('a lock that is held is not waited for', async () => {
  const locks = aLock();
  let done: () => void = () => undefined;
  const first = withTabLock(
    locks,
    { name: NAME, steal: false },
    () => new Promise<void>((end) => (done = end)),
  );
  expect(
    await withTabLock(locks, { name: NAME, steal: false }, () => Promise.resolve('ran')),
  ).toBeUndefined();
  done();
  await first;
  expect(await withTabLock(locks, { name: NAME, steal: false }, () => Promise.resolve('ran'))).toBe('ran');
});

it.each(['ends well', 'fails'])(
  'a lock that is taken away is no broken storage, told when the work %s',
  async (how) => {
    const locks = aLock();
    let end: () => void = () => undefined;
    const work = () =>
      new Promise<void>(
        (resolve, reject) => (end = how === 'fails' ? () => reject(new Error('late')) : resolve),
      );
    const told: unknown[] = [];
    const holder = withTabLock(locks, { name: NAME, steal: false }, work).catch((error: unknown) =>
      told.push(error),
    );
    expect(await withTabLock(locks, { name: NAME, steal: true }, () => Promise.resolve('mine'))).toBe('mine');
    await settled();
    expect(told).toEqual([]);
    end();
    await holder;
    expect(told).toMatchObject([{ kind: 'fenced' }]);
  },
);

it('what the work itself throws is thrown', async () => {
  const work = () => Promise.reject(new DOMException('of its own', 'AbortError'));
  const asked = withTabLock(aLock(), { name: NAME, steal: false }, () =>
    Promise.reject(new TypeError('broken')),
  );
  await expect(asked).rejects.toThrow(TypeError);
  await expect(withTabLock(aLock(), { name: NAME, steal: false }, work)).rejects.toThrow('of its own');
});
