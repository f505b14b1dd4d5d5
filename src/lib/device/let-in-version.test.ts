import { expect, it } from 'vitest';
import { aToldClock } from '#tests/fixtures/told-clock.ts';
import { letInVersion, type LettingIn } from './let-in-version.ts';

/** A version that waits, in a tab or, begun anew, in the page after it. */
function aWaitingVersion(begunAnew = false) {
  const clock = aToldClock();
  const seen = { asked: 0, reloaded: 0, formOpen: false };
  const letting: LettingIn = {
    ask: () => seen.asked++,
    isHindered: () => Promise.resolve(seen.formOpen),
    ...(begunAnew ? {} : { reload: () => void seen.reloaded++ }),
    clock,
  };
  return { clock, seen, ending: letInVersion(letting) };
}

it('the version that waits is asked every second, not once', async () => {
  const { clock, seen } = aWaitingVersion();
  await clock.advance(0);
  expect(seen.asked).toBe(1);
  await clock.advance(3_500);
  expect(seen).toMatchObject({ asked: 4, reloaded: 0 });
});

it('after five seconds the page begins anew, and asks no more itself', async () => {
  const { clock, seen, ending } = aWaitingVersion();
  await clock.advance(60_000);
  expect(await ending).toBe('reloading');
  expect(seen).toMatchObject({ asked: 5, reloaded: 1 });
});

it('begun anew it goes on asking, for a minute and no longer', async () => {
  const { clock, seen, ending } = aWaitingVersion(true);
  await clock.advance(59_000);
  expect(seen.asked).toBe(60);
  await clock.advance(1_000);
  expect(await ending).toBe('notIn');
  await clock.advance(60_000);
  expect(seen.asked).toBe(60);
});

it('from the moment on in which a form is open nothing is asked and nothing begins anew', async () => {
  const { clock, seen, ending } = aWaitingVersion();
  await clock.advance(2_500);
  seen.formOpen = true;
  await clock.advance(60_000);
  expect(await ending).toBe('hindered');
  expect(seen).toMatchObject({ asked: 3, reloaded: 0 });
});
