import { expect, it } from 'vitest';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';

it('gives each count once, in two tabs at once and after a restart', async () => {
  const { store, again } = await aMemoryStore();
  const other = await again();
  const given = await Promise.all(
    Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? store : other).nextCount('numbers 2026-11-22')),
  );
  expect([...given].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  expect(await other.nextCount('numbers 2026-11-23')).toBe(1);
  store.close();
  other.close();
  expect(await (await again()).nextCount('numbers 2026-11-22')).toBe(41);
});
