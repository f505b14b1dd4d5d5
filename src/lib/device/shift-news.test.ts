import { describe, expect, it } from 'vitest';
import type { DevicePhase } from './device-state.ts';
import { answerTo, openShiftChannel, type ShiftNews } from './shift-news.ts';

const li = { user: 'limin', name: '李敏' };
const phases = {
  open: { phase: 'open', person: { ...li, role: 'worker', grids: [] } },
  choosePin: { phase: 'choosePin', person: li },
  covered: { phase: 'covered', person: li, triesLeft: 5, people: [] },
  signIn: { phase: 'signIn', people: [li] },
  starting: { phase: 'starting' },
} satisfies Record<string, DevicePhase>;
const answers = (news: ShiftNews) =>
  Object.fromEntries(Object.entries(phases).map(([name, phase]) => [name, answerTo(news, phase)]));

describe('what another tab is told', () => {
  it('ends every tab of hers when her shift ends', () => {
    expect(answers({ kind: 'ended', user: 'limin' })).toEqual({
      open: 'leave',
      choosePin: 'leave',
      covered: 'leave',
      signIn: 'stay',
      starting: 'stay',
    });
  });

  it('covers what is open when she locks by hand, and takes no half-chosen code away', () => {
    expect(answers({ kind: 'covered', user: 'limin' })).toMatchObject({
      open: 'cover',
      choosePin: 'stay',
      covered: 'stay',
    });
  });

  it("closes one person's work when another signs in, and leaves her own other tabs", () => {
    const began = (user: string) => answers({ kind: 'began', user });
    expect(began('wang')).toEqual({
      open: 'cover',
      choosePin: 'cover',
      covered: 'cover',
      signIn: 'stay',
      starting: 'stay',
    });
    expect(began('limin')).toMatchObject({ open: 'stay', covered: 'stay' });
  });

  it("is nothing to a tab of somebody else's where a shift ends", () => {
    expect(new Set(Object.values(answers({ kind: 'ended', user: 'wang' })))).toEqual(new Set(['stay']));
  });

  it('crosses between tabs, and what is no news is not heard', async () => {
    const here = new BroadcastChannel('shift-test');
    const there = new BroadcastChannel('shift-test');
    const heard = new Promise<ShiftNews>((resolve) => openShiftChannel(there).onNews(resolve));
    here.postMessage('<html>');
    here.postMessage({ kind: 'wiped', user: 'limin' });
    openShiftChannel(here).tell({ kind: 'ended', user: 'limin' });
    expect(await heard).toEqual({ kind: 'ended', user: 'limin' });
    here.close();
    there.close();
  });
});
