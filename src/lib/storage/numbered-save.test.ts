import { describe, expect, it } from 'vitest';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import type { DeviceStore } from './open-store.ts';

const SCOPE = 'audit-999999001001';
const event = (name: string) => (number: number) => ({
  scope: SCOPE,
  body: { _id: `audit:${name}`, type: 'audit', number },
});

async function waitingNumbers(store: DeviceStore): Promise<unknown[]> {
  const turn = await store.beginTurn();
  const places = await turn.listWaiting(SCOPE);
  const ids = places.map(({ id }) => id);
  return (await turn.readWaiting(SCOPE, ids, 1e6)).map(({ body }) => body.number);
}

describe('what bears the numbers of a tablet', () => {
  it('counts from one without a gap, whoever asks at once', async () => {
    const { store, again } = await aMemoryStore();
    const beside = await again();
    const saved = await Promise.all([
      ...['a', 'b', 'c', 'd'].map((name) => store.saveNumbered(event(name))),
      ...['e', 'f', 'g'].map((name) => beside.saveNumbered(event(name))),
    ]);
    expect(saved.every(({ outcome }) => outcome === 'saved')).toBe(true);
    expect(await waitingNumbers(store)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await store.lastNumber()).toBe(7);
  });

  it('goes on counting after the tablet was closed', async () => {
    const { store, again } = await aMemoryStore();
    await store.saveNumbered(event('a'));
    store.close();
    const later = await again();
    await later.saveNumbered(event('b'));
    expect(await waitingNumbers(later)).toEqual([1, 2]);
  });

  it('gives no number where the document was not written', async () => {
    const { store } = await aMemoryStore();
    await store.saveNumbered(event('a'));
    const broken = store.saveNumbered((number) => ({
      scope: SCOPE,
      body: { _id: 'audit:b', type: 'audit', number, no: 1n },
    }));
    await expect(broken).rejects.toThrow();
    expect(await store.lastNumber()).toBe(1);
    await store.saveNumbered(event('c'));
    expect(await waitingNumbers(store)).toEqual([1, 2]);
  });

  it('is no work of hers that waits, and what would not be taken is none she can mend', async () => {
    const { store } = await aMemoryStore();
    const saved = await store.saveNumbered(event('a'));
    expect(await store.listUnsentActions()).toEqual({ waiting: [], refused: [] });
    if (saved.outcome !== 'saved') throw new Error(saved.outcome);
    const turn = await store.beginTurn();
    const sent = [{ id: 'audit:a', rev: saved.revs[0]! }];
    await turn.markAttempted(SCOPE, sent);
    await turn.reject(SCOPE, [{ ...sent[0]!, error: 'forbidden', reason: 'no' }]);
    expect(await store.listRejections()).toEqual([]);
    expect((await store.listUnsentActions()).refused).toEqual([]);
  });

  it('leaves no copy of the server’s when it has gone up, and is kept as own work', async () => {
    const { store } = await aMemoryStore();
    const revs: { id: string; rev: string }[] = [];
    for (const name of 'abcdefghij') {
      const saved = await store.saveNumbered(event(name));
      if (saved.outcome === 'saved') revs.push({ id: `audit:${name}`, rev: saved.revs[0]! });
    }
    const turn = await store.beginTurn();
    await turn.markAttempted(SCOPE, revs);
    await turn.confirm(SCOPE, revs);
    expect(await turn.listWaiting(SCOPE)).toEqual([]);
    expect(await store.countDocuments(SCOPE)).toBe(0);
    const pages = [await turn.listHeld(SCOPE)];
    while (pages.at(-1)!.next !== undefined) pages.push(await turn.listHeld(SCOPE, pages.at(-1)!.next));
    const held = pages.flatMap((page) => page.held);
    expect(held).toHaveLength(10);
    expect(held.every(({ as }) => as === 'own')).toBe(true);
    expect(await turn.readHeld(SCOPE, held)).toHaveLength(10);
  });
});
