import { describe, expect, it } from 'vitest';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';

const body = (id: string, text = '') => ({ _id: id, type: 'visit', text });

async function aDevice(...ids: string[]) {
  const { store } = await aMemoryStore();
  for (const id of ids) await store.saveAction([{ scope: 'events-1', body: body(id) }]);
  return { store, turn: await store.beginTurn() };
}

describe('what waits', () => {
  it('is listed by scope, fewest tries first, then oldest', async () => {
    const { store, turn } = await aDevice('visit:C', 'visit:A', 'visit:B');
    await store.saveAction([{ scope: 'grid-1', body: body('household:A') }]);
    await turn.postpone('events-1', [{ id: 'visit:C', answer: 'busy 500' }]);
    expect(await turn.listWaitingScopes()).toEqual(['events-1', 'grid-1']);
    expect(await turn.listWaiting('events-1')).toEqual([
      { id: 'visit:A', tries: 0 },
      { id: 'visit:B', tries: 0 },
      { id: 'visit:C', tries: 1 },
    ]);
  });

  it('is told to people oldest first, with the last answer', async () => {
    const { store, turn } = await aDevice('visit:C', 'visit:A');
    await turn.postpone('events-1', [{ id: 'visit:C', answer: 'busy 500' }]);
    const summary = await store.listWaitingSummary(100);
    expect(summary).toMatchObject([
      { id: 'visit:C', tries: 1, answer: 'busy 500' },
      { id: 'visit:A', tries: 0 },
    ]);
    expect(summary[0]!.savedAt).toBeLessThan(summary[1]!.savedAt);
    expect(await store.listWaitingSummary(1)).toHaveLength(1);
  });

  it('begins its tries anew when it is changed', async () => {
    const { store, turn } = await aDevice('visit:A');
    await turn.postpone('events-1', [{ id: 'visit:A', answer: 'busy 500' }]);
    const { rev } = (await store.readDocument('events-1', 'visit:A'))!;
    await store.saveAction([{ scope: 'events-1', body: body('visit:A', 'mended'), basedOn: rev }]);
    expect(await turn.listWaiting('events-1')).toEqual([{ id: 'visit:A', tries: 0 }]);
  });

  it('is read up to so many bytes, but never nothing', async () => {
    const { store, turn } = await aDevice();
    for (const id of ['visit:A', 'visit:B', 'visit:C']) {
      await store.saveAction([{ scope: 'events-1', body: body(id, 'x'.repeat(1000)) }]);
    }
    const ids = ['visit:B', 'visit:none', 'visit:A', 'visit:C'];
    const read = async (maxBytes: number) =>
      (await turn.readWaiting('events-1', ids, maxBytes)).map(({ id }) => id);
    expect(await read(10)).toEqual(['visit:B']);
    expect(await read(2800)).toEqual(['visit:B', 'visit:A']);
    expect(await read(1e6)).toEqual(['visit:B', 'visit:A', 'visit:C']);
  });

  it('may be sent only while it still says what was read', async () => {
    const { store, turn } = await aDevice('visit:A', 'visit:B');
    const [a, b] = await turn.readWaiting('events-1', ['visit:A', 'visit:B'], 1e6);
    await store.saveAction([{ scope: 'events-1', body: body('visit:A', 'newer'), basedOn: a!.path[0] }]);
    const sent = [a!, b!].map(({ id, path }) => ({ id, rev: path[0]! }));
    expect(await turn.markAttempted('events-1', sent)).toEqual(['visit:B']);
  });
});
