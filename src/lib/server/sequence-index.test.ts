import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSequenceIndex } from './sequence-index.ts';

it('counts and lists live sequences as a plain list would, whatever is written', () => {
  const writes = fc.array(fc.record({ id: fc.nat({ max: 20 }), branched: fc.boolean() }), { maxLength: 200 });
  fc.assert(
    fc.property(writes, fc.nat({ max: 210 }), fc.integer({ min: 1, max: 30 }), (history, at, limit) => {
      const index = createSequenceIndex();
      const model = new Map<number, { seqs: number[]; branched: boolean }>();
      history.forEach(({ id, branched }, position) => {
        const seq = position + 1;
        const seqs = [...(model.get(id)?.seqs ?? []), seq];
        model.set(id, { seqs, branched });
        index.note({ seq, superseded: seqs, branched });
      });
      const live = [...model.values()].map(({ seqs }) => seqs.at(-1) ?? 0).sort((a, b) => a - b);
      const branched = [...model.values()].filter((one) => one.branched).map(({ seqs }) => seqs.at(-1));
      expect(index.countAbove(at)).toBe(live.filter((seq) => seq > at).length);
      expect(index.countAbove(-1)).toBe(live.length);
      expect(index.listAbove(at, limit)).toEqual(live.filter((seq) => seq > at).slice(0, limit));
      expect(index.listBelow(at, limit)).toEqual(
        live
          .filter((seq) => seq < at)
          .reverse()
          .slice(0, limit),
      );
      expect(live.filter((seq) => index.isBranched(seq)).sort()).toEqual([...branched].sort());
      expect(index.highest()).toBe(history.length);
    }),
  );
});

it('grows far beyond its first size', () => {
  const index = createSequenceIndex();
  for (const seq of [1, 5000, 70_000, 1_000_000]) index.note({ seq, superseded: [], branched: false });
  expect(index.countAbove(4999)).toBe(3);
  expect(index.listAbove(5000, 10)).toEqual([70_000, 1_000_000]);
  index.note({ seq: 1_000_001, superseded: [5000, 1_000_001], branched: true });
  expect(index.countAbove(0)).toBe(4);
  expect([index.isLive(5000), index.isLive(1_000_001), index.isBranched(1_000_001)]).toEqual([
    false,
    true,
    true,
  ]);
});
