import { expect, it } from 'vitest';
import { aToldClock } from '#tests/fixtures/told-clock.ts';
import { StorageFault } from '#lib/protocol/storage-fault.ts';
import { leaveShift, type LeavingShift } from './leave-shift.ts';

const full = () => Promise.reject(new StorageFault('full', 'no room'));

/** What was done, in order; `ended` once it is over. */
function leaving(over: Partial<LeavingShift>) {
  const done: string[] = [];
  const clock = aToldClock();
  const does = (what: string) => async () => void done.push(what);
  const parts = { dropPin: does('code'), upload: does('upload'), signOut: does('goodbye'), clock };
  return { done, clock, left: leaveShift({ ...parts, ...over }) };
}

it('takes the code away, sends, says goodbye, in this order', async () => {
  const { done, left } = leaving({});
  await left;
  expect(done).toEqual(['code', 'upload', 'goodbye']);
});

it('ends on a full disk as well: an upload that gives way keeps nobody in', async () => {
  const { done, left } = leaving({ upload: full });
  await left;
  expect(done).toEqual(['code', 'goodbye']);
});

it('does everything else where the code could not go, tries that again, and says if it stays', async () => {
  const { done, left } = leaving({ dropPin: full });
  await expect(left).rejects.toMatchObject({ kind: 'full' });
  expect(done).toEqual(['upload', 'goodbye']);
});

it('waits ten seconds for an upload and three for a goodbye that do not come', async () => {
  const never = () => new Promise<void>(() => undefined);
  const { clock, left } = leaving({ upload: never, signOut: never });
  let isOver = false;
  void left.then(() => (isOver = true));
  await clock.advance(12_900);
  expect(isOver).toBe(false);
  await clock.advance(200);
  expect(isOver).toBe(true);
});
