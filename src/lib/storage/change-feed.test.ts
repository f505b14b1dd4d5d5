import { describe, expect, it, vi } from 'vitest';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { aRow, pulls } from '#tests/fixtures/pulled-rows.ts';
import { openChangeFeed, type Channel, type StoreChange } from './change-feed.ts';

/** Two ends of a BroadcastChannel. */
function channels(): [Channel, Channel] {
  const end = (other: () => Channel): Channel => ({
    onmessage: null,
    postMessage: (data) => other().onmessage?.(new MessageEvent('message', { data })),
    close: () => undefined,
  });
  const a: Channel = end(() => b);
  const b: Channel = end(() => a);
  return [a, b];
}

describe('what changed', () => {
  it('is told with scopes and types to this worker and to the other tab', async () => {
    const [mine, hers] = channels();
    const memory = await aMemoryStore({ channel: mine });
    const other = await memory.again({ channel: hers });
    const told: StoreChange[] = [];
    other.onChange((change) => told.push(change));
    const here = vi.fn();
    const stop = memory.store.onChange(here);
    await memory.store.saveAction([{ scope: 'grid-1', body: { _id: 'household:A', type: 'household' } }]);
    const saved = {
      ...{ tables: ['edits'], scopes: ['grid-1'], types: ['household'] },
      ids: new Map([['grid-1', ['household:A']]]),
    };
    await vi.waitFor(() => expect(told).toContainEqual(saved), 30_000);
    expect(here).toHaveBeenCalledWith(saved);
    stop();
    await pulls(await memory.store.beginTurn(), 'grid-2', aRow({ _id: 'room:A', type: 'room' }, ['1-a']));
    await vi.waitFor(
      () => expect(told.at(-1)).toMatchObject({ scopes: ['grid-2'], types: ['room'] }),
      30_000,
    );
    expect(here).toHaveBeenCalledTimes(1);
  });

  it('says of what a round of syncing writes, whatever it is, that it is a round’s, and of nothing else', async () => {
    const memory = await aMemoryStore();
    const told: StoreChange[] = [];
    memory.store.onChange((change) => told.push(change));
    const turn = await memory.store.beginTurn();
    const saved = await memory.store.saveAction([
      { scope: 'grid-1', body: { _id: 'visit:1', type: 'visit' } },
    ]);
    const rev = saved.outcome === 'saved' ? saved.revs[0]! : '';
    const ofRound = () => told.filter((change) => change.ofRound);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(told.length).toBeGreaterThan(0);
    expect(ofRound()).toEqual([]);
    for (const write of [
      () => turn.markAttempted('grid-1', [{ id: 'visit:1', rev }]),
      () => turn.postpone('grid-1', [{ id: 'visit:1', answer: 'later' }]),
      () => turn.photos.postponePhoto('photo:none'),
    ]) {
      told.length = 0;
      await write();
      await vi.waitFor(() => expect(ofRound()).toHaveLength(1), 30_000);
    }
    memory.store.close();
  });

  it('comes together where much changes at once', async () => {
    const feed = openChangeFeed(undefined);
    const told: StoreChange[] = [];
    feed.listen((change) => told.push(change));
    const ids = new Map<string, string[]>([...Array(3).keys()].map((n) => [`grid-${String(n)}`, []]));
    for (let n = 0; n < 1000; n++) ids.get(`grid-${String(n % 3)}`)?.push(`visit:${String(n)}`);
    for (let n = 0; n < 1000; n++)
      feed.tell('documents', { scope: `grid-${String(n % 3)}`, ids: [`visit:${String(n)}`] });
    feed.tell('checkpoints');
    await vi.waitFor(() => expect(told).toHaveLength(1), 30_000);
    expect(told[0]).toEqual({
      tables: ['documents', 'checkpoints'],
      scopes: ['grid-0', 'grid-1', 'grid-2'],
      types: ['visit'],
      ids,
    });
    feed.close();
  });

  it('names no documents of a scope of which there are too many, or of which all of a type are meant', async () => {
    const feed = openChangeFeed(undefined);
    const told: StoreChange[] = [];
    feed.listen((change) => told.push(change));
    const many = Array.from({ length: 1001 }, (_, n) => `visit:${String(n)}`);
    feed.tell('documents', { scope: 'grid-many', ids: many });
    feed.tell('documents', { scope: 'grid-many', ids: ['room:1'] });
    feed.tell('documents', { scope: 'grid-dropped', ids: ['room:1'] });
    feed.tell('documents', { scope: 'grid-dropped', types: ['room', 'tag'] });
    feed.tell('documents', { scope: 'grid-few', ids: ['room:1'] });
    await vi.waitFor(() => expect(told).toHaveLength(1), 30_000);
    expect(told[0]).toMatchObject({
      scopes: ['grid-many', 'grid-dropped', 'grid-few'],
      types: ['visit', 'room', 'tag'],
      ids: new Map([['grid-few', ['room:1']]]),
    });
    feed.close();
  });
});
