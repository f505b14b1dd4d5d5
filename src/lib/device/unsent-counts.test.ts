import { describe, expect, it } from 'vitest';
import { UnsentCounts } from './unsent-counts.ts';

const actions = (...moments: number[]) =>
  moments.map((savedAt) => ({ savedAt, ids: [`visit:${savedAt}`, `household:${savedAt}`], tries: 0 }));

function after(...listed: { waiting: number[]; refused?: number[] }[]): UnsentCounts {
  const counts = new UnsentCounts();
  for (const { waiting, refused = [] } of listed)
    counts.take({ waiting: actions(...waiting), refused: actions(...refused) });
  return counts;
}

describe('what a person sees of her own work', () => {
  it('is one for one visit, whatever it changed', () => {
    expect(after({ waiting: [1] })).toMatchObject({ waiting: 1, refused: 0, sent: 0 });
  });

  it('counts as sent what no longer waits, until something new begins to wait', () => {
    expect(after({ waiting: [1, 2, 3] }, { waiting: [3] })).toMatchObject({ waiting: 1, sent: 2 });
    expect(after({ waiting: [1, 2] }, { waiting: [2] }, { waiting: [] })).toMatchObject({
      waiting: 0,
      sent: 2,
    });
    expect(after({ waiting: [1] }, { waiting: [] }, { waiting: [5] })).toMatchObject({ waiting: 1, sent: 0 });
  });

  it('goes on counting where more is saved while it uploads', () => {
    expect(after({ waiting: [1, 2] }, { waiting: [2, 3] }, { waiting: [] }).sent).toBe(3);
  });

  it('never takes what was refused for sent', () => {
    expect(after({ waiting: [1, 2] }, { waiting: [], refused: [2] })).toMatchObject({
      waiting: 0,
      refused: 1,
      sent: 1,
    });
  });
});

describe('counting what the store holds', () => {
  it('never takes an older list after a newer one, and answers once what stood there at the call is counted', async () => {
    const counts = new UnsentCounts();
    let held = [1];
    const answers: (() => void)[] = [];
    const store = {
      listUnsentActions: () => {
        const listed = { waiting: actions(...held), refused: [] };
        return new Promise<typeof listed>((answer) => answers.push(() => answer(listed)));
      },
      photos: { listUnsent: () => Promise.resolve({ waiting: [], refused: [] }) },
    } as unknown as Parameters<UnsentCounts['recount']>[0];
    const first = counts.recount(store);
    await Promise.resolve();
    held = [1, 2, 3];
    const second = counts.recount(store);
    const beside = counts.recount(store);
    answers[0]!();
    await first;
    expect(counts.waiting).toBe(1);
    while (answers.length < 2) await Promise.resolve();
    answers[1]!();
    await Promise.all([second, beside]);
    expect(counts.waiting).toBe(3);
    expect(answers).toHaveLength(2);
  });
});
