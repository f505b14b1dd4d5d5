import { describe, expect, it } from 'vitest';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';

const SCOPE = 'grid-110101001001001';
const household = (note: string) => ({ _id: 'household:A', type: 'household', note });
const visit = { _id: 'visit:V1', type: 'visit', household: 'household:A', answers: { q: 'yes' } };

describe('saving an action', () => {
  it('keeps all its documents, ends its draft, and is read back after the tab has gone', async () => {
    const { store, again } = await aMemoryStore();
    await store.putDraft('f1|household:A', { q: 'yes' });
    const saved = await store.saveAction(
      [
        { scope: SCOPE, body: household('a') },
        { scope: 'events-1', body: visit },
      ],
      'f1|household:A',
    );
    expect(saved.outcome).toBe('saved');
    store.close();
    const after = await again();
    expect(await after.readDraft('f1|household:A')).toBeUndefined();
    expect((await after.readDocument(SCOPE, 'household:A'))?.body).toEqual(household('a'));
    expect((await after.listByReference('household:A')).documents.map(({ id }) => id)).toEqual(['visit:V1']);
    expect((await after.listByType(SCOPE, 'household')).documents).toHaveLength(1);
    expect(await after.countWaiting()).toEqual({ waiting: 2, refused: 0 });
  });

  it('writes nothing of it where one document has moved since it was read', async () => {
    const { store } = await aMemoryStore();
    const first = await store.saveAction([{ scope: SCOPE, body: household('a') }]);
    const rev = first.outcome === 'saved' ? first.revs[0] : undefined;
    await store.saveAction([{ scope: SCOPE, body: household('b'), basedOn: rev }]);
    const late = await store.saveAction([
      { scope: 'events-1', body: visit },
      { scope: SCOPE, body: household('c'), basedOn: rev },
    ]);
    expect(late).toEqual({ outcome: 'moved', ids: ['household:A'] });
    expect(await store.readDocument('events-1', 'visit:V1')).toBeUndefined();
    expect((await store.readDocument(SCOPE, 'household:A'))?.body.note).toBe('b');
  });

  it('takes away what was refused of a document it mends, with the saving or not at all', async () => {
    const { store } = await aMemoryStore();
    const put = { scope: 'events-1', body: visit };
    const saved = await store.saveAction([put, { scope: SCOPE, body: household('a') }]);
    const revs = saved.outcome === 'saved' ? saved.revs : [];
    const turn = await store.beginTurn();
    const because = { error: 'forbidden', reason: 'answers' };
    await turn.reject('events-1', [{ id: 'visit:V1', rev: revs[0]!, ...because }]);
    await turn.reject(SCOPE, [{ id: 'household:A', rev: revs[1]!, ...because }]);
    const mended = { scope: 'events-1', body: { ...visit, answers: { q: 'no' } }, mends: true };
    const moved = { scope: SCOPE, body: household('b'), basedOn: '1-other' };
    expect((await store.saveAction([mended, moved])).outcome).toBe('moved');
    expect(await store.countWaiting()).toEqual({ waiting: 0, refused: 2 });
    expect((await store.saveAction([mended])).outcome).toBe('saved');
    expect((await store.listRejections()).map(({ id }) => id)).toEqual(['household:A']);
    expect((await store.readDocument('events-1', 'visit:V1'))?.body.answers).toEqual({ q: 'no' });
  });

  it('of two tabs that save over the same state, one is told that it moved', async () => {
    const { store, again } = await aMemoryStore();
    const other = await again();
    const outcomes = await Promise.all([
      store.saveAction([{ scope: SCOPE, body: household('mine') }]),
      other.saveAction([{ scope: SCOPE, body: household('hers') }]),
    ]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['moved', 'saved']);
  });
});
